// SPDX-License-Identifier: ISC
// What a person sees of the apps that were let in, and what ending it ends;
// the account, its password, and the other browsers that this signs out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenRequest } from './app.mjs';
import { passwords } from './broker.mjs';
import { Rig } from './rig.mjs';
import { call, connect } from './steps.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
const client = { clientId: 'charts' };
let rig, alice;

before(async () => {
  if (skip) return;
  rig = await Rig.start();
  await rig.broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
  alice = await rig.person('alice');
  await alice.signIn();
});
after(async () => {
  await alice?.leave();
  await rig?.close();
});

async function allow(env, scope) {
  const request = rig.app.ask(rig.broker, 'charts', { scope, env });
  await alice.go(request.url);
  return connect(alice, request, client);
}

test('nothing is connected, and the page says how to begin', { skip }, async () => {
  await alice.go('/connected');
  assert.match(await alice.page.locator('main').innerText(), /No app has access/);
  await alice.look('connected-empty');
});

test('two connections; one is ended, the other stands', { skip }, async () => {
  const paper = await allow('paper', 'data');
  const live = await allow('live', 'trading data');
  for (let i = 0; i < 3; i += 1) await call(rig.broker, '/paper/v2/account', paper.access_token);
  const refused = await call(rig.broker, '/paper/v2/account', live.access_token);
  assert.notEqual(refused.status, 200);

  await alice.go('/connected');
  await alice.look('connected-two');
  const cards = alice.page.locator('.card');
  assert.equal(await cards.count(), 2);
  await cards.filter({ has: alice.page.locator('.badge-live') }).getByRole('link').first().click();
  await alice.page.getByText('GET /paper/v2/account').first().waitFor();
  assert.match(await alice.page.locator('main').innerText(), /No 403/);
  await alice.look('connection-refused-call');
  await alice.press('Revoke access');
  await alice.says('Access is revoked');

  assert.equal((await rig.broker.introspect(live.access_token)).active, false);
  assert.equal((await rig.broker.introspect(paper.access_token)).active, true);
  const again = await tokenRequest(rig.broker, {
    grant_type: 'refresh_token', client_id: 'charts', refresh_token: live.refresh_token,
  });
  assert.equal(again.body.error, 'invalid_grant');
  assert.equal(await alice.page.locator('.card').count(), 1);
  await alice.look('connected-one-ended');
});

test("nobody sees or ends another's connection", { skip }, async () => {
  await alice.go('/connected');
  const href = await alice.page.locator('.card a').first().getAttribute('href');
  const bob = await rig.person('bob');
  await bob.signIn();
  assert.equal((await bob.go(href)).status(), 404);
  await bob.go('/connected');
  const token = await bob.page.locator('input[name=form_token]').first().getAttribute('value');
  const reply = await bob.context.request.post(`${rig.broker.url}${href}/revoke`,
    { form: { form_token: token }, maxRedirects: 0 });
  assert.equal(reply.status(), 404);
  await bob.leave();
  await alice.page.reload();
  assert.equal(await alice.page.locator('.card').count(), 1);
});

test('a new password signs out every other browser, and no app', { skip }, async () => {
  const other = await rig.person('alice');
  await other.signIn('/account');
  await alice.go('/account/password');
  await alice.look('password');
  await alice.fill({ 'Password now': 'not hers', 'New password': 'a-wholly-new-one' });
  await alice.press('Change the password');
  assert.match(await alice.faultOf('Password now'), /\w{3}/);
  await alice.look('password-fault');
  await alice.fill({ 'Password now': passwords.alice, 'New password': 'a-wholly-new-one' });
  await alice.press('Change the password');
  await alice.says('Your password is changed');
  await other.go('/account');
  assert.equal(new URL(other.page.url()).pathname, '/sign-in');
  await other.leave();
  await alice.go('/connected');
  assert.equal(await alice.page.locator('.card').count(), 1);
});
