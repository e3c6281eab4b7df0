// SPDX-License-Identifier: ISC
// OpenID Connect and signed answers, checked by clients that others wrote:
// they fetch the keys, and refuse what is not signed, not for them or not in
// the standard's form.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { App } from './app.mjs';
import { Broker } from './broker.mjs';
import { Robot } from './robot.mjs';
import { load, missing } from './tools.mjs';

const skip = missing('npm:oauth4webapi', 'npm:openid-client');
const audience = 'https://hosts.example.test';
let broker, app, alice, secret, oauth, client;

before(async () => {
  if (skip) return;
  broker = await Broker.start();
  app = await App.start();
  secret = await broker.addApp('desk', app.redirectUri);
  await broker.addApp('signed', app.redirectUri, { isPublic: true, more: ['--jwt'] });
  alice = new Robot(broker);
  await alice.signIn('alice');
  oauth = await load('oauth4webapi');
  client = await load('openid-client');
});
after(async () => {
  app?.close();
  await broker?.close();
});

describe('oauth4webapi', { skip }, () => {
  const http = () => ({ [oauth.allowInsecureRequests]: true });

  async function discover() {
    const issuer = new URL(broker.url);
    const reply = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...http() });
    return oauth.processDiscoveryResponse(issuer, reply);
  }

  async function codeFlow(as, who, authentication, parameters, checks = {}) {
    const verifier = oauth.generateRandomCodeVerifier();
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({
      client_id: who.client_id,
      redirect_uri: app.redirectUri,
      response_type: 'code',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    const back = oauth.validateAuthResponse(
      as, who, await alice.decide(url.href, 'allow', { env: 'paper' }), oauth.expectNoState);
    const reply = await oauth.authorizationCodeGrantRequest(
      as, who, authentication, back, app.redirectUri, verifier, http());
    const tokens = await oauth.processAuthorizationCodeResponse(as, who, reply, checks);
    return { reply, tokens };
  }

  test('an id_token: signature, nonce, time of sign-in, userinfo', async () => {
    const as = await discover();
    const who = { client_id: 'desk' };
    const nonce = oauth.generateRandomNonce();
    const { reply, tokens } = await codeFlow(as, who, oauth.ClientSecretBasic(secret),
      { scope: 'openid profile data', nonce, max_age: '3600' },
      { expectedNonce: nonce, maxAge: 3600, requireIdToken: true });
    await oauth.validateApplicationLevelSignature(as, reply, http());
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    assert.equal(claims.nonce, nonce);
    assert.ok(claims.auth_time <= claims.iat);
    assert.equal(claims.acr, 'urn:brokerd:acr:password');
    const info = await oauth.processUserInfoResponse(as, who, claims.sub,
      await oauth.userInfoRequest(as, who, tokens.access_token, http()));
    assert.equal(info.preferred_username, 'alice');
  });

  test('an access token that a resource server reads by itself', async () => {
    const as = await discover();
    const { tokens } = await codeFlow(as, { client_id: 'signed' }, oauth.None(), { scope: 'data' });
    const request = new Request('https://api.example.com/', {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    const claims = await oauth.validateJwtAccessToken(as, request, audience, http());
    assert.equal(claims.client_id, 'signed');
    assert.equal(claims.scope, 'data');
    const elsewhere = oauth.validateJwtAccessToken(as, request, 'https://other.example.com', http());
    await assert.rejects(elsewhere);
    assert.equal((await broker.introspect(tokens.access_token)).active, true);
  });

  test('introspection that is signed', async () => {
    const as = await discover();
    const { tokens } = await codeFlow(as, { client_id: 'signed' }, oauth.None(), { scope: 'data' });
    const gate = { client_id: 'gate' };
    const reply = await oauth.introspectionRequest(as, gate,
      oauth.ClientSecretBasic(broker.gateSecret), tokens.access_token,
      { requestJwtResponse: true, ...http() });
    const told = await oauth.processIntrospectionResponse(as, gate, reply);
    await oauth.validateApplicationLevelSignature(as, reply, http());
    assert.equal(told.active, true);
    assert.equal(told.username, 'alice');
  });
});

describe('openid-client', { skip }, () => {
  test('discovery, id_token and userinfo', async () => {
    const config = await client.discovery(new URL(broker.url), 'desk', undefined,
      client.ClientSecretPost(secret), { execute: [client.allowInsecureRequests,
        client.enableNonRepudiationChecks] });
    const verifier = client.randomPKCECodeVerifier();
    const nonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: app.redirectUri,
      scope: 'openid profile',
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const back = await alice.decide(url.href, 'allow', { env: 'paper' });
    const tokens = await client.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier, expectedNonce: nonce, idTokenExpected: true,
    });
    const { sub } = tokens.claims();
    const info = await client.fetchUserInfo(config, tokens.access_token, sub);
    assert.equal(info.preferred_username, 'alice');
  });
});
