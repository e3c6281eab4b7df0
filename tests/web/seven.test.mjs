// SPDX-License-Identifier: ISC
// The whole story in one go, by people in browsers: a developer opens an
// account, signs the agreement, makes an app and submits it; two operators
// approve; a trader allows it on the live account; the app gets a code, turns
// it into a token and uses it; the trader sees what it did and ends it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenRequest } from './app.mjs';
import { Rig } from './rig.mjs';
import { call, createApp, signAgreement, signUp, takeSecret } from './steps.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
let rig;

before(async () => { if (!skip) rig = await Rig.start(); });
after(() => rig?.close());

async function approve(name, title) {
  const operator = await rig.person(name);
  await operator.signIn('/operator');
  await operator.look(`operator-${name}`);
  await operator.follow('apps in review');
  await operator.look(`operator-reviews-${name}`);
  await operator.follow(title);
  await operator.look(`operator-app-${name}`);
  await operator.press('Approve for live trading');
  await operator.page.getByRole('status').waitFor();
  await operator.leave();
}

test('from sign-up to a token in the hands of the app, and back', { skip }, async () => {
  // 1. Somebody opens an account, 2. signs the agreement, 3. makes an app.
  const erin = await rig.person('erin');
  await signUp(erin);
  await signAgreement(erin);
  await createApp(erin, {
    name: 'Candles', redirect: rig.app.redirectUri, scopes: ['data', 'trading'],
    more: { 'Terms of use': 'https://candles.example.com/terms',
      'Privacy policy': 'https://candles.example.com/privacy' },
  });
  await erin.press('Make a secret');
  const candles = await takeSecret(erin);

  // 4. It is submitted, and approved by two operators.
  await erin.press('Submit for review');
  await erin.says('Submitted');
  await erin.look('app-submitted');
  await approve('carol', 'Candles');
  await erin.page.reload();
  assert.match(await erin.page.locator('main').innerText(), /1 of 2/);
  await approve('dave', 'Candles');
  await erin.page.reload();
  await erin.page.locator('.badge-approved').first().waitFor();
  await erin.look('app-approved');

  // 5. A trader comes from the app and sees what it wants.
  const alice = await rig.person('alice');
  const request = rig.app.ask(rig.broker, candles.clientId, { scope: 'trading data' });
  await alice.signIn(request.url);
  const shown = await alice.page.locator('main').innerText();
  for (const words of [/Candles/, /erin/, /Approved/, /Place, change and cancel orders/,
    /Read market data/]) assert.match(shown, words);
  await alice.page.locator('input[name=env][value=live]').check();
  await alice.look('consent-approved');

  // 6. Allowed, she is sent back with a code, which the app turns into a token.
  const came = rig.app.callback();
  await alice.press(/^Allow/);
  const back = await came;
  assert.equal(back.get('state'), request.state);
  const { status, body: tokens } = await tokenRequest(rig.broker, {
    grant_type: 'authorization_code',
    client_id: candles.clientId,
    client_secret: candles.secret,
    code: back.get('code'),
    redirect_uri: rig.app.redirectUri,
    code_verifier: request.verifier,
  });
  assert.equal(status, 200);
  assert.equal(tokens.scope, 'trading data');

  // 7. The token opens her live account, and no other.
  const account = await call(rig.broker, '/v2/account', tokens.access_token);
  assert.equal(account.status, 200);
  assert.equal(account.body.status, 'ACTIVE');
  assert.notEqual((await call(rig.broker, '/paper/v2/account', tokens.access_token)).status, 200);
  const facts = await rig.broker.introspect(tokens.access_token);
  assert.equal(facts.env, 'live');

  // And what was given can be taken back.
  await alice.go('/connected');
  await alice.look('connected');
  await alice.follow('Candles');
  await alice.page.getByText('GET /v2/account').first().waitFor();
  await alice.look('connection');
  await alice.press('Revoke access');
  await alice.says('Access is revoked');
  await alice.look('connected-ended');
  assert.equal((await rig.broker.introspect(tokens.access_token)).active, false);
  assert.equal((await call(rig.broker, '/v2/account', tokens.access_token)).status, 401);
  await erin.leave();
  await alice.leave();
});
