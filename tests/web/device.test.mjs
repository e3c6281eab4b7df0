// SPDX-License-Identifier: ISC
// A terminal asks, and its person answers in a browser: with a client of
// others that polls meanwhile, and for a sign-in to a host.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenRequest } from './app.mjs';
import { Rig } from './rig.mjs';
import { browserMissing, load, missing } from './tools.mjs';

const skip = browserMissing || missing('npm:openid-client');
const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
let rig;

before(async () => {
  if (skip) return;
  rig = await Rig.start('--faults');
  await rig.broker.command('app add', '--app', 'terminal', '--title', 'Terminal', '--public',
    '--owner', 'bob', '--scope', 'openid offline_access trading host:login',
    '--grants', `${grantType} refresh_token`);
});
after(() => rig?.close());

async function begin(more) {
  const reply = await fetch(`${rig.broker.url}/oauth/device_authorization`, {
    method: 'POST', body: new URLSearchParams({ client_id: 'terminal', ...more }),
  });
  assert.equal(reply.status, 200);
  return reply.json();
}

function poll(device) {
  return tokenRequest(rig.broker,
    { grant_type: grantType, client_id: 'terminal', device_code: device.device_code });
}

test('the code is typed, and the device that polls gets its tokens', { skip }, async () => {
  const client = await load('openid-client');
  const config = await client.discovery(new URL(rig.broker.url), 'terminal', undefined,
    client.None(), { algorithm: 'oidc', execute: [client.allowInsecureRequests] });
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid trading' });
  assert.equal(device.confirmation_number, undefined);
  const came = client.pollDeviceAuthorizationGrant(config, device);

  const alice = await rig.person('alice');
  await alice.signIn('/device');
  await alice.look('device-code');
  await alice.fill({ 'The code on your device': 'bcdf' });
  await alice.press('Continue');
  assert.match(await alice.faultOf('The code on your device'), /eight letters/);
  await alice.look('device-code-fault');
  await alice.fill({ 'The code on your device': device.user_code.toLowerCase().replace('-', ' ') });
  await alice.press('Continue');
  const text = await alice.page.locator('main').innerText();
  assert.match(text, /Terminal/);
  assert.match(text, /Place, change and cancel orders/);
  assert.ok(text.includes(device.user_code));
  await alice.look('device-consent');
  await alice.press(/^Allow/);
  assert.match(await alice.heading(), /go back to your device/);
  await alice.look('device-done');
  const tokens = await came;
  assert.equal((await rig.broker.introspect(tokens.access_token)).username, 'alice');
  assert.ok(tokens.claims().sub);
  const again = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal((await rig.broker.introspect(again.access_token)).active, true);
  await alice.leave();
});

test('a link with the code makes the person compare it, and deny is told', { skip }, async () => {
  const device = await begin({ scope: 'trading' });
  const bob = await rig.person('bob');
  await bob.signIn(device.verification_uri_complete);
  assert.match(await bob.heading(), /Is this the code/);
  assert.equal(await bob.page.getByText(device.user_code).count(), 1);
  await bob.look('device-compare');
  await bob.press(/^Yes/);
  await bob.press(/^Deny/);
  assert.match(await bob.page.getByRole('status').innerText(), /gets nothing/);
  const { status, body } = await poll(device);
  assert.equal(status, 400);
  assert.equal(body.error, 'access_denied');
  await bob.leave();
});

test('a sign-in to a host wants the number that its terminal shows', { skip }, async () => {
  const device = await begin({
    scope: 'host:login',
    authorization_details: JSON.stringify([
      { type: 'host_login', host: 'db1.example.com', service: 'ssh', user: 'alice' }]),
  });
  assert.match(device.confirmation_number, /^\d\d$/);
  const alice = await rig.person('alice');
  await alice.signIn(device.verification_uri_complete);
  await alice.press(/^Yes/);
  const text = await alice.page.locator('main').innerText();
  assert.match(text, /signing in to ssh on db1\.example\.com as alice/);
  await alice.look('device-host');
  const label = 'Which number is shown there?';
  const wrong = String((Number(device.confirmation_number) + 1) % 100).padStart(2, '0');
  await alice.fill({ [label]: wrong });
  await alice.press(/^Allow/);
  assert.match(await alice.faultOf(label), /not the number/);
  await alice.look('device-host-fault');
  await alice.fill({ [label]: device.confirmation_number });
  await alice.press(/^Allow/);
  assert.match(await alice.heading(), /go back to your device/);
  const { status, body } = await poll(device);
  assert.equal(status, 200);
  const facts = await rig.broker.introspect(body.access_token);
  assert.equal(facts.authorization_details[0].host, 'db1.example.com');
  await alice.leave();
});

test('deny needs no number', { skip }, async () => {
  const device = await begin({
    authorization_details: JSON.stringify([
      { type: 'host_login', host: 'db1.example.com', service: 'ssh', user: 'alice' }]),
  });
  const alice = await rig.person('alice');
  await alice.signIn(device.verification_uri_complete);
  await alice.press(/^Yes/);
  await alice.press(/^Deny/);
  assert.match(await alice.heading(), /go back to your device/);
  assert.equal((await poll(device)).body.error, 'access_denied');
  await alice.leave();
});

test('an operator sets a fault, sees it, and clears it', { skip }, async () => {
  const carol = await rig.person('carol');
  await carol.signIn('/operator/faults');
  await carol.look('faults-none');
  await carol.page.getByRole('radio', { name: /answers 503/ }).check();
  await carol.page.getByRole('radio', { name: /introspection/ }).check();
  await carol.fill({ 'How many requests': 'many' });
  await carol.press('Set this fault');
  assert.match(await carol.faultOf('How many requests'), /number/);
  await carol.fill({ 'How many requests': '1' });
  await carol.press('Set this fault');
  await carol.look('faults-set');
  const ask = () => fetch(`${rig.broker.url}/oauth/introspect`, { method: 'POST', body: 'token=x' });
  assert.equal((await ask()).status, 503);
  assert.notEqual((await ask()).status, 503);
  await carol.page.reload();
  assert.match(await carol.page.locator('main').innerText(), /No fault is set/);
  await carol.leave();
});
