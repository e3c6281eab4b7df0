// SPDX-License-Identifier: ISC
// What the owner of an account sees when an app asks for access, and what the
// app gets: allow, deny, and a request that must not be answered to anyone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenRequest } from './app.mjs';
import { Rig } from './rig.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
let rig;

before(async () => {
  if (skip) return;
  rig = await Rig.start();
  await rig.broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
});
after(() => rig?.close());

function exchange(request, code) {
  return tokenRequest(rig.broker, {
    grant_type: 'authorization_code',
    client_id: 'charts',
    code,
    redirect_uri: rig.app.redirectUri,
    code_verifier: request.verifier,
  });
}

test('allow: the code comes back and becomes a token', { skip }, async () => {
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'trading data' });
  await alice.go(request.url);
  await alice.look('sign-in-for-app');
  await alice.signIn(request.url);
  const text = await alice.page.locator('main').innerText();
  assert.match(text, /Place, change and cancel orders/);
  assert.match(text, /charts/);
  assert.match(text, /bob/);
  await alice.look('consent');
  const came = rig.app.callback();
  await alice.press(/^Allow/);
  const back = await came;
  assert.equal(back.get('state'), request.state);
  assert.equal(back.get('iss'), rig.broker.url);
  const { status, body } = await exchange(request, back.get('code'));
  assert.equal(status, 200);
  const facts = await rig.broker.introspect(body.access_token);
  assert.equal(facts.active, true);
  assert.equal(facts.username, 'alice');
  assert.equal(facts.env, 'paper');
  assert.equal(facts.scope, 'trading data');
  await alice.leave();
});

test('deny: the app is told so and has nothing', { skip }, async () => {
  const bob = await rig.person('bob');
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'data', env: 'live' });
  await bob.signIn(request.url);
  await bob.look('consent-live');
  const deny = await bob.page.getByRole('button', { name: /^Deny/ }).boundingBox();
  const allow = await bob.page.getByRole('button', { name: /^Allow/ }).boundingBox();
  assert.ok(Math.abs(deny.width - allow.width) <= 2 && deny.height === allow.height,
    'Deny is as large as Allow');
  const came = rig.app.callback();
  await bob.press(/^Deny/);
  const back = await came;
  assert.equal(back.get('error'), 'access_denied');
  assert.equal(back.get('state'), request.state);
  assert.equal(back.get('code'), null);
  await bob.leave();
});

test('an unregistered place is never led to', { skip }, async () => {
  const alice = await rig.person('alice');
  const places = ['https://evil.example.com/', `${rig.app.redirectUri}/`, 'javascript:alert(1)'];
  for (const redirectUri of places) {
    const request = rig.app.ask(rig.broker, 'charts', { redirect_uri: redirectUri });
    const reply = await alice.go(request.url);
    assert.equal(reply.status(), 400, redirectUri);
    assert.ok(alice.page.url().startsWith(rig.broker.url));
  }
  await alice.look('bad-request');
  await alice.leave();
});

test('a fault in the request goes back to the app', { skip }, async () => {
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'no-such-scope' });
  const came = rig.app.callback();
  await alice.go(request.url);
  const back = await came;
  assert.equal(back.get('error'), 'invalid_scope');
  assert.ok(back.get('error_description').length > 10);
  await alice.leave();
});

test('someone else takes over the browser at the consent page', { skip }, async () => {
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'data' });
  await alice.signIn(request.url);
  await alice.press('Use another account');
  await alice.page.getByLabel('Password').waitFor();
  alice.name = 'bob';
  await alice.signIn(alice.page.url());
  assert.match(await alice.page.locator('main').innerText(), /signed in as bob/);
  await alice.leave();
});

test('a sign-in on a host is named: service, host, user', { skip }, async () => {
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, 'charts', {
    scope: 'host:login',
    authorization_details: JSON.stringify([
      { type: 'host_login', host: 'web1.example.com', service: 'ssh', user: 'deploy' }]),
  });
  await alice.signIn(request.url);
  await alice.page.getByText('You are signing in to ssh on web1.example.com as deploy').waitFor();
  await alice.look('consent-host-login');
  const came = rig.app.callback();
  await alice.press(/^Allow/);
  const { body } = await exchange(request, (await came).get('code'));
  const facts = await rig.broker.introspect(body.access_token);
  assert.equal(facts.authorization_details[0].host, 'web1.example.com');
  assert.equal(facts.authorization_details[0].user, 'deploy');
  await alice.leave();
});

test('an app that is not approved gets no live account of others', { skip }, async () => {
  await rig.broker.command('app add', '--app', 'sketch', '--title', 'Sketch', '--owner', 'bob',
    '--scope', 'trading', '--redirect', 'http://127.0.0.1/callback', '--public');
  const alice = await rig.person('alice');
  const open = rig.app.ask(rig.broker, 'sketch', { scope: 'trading' });
  await alice.signIn(open.url);
  assert.equal(await alice.page.locator('input[name=env][type=radio][value=live]').count(), 0);
  await alice.look('consent-draft');
  const live = rig.app.ask(rig.broker, 'sketch', { scope: 'trading', env: 'live' });
  await alice.go(live.url);
  assert.equal(await alice.page.getByRole('button', { name: /^Allow/ }).count(), 0);
  await alice.look('consent-blocked');
  const came = rig.app.callback();
  await alice.press('Go back to the app');
  assert.equal((await came).get('error'), 'access_denied');
  await alice.leave();
});
