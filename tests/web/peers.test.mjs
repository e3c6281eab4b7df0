// SPDX-License-Identifier: ISC
// Clients that others wrote, with nothing in them for this broker: what the
// metadata says is all they know.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { App } from './app.mjs';
import { Broker } from './broker.mjs';
import { Robot } from './robot.mjs';
import { load, missing } from './tools.mjs';

const skip = missing('npm:oauth4webapi', 'npm:openid-client');
let broker, app, alice, secret, oauth, client;

before(async () => {
  if (skip) return;
  broker = await Broker.start();
  app = await App.start();
  secret = await broker.addApp('desk', app.redirectUri);
  await broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
  alice = new Robot(broker);
  await alice.signIn('alice');
  oauth = await load('oauth4webapi');
  client = await load('openid-client');
});
after(async () => {
  app?.close();
  await broker?.close();
});

// Sent to the broker, alice allows, and the app is where she comes back.
function allow(url) {
  return alice.decide(url.href, 'allow');
}

describe('oauth4webapi', { skip }, () => {
  const http = () => ({ [oauth.allowInsecureRequests]: true });

  async function discover(algorithm = 'oauth2') {
    const issuer = new URL(broker.url);
    const reply = await oauth.discoveryRequest(issuer, { algorithm, ...http() });
    return oauth.processDiscoveryResponse(issuer, reply);
  }

  async function codeFlow(as, who, authentication) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({
      client_id: who.client_id,
      redirect_uri: app.redirectUri,
      response_type: 'code',
      scope: 'trading data',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const back = oauth.validateAuthResponse(as, who, await allow(url), state);
    const reply = await oauth.authorizationCodeGrantRequest(
      as, who, authentication, back, app.redirectUri, verifier, http());
    return oauth.processAuthorizationCodeResponse(as, who, reply);
  }

  test('a confidential client: code, refresh, introspection, revocation', async () => {
    const as = await discover();
    const who = { client_id: 'desk' };
    const authentication = oauth.ClientSecretBasic(secret);
    const first = await codeFlow(as, who, authentication);
    assert.equal(first.token_type, 'bearer');
    assert.equal(first.scope, 'trading data');
    assert.ok(first.expires_in > 0);

    const second = await oauth.processRefreshTokenResponse(as, who,
      await oauth.refreshTokenGrantRequest(as, who, authentication, first.refresh_token, http()));
    assert.notEqual(second.access_token, first.access_token);
    assert.notEqual(second.refresh_token, first.refresh_token);

    const gate = { client_id: 'gate' };
    const asGate = oauth.ClientSecretBasic(broker.gateSecret);
    const facts = async (token) => oauth.processIntrospectionResponse(as, gate,
      await oauth.introspectionRequest(as, gate, asGate, token, http()));
    const told = await facts(second.access_token);
    assert.equal(told.active, true);
    assert.equal(told.username, 'alice');
    assert.equal(told.client_id, 'desk');

    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, who, authentication, second.refresh_token, http()));
    assert.equal((await facts(second.access_token)).active, false);
    await assert.rejects(async () => oauth.processRefreshTokenResponse(as, who,
      await oauth.refreshTokenGrantRequest(as, who, authentication, second.refresh_token, http())),
    (error) => error.error === 'invalid_grant');
  });

  test('a public client: code with PKCE and nothing else', async () => {
    const as = await discover();
    const who = { client_id: 'charts' };
    const tokens = await codeFlow(as, who, oauth.None());
    assert.equal((await broker.introspect(tokens.access_token)).active, true);
  });

  test('the secret in the body', async () => {
    const as = await discover();
    const tokens = await codeFlow(as, { client_id: 'desk' }, oauth.ClientSecretPost(secret));
    assert.equal((await broker.introspect(tokens.access_token)).active, true);
  });

  test('deny is the error that the standard names', async () => {
    const as = await discover();
    const request = app.ask(broker, 'charts', { scope: 'data' });
    const back = await alice.decide(request.url, 'deny');
    assert.throws(() => oauth.validateAuthResponse(
      as, { client_id: 'charts' }, back, request.state),
    (error) => error.error === 'access_denied');
  });

  test("an answer of another issuer's is not taken for ours", async () => {
    const as = await discover();
    const request = app.ask(broker, 'charts', { scope: 'data' });
    const back = await allow(new URL(request.url));
    back.searchParams.set('iss', 'https://evil.example.com');
    assert.throws(() => oauth.validateAuthResponse(
      as, { client_id: 'charts' }, back, request.state), /iss/);
  });
});

describe('openid-client', { skip }, () => {
  const configure = (clientId, authentication) => client.discovery(
    new URL(broker.url), clientId, undefined, authentication,
    { algorithm: 'oauth2', execute: [client.allowInsecureRequests] });

  async function codeFlow(config) {
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: app.redirectUri,
      scope: 'data',
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return client.authorizationCodeGrant(config, await allow(url), {
      pkceCodeVerifier: verifier, expectedState: state,
    });
  }

  test('code, refresh, introspection, revocation', async () => {
    const config = await configure('desk', client.ClientSecretPost(secret));
    const first = await codeFlow(config);
    assert.ok(first.expiresIn() > 0);
    const second = await client.refreshTokenGrant(config, first.refresh_token);
    const gate = await configure('gate', client.ClientSecretBasic(broker.gateSecret));
    const told = await client.tokenIntrospection(gate, second.access_token);
    assert.equal(told.active, true);
    assert.equal(told.scope, 'data');
    await client.tokenRevocation(config, second.access_token);
    assert.equal((await client.tokenIntrospection(gate, second.access_token)).active, false);
  });

  test('a public client', async () => {
    const tokens = await codeFlow(await configure('charts', client.None()));
    assert.equal((await broker.introspect(tokens.access_token)).active, true);
  });
});
