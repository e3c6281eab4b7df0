// SPDX-License-Identifier: ISC
// npm's oidc-provider as a server whose access tokens are signed (RFC 9068) or
// opaque, as the caller of its password grant likes, and whose keys change while
// it runs. Lines of JSON in, one line out for each:
//   {"publish": [name ...], "sign": name}   the key set, and who signs
//   {"count": true}                         how often each path was asked for
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';
import * as oidc from 'oidc-provider';

const errors = oidc.errors ?? oidc.default.errors;
const users = process.env.USERS.split(',');
const audience = process.env.AUDIENCE;
const kept = process.env.KEYS; // a file: keys outlive a restart
const scopes = ['openid', 'offline_access', 'trading', 'data', 'sudo:run'];
const ttl = 3600;

const state = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8'))
  : { keys: {}, publish: ['k-1'], sign: 'k-1' };

const key = (name) => {
  if (!state.keys[name]) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    state.keys[name] = { ...privateKey.export({ format: 'jwk' }), kid: name, use: 'sig',
      alg: 'ES256' };
  }
  return state.keys[name];
};

const server = createServer();
await new Promise((resolve) => {
  server.listen(Number(process.env.PORT), '127.0.0.1', resolve);
});
const issuer = `http://127.0.0.1:${server.address().port}`;

const resource = (format) => ({
  scope: scopes.join(' '), audience, accessTokenTTL: ttl, accessTokenFormat: format,
  ...(format === 'jwt' ? { jwt: { sign: { alg: 'ES256', kid: state.sign } } } : {}),
});

// The grant "password" is for tests alone; the newer releases of the library
// call a grant's handler without a next().
const grantPassword = (provider) => async (ctx, next) => {
  const { AccessToken, Grant, ResourceServer } = provider;
  const { username, password, scope = '', format = 'jwt' } = ctx.oidc.params;
  const { client } = ctx.oidc;
  if (!users.includes(username) || password !== `pw-${username}`) {
    throw new errors.InvalidGrant('bad password');
  }
  const grant = new Grant({ accountId: username, clientId: client.clientId });
  grant.addResourceScope(audience, scope);
  const token = new AccessToken({
    accountId: username, client, grantId: await grant.save(), gty: 'password', scope,
  });
  token.resourceServer = new ResourceServer(audience, resource(format));
  ctx.oidc.entity('AccessToken', token);
  ctx.body = {
    access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer',
  };
  if (next) await next();
};

// The library takes its keys when it is made, so that others need another one.
const make = () => {
  const provider = new Provider(issuer, {
    jwks: { keys: state.publish.map(key) },
    clients: [
      { client_id: 'gate', client_secret: 'gate-secret', redirect_uris: [],
        response_types: [], grant_types: ['client_credentials'],
        id_token_signed_response_alg: 'ES256' },
      { client_id: 'trader', client_secret: 'trader-secret', redirect_uris: [],
        response_types: [], scope: scopes.join(' '), grant_types: ['password'],
        id_token_signed_response_alg: 'ES256' },
    ],
    scopes,
    findAccount: (ctx, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    features: {
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => resource('opaque'),
      },
    },
    extraTokenClaims: (ctx, token) =>
      (token.accountId ? { username: token.accountId } : {}),
    ttl: { AccessToken: ttl, ClientCredentials: ttl, Grant: ttl },
  });
  provider.registerGrantType('password', grantPassword(provider),
    ['username', 'password', 'scope', 'format'], []);
  provider.on('server_error', (ctx, error) => console.error('server_error', error));
  writeFileSync(kept, JSON.stringify(state), { mode: 0o600 });
  return provider.callback();
};

let answer = make();
const asked = {};
server.on('request', (request, response) => {
  const path = request.url.split('?')[0];
  asked[path] = (asked[path] ?? 0) + 1;
  answer(request, response);
});
createInterface({ input: process.stdin }).on('line', (line) => {
  const { publish, sign } = JSON.parse(line);
  if (publish) {
    Object.assign(state, { publish, sign });
    answer = make();
  }
  console.log(`said ${JSON.stringify(asked)}`);
}).on('close', () => process.exit(0));
console.log(`ready ${issuer}`);
