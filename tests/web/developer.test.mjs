// SPDX-License-Identifier: ISC
// The developer's console: the agreement, the form for an app with all its
// faults, secrets that are shown once, the logo, and the end of an app.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenRequest } from './app.mjs';
import { Rig } from './rig.mjs';
import { call, connect, createApp, png, signAgreement, signUp, takeSecret } from './steps.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
let rig, erin;

before(async () => {
  if (skip) return;
  rig = await Rig.start();
  erin = await rig.person('erin');
  await signUp(erin);
});
after(() => rig?.close());

function authenticate(client, secret = client.secret) {
  return tokenRequest(rig.broker, {
    grant_type: 'client_credentials', client_id: client.clientId, client_secret: secret,
  });
}

test('no app without the agreement', { skip }, async () => {
  await erin.go('/apps');
  await erin.look('apps-empty');
  await erin.go('/apps/new');
  assert.equal(new URL(erin.page.url()).pathname, '/apps/agreement');
  await erin.look('agreement');
  const reply = erin.page.waitForResponse((one) => one.request().method() === 'POST');
  await erin.page.locator('form[action^="/apps/agreement"]').evaluate((form) => {
    form.noValidate = true;
  });
  await erin.press('Sign');
  assert.equal((await reply).status(), 200);
  assert.match(await erin.faultOf(/I have read this agreement/), /./);
  await erin.look('agreement-fault');
  await signAgreement(erin);
  await erin.look('app-new');
  await erin.go('/apps/agreement');
  assert.match(await erin.page.locator('main').innerText(), /You signed this version on/);
  await erin.look('agreement-signed');
});

test('bad input: the form comes back filled, each fault beside its field', { skip }, async () => {
  await erin.go('/apps/new');
  const bad = {
    Website: 'ftp://charts.example.com/',
    'Redirect URIs': 'https://*.example.com/cb\nhttp://charts.example.com/cb',
    'Terms of use': 'nonsense',
  };
  await erin.page.locator('form[action="/apps/new"]').evaluate((form) => { form.noValidate = true; });
  await createApp(erin, {
    name: 'Bad\u202echarts', redirect: '', scopes: ['data', 'trading'], optional: ['trading'], more: bad,
  });
  for (const label of ['Name', ...Object.keys(bad)]) {
    assert.match(await erin.faultOf(label), /\w{3}/, label);
  }
  for (const [label, value] of Object.entries(bad)) {
    assert.equal(await erin.page.getByLabel(label).inputValue(), value);
  }
  assert.equal(await erin.page.locator('#scope-trading').isChecked(), true);
  assert.equal(await erin.page.locator('#optional-trading').isChecked(), true);
  assert.equal(await erin.page.locator('#scope-data').isChecked(), true);
  await erin.look('app-new-faults');
});

test('an app and its secrets: shown once, two live, the old one deleted', { skip }, async () => {
  await erin.go('/apps/new');
  await createApp(erin, {
    name: 'Charts',
    redirect: rig.app.redirectUri,
    scopes: ['data', 'trading'],
    optional: ['trading'],
    grants: ['refresh_token', 'client_credentials'],
  });
  await erin.says('The app has been created');
  await erin.look('app-draft');
  await erin.press('Make a secret');
  await erin.look('app-secret');
  const first = await takeSecret(erin);
  assert.doesNotMatch(await erin.page.content(), new RegExp(first.secret));
  assert.equal((await authenticate(first)).status, 200);

  await erin.press('Make a secret');
  const second = await takeSecret(erin);
  assert.notEqual(second.secret, first.secret);
  assert.equal((await authenticate(first)).status, 200);
  assert.equal((await authenticate(first, second.secret)).status, 200);
  assert.equal(await erin.page.getByRole('button', { name: 'Make a secret' }).count(), 0);
  await erin.look('app-two-secrets');
  await erin.page.getByRole('link', { name: /^Delete the secret/ }).last().click();
  await erin.look('app-secret-delete');
  await erin.press('Delete the secret');
  await erin.says('The secret has been deleted');
  const alive = [(await authenticate(first)).status, (await authenticate(first, second.secret)).status];
  assert.deepEqual(alive.sort(), [200, 401]);
});

test('an end user unticks what may be left out', { skip }, async () => {
  await erin.go('/apps/new');
  await createApp(erin, {
    name: 'Choosy', redirect: 'http://127.0.0.1/callback', scopes: ['data', 'trading'],
    optional: ['trading'], client: 'public',
  });
  const client = { clientId: await erin.page.locator('#credentials + dl code').first().innerText() };
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, client.clientId, { scope: 'data trading' });
  await alice.signIn(request.url);
  await alice.page.getByLabel(/Place, change and cancel orders/).uncheck();
  await alice.look('consent-optional');
  const tokens = await connect(alice, request, client);
  assert.equal(tokens.scope, 'data');
  await alice.leave();
});

test('the logo: no text, not too large, then on every page', { skip }, async () => {
  await erin.go('/apps');
  await erin.look('apps');
  await erin.follow('Charts');
  const upload = async (name, buffer) => {
    await erin.page.locator('#logo-file').setInputFiles({ name, mimeType: 'image/png', buffer });
    await erin.press(/^(Upload|Replace the logo)$/);
  };
  await upload('logo.png', Buffer.from('<svg onload="alert(1)"/>'));
  assert.match(await erin.faultOf('Picture'), /\w{3}/);
  await erin.look('logo-fault');
  await upload('logo.png', png(257, [9, 9, 9]));
  assert.match(await erin.faultOf('Picture'), /256/);
  await upload('logo.png', png(200, [10, 88, 168]));
  await erin.says('The logo is in place');
  const size = await erin.page.locator('img.logo').evaluate((img) => img.naturalWidth);
  assert.equal(size, 200);
  await erin.look('app-with-logo');
});

test('errors of the app are told to its developer', { skip }, async () => {
  await erin.go('/apps');
  await erin.follow('Charts');
  const clientId = await erin.page.locator('#credentials + dl code').first().innerText();
  await authenticate({ clientId }, 'wrong');
  await erin.page.reload();
  await erin.page.locator('#errors ~ .scroll').getByText('invalid_client').first().waitFor();
  await erin.look('app-errors');
});

test('change, turn off, turn on, delete', { skip }, async () => {
  await erin.go('/apps');
  await erin.follow('Charts');
  const { id } = { id: Number(new URL(erin.page.url()).pathname.split('/')[2]) };
  const clientId = await erin.page.locator('#credentials + dl code').first().innerText();
  await erin.press('Make a secret');
  const client = await takeSecret(erin);
  const request = rig.app.ask(rig.broker, clientId, { scope: 'data', env: 'paper' });
  await erin.go(request.url);
  await erin.look('consent-own-app');
  const tokens = await connect(erin, request, client);
  const isAlive = async () => (await call(rig.broker, '/paper/v2/account', tokens.access_token))
    .status === 200;
  assert.ok(await isAlive());

  await erin.go(`/apps/${id}/edit`);
  await erin.fill({ Description: 'Draws your orders over time.' });
  await erin.look('app-edit');
  await erin.press('Save');
  await erin.says('Saved');
  await erin.press('Turn it off');
  await erin.says('The app is turned off');
  assert.ok(!await isAlive());
  await erin.look('app-off');
  await erin.press('Turn it on');
  await erin.says('The app is turned on');
  assert.ok(await isAlive());

  // Of another owner it is not there.
  const bob = await rig.person('bob');
  await bob.signIn();
  for (const path of ['', '/edit', '/delete']) {
    assert.equal((await bob.go(`/apps/${id}${path}`)).status(), 404);
  }
  await bob.leave();

  await erin.follow('Delete it');
  await erin.look('app-delete');
  await erin.press('Delete it for good');
  await erin.says('The app has been deleted');
  assert.ok(!await isAlive());
  assert.equal((await authenticate(client)).status, 401);
  await erin.leave();
});
