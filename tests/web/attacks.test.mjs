// SPDX-License-Identifier: ISC
// What an attacker tries with a browser in between: to be redirected to, to
// put the page in a frame, to send its form, to use a code that is not his, to
// use one twice (RFC 9700 section 4).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenRequest } from './app.mjs';
import { passwords } from './broker.mjs';
import { Rig } from './rig.mjs';
import { Robot } from './robot.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
let rig, secret, mallory;

before(async () => {
  if (skip) return;
  rig = await Rig.start();
  await rig.broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
  secret = await rig.broker.addApp('desk', rig.app.redirectUri);
  mallory = new Robot(rig.broker);
  await mallory.signIn('bob');
});
after(() => rig?.close());

async function codeFor(robot, clientId, parameters = {}) {
  const request = rig.app.ask(rig.broker, clientId, { scope: 'data', ...parameters });
  const back = await robot.decide(request.url, 'allow', { env: 'paper' });
  return { request, code: back.searchParams.get('code') };
}

function exchange({ request, code }, more = {}) {
  return tokenRequest(rig.broker, {
    grant_type: 'authorization_code',
    client_id: 'charts',
    code,
    redirect_uri: rig.app.redirectUri,
    code_verifier: request.verifier,
    ...more,
  });
}

test('signing in leads nowhere but here', { skip }, async () => {
  const evil = 'evil.example.com';
  const places = [`https://${evil}/`, `//${evil}/`, `/\\${evil}/`, `\\\\${evil}`, `/\t/${evil}/`,
    `\t//${evil}`, `/%09/${evil}`, `/.//${evil}`, 'javascript:alert(1)', `@${evil}`, `.${evil}`,
    `/\r\nLocation: https://${evil}/`, `/\u0000/${evil}`];
  for (const place of places) {
    const alice = await rig.person('alice');
    const reply = await alice.go(`/sign-in?return=${encodeURIComponent(place)}`);
    if (reply.status() === 200) {
      await alice.fill({ Name: 'alice', Password: passwords.alice });
      await alice.press('Sign in');
      await alice.page.waitForLoadState();
    }
    assert.equal(new URL(alice.page.url()).origin, rig.broker.url, JSON.stringify(place));
    await alice.leave();
  }
});

test('no address that only resembles a registered one is led to', { skip }, async () => {
  const { port } = new URL(rig.app.origin);
  const near = ['http://127.0.0.1@evil.example.com/callback',
    `http://127.0.0.1:${port}@evil.example.com/callback`,
    'http://127.0.0.1.example.com/callback', `http://127.0.0.1:${port}.example.com/callback`,
    `http://127.0.0.1:${port}/callback/`, `http://127.0.0.1:${port}/callback?x=1`,
    `http://127.0.0.1:${port}/callback#x`, `http://127.0.0.1:${port}/callback/../evil`,
    `http://127.0.0.1:${port}/%63allback`, `http://127.0.0.1:${port}/callback%00`,
    `https://127.0.0.1:${port}/callback`, `http://localhost:${port}/callback`,
    `http://127.1:${port}/callback`, `http://[::1]:${port}/callback`,
    `http://127.0.0.1:${port}\\@evil.example.com/callback`, 'http://127.0.0.1:99999/callback',
    `http://127.0.0.1:${port}/callback http://evil.example.com/`,
    `http://127.0.0.1:${port}/callback\r\nX: y`, '//127.0.0.1/callback', '/callback'];
  const alice = new Robot(rig.broker);
  await alice.signIn('alice');
  for (const redirectUri of near) {
    const { url } = rig.app.ask(rig.broker, 'charts', { redirect_uri: redirectUri });
    const reply = await alice.send(url);
    assert.equal(reply.status, 400, JSON.stringify(redirectUri));
    assert.equal(reply.location, null, JSON.stringify(redirectUri));
  }
});

test('no page can be put into a frame', { skip }, async () => {
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'data' });
  await alice.signIn(request.url);
  await alice.page.goto(`${rig.app.origin}/callback`);
  const text = await alice.page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    await new Promise((resolve) => {
      frame.onload = resolve;
      frame.src = url;
    });
    return frame.contentDocument?.body?.innerText ?? 'of another origin';
  }, request.url);
  const frame = alice.page.frames().at(-1);
  assert.ok(frame.url().startsWith('chrome-error://'), `${frame.url()} shows ${text}`);
  await alice.context.close(); // the browser complained, as it should
});

test("another site's form is refused, though the cookie goes with it", { skip }, async () => {
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'data' });
  await alice.signIn(request.url);
  await alice.page.goto(`${rig.app.origin}/callback`);
  const replied = alice.page.waitForResponse((one) => one.request().method() === 'POST');
  await alice.page.evaluate((url) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = url;
    form.innerHTML = '<input name="decision" value="allow"><input name="env" value="paper">';
    document.body.append(form);
    form.submit();
  }, request.url);
  const reply = await replied;
  assert.equal(reply.status(), 403);
  assert.match((await reply.request().allHeaders()).cookie ?? '', /brokerd_session=/);
  assert.equal(await alice.heading(), 'This form is out of date');
  await alice.leave();
});

test("a code that was stolen or injected is of no use", { skip }, async () => {
  const alice = new Robot(rig.broker);
  await alice.signIn('alice');
  const victim = await codeFor(alice, 'charts');
  const own = await codeFor(mallory, 'charts');

  // The victim's code in the attacker's session, and the other way round.
  const mixed = await exchange({ request: own.request, code: victim.code });
  assert.equal(mixed.body.error, 'invalid_grant');
  const injected = await exchange({ request: victim.request, code: own.code });
  assert.equal(injected.body.error, 'invalid_grant');
  // Without the proof, or as another client, with its secret.
  const bare = await exchange(victim, { code_verifier: '' });
  assert.ok(['invalid_grant', 'invalid_request'].includes(bare.body.error));
  const asDesk = await exchange(victim, { client_id: 'desk', client_secret: secret });
  assert.equal(asDesk.body.error, 'invalid_grant');
});

test('a code and a refresh token are good once', { skip }, async () => {
  const one = await codeFor(mallory, 'charts');
  const { body: first } = await exchange(one);
  assert.equal((await rig.broker.introspect(first.access_token)).active, true);
  assert.equal((await exchange(one)).body.error, 'invalid_grant');
  assert.equal((await rig.broker.introspect(first.access_token)).active, false);

  const { body: second } = await exchange(await codeFor(mallory, 'charts'));
  const refresh = () => tokenRequest(rig.broker, {
    grant_type: 'refresh_token', client_id: 'charts', refresh_token: second.refresh_token,
  });
  const { body: third } = await refresh();
  assert.equal((await rig.broker.introspect(third.access_token)).active, true);
  assert.equal((await refresh()).body.error, 'invalid_grant');
  assert.equal((await rig.broker.introspect(third.access_token)).active, false);
});

test('a hundred requests for one code give one token', { skip }, async () => {
  const one = await codeFor(mallory, 'charts');
  const replies = await Promise.all(Array.from({ length: 100 }, () => exchange(one)));
  const good = replies.filter((reply) => reply.status === 200);
  assert.equal(good.length, 1);
  assert.equal((await rig.broker.introspect(good[0].body.access_token)).active, false,
    'and the second use ended it');
});
