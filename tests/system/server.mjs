// SPDX-License-Identifier: ISC
// npm's oidc-provider as an authorization server on a loopback port of the
// system's choice, for users that are given in USERS (password: "pw-" + name).
// Access tokens are of the FORMAT opaque or jwt.
// CLIENTS is a JSON list of further clients, whose `public_key` and `certificate`
// are PEM files. With TLS, a JSON object of PEM files `key`, `cert` and `ca`, it
// speaks TLS and asks for a client's certificate.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Provider } from 'oidc-provider';
import * as oidc from 'oidc-provider';

const errors = oidc.errors ?? oidc.default.errors;
const users = process.env.USERS.split(',');
const audience = process.env.AUDIENCE;
const scopes = ['openid', 'offline_access', 'trading', 'data', 'sudo:run'];
const ttl = 3600;

const files = (names) => Object.fromEntries(
  Object.entries(names).map(([what, path]) => [what, readFileSync(path)]));
const tls = process.env.TLS ? files(JSON.parse(process.env.TLS)) : null;
const server = tls
  ? createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false })
  : createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;

const shown = (ctx) => {
  const { raw } = ctx.socket.getPeerCertificate?.() ?? {};
  return raw ? new X509Certificate(raw) : undefined;
};

// As it is registered: its key in a JWK Set.
const client = ({ public_key: path, certificate, ...rest }) => {
  const made = certificate ? new X509Certificate(readFileSync(certificate)) : null;
  const key = made?.publicKey ?? (path ? createPublicKey(readFileSync(path)) : null);
  const jwk = key && { ...key.export({ format: 'jwk' }), use: 'sig', kid: 'one' };
  if (made) jwk.x5c = [made.raw.toString('base64')];
  return {
    redirect_uris: [], response_types: [], grant_types: ['client_credentials'],
    ...(jwk ? { jwks: { keys: [jwk] } } : {}), ...rest,
  };
};

const resource = () => ({
  scope: scopes.join(' '), audience, accessTokenTTL: ttl,
  accessTokenFormat: process.env.FORMAT ?? 'opaque',
});

const provider = new Provider(issuer, {
  clients: [
    { client_id: 'gate', client_secret: 'gate-secret', redirect_uris: [], response_types: [],
      grant_types: ['client_credentials'] },
    { client_id: 'trader', client_secret: 'trader-secret', redirect_uris: [],
      response_types: [], scope: scopes.join(' '),
      grant_types: ['client_credentials', 'password'] },
    ...JSON.parse(process.env.CLIENTS ?? '[]').map(client),
  ],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none',
    ...(tls ? ['tls_client_auth', 'self_signed_tls_client_auth'] : [])],
  scopes,
  findAccount: (ctx, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  features: {
    introspection: { enabled: true, allowedPolicy: () => true },
    jwtIntrospection: { enabled: true },
    revocation: { enabled: true, allowedPolicy: () => true },
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    mTLS: {
      enabled: tls !== null,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: shown,
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) =>
        property === 'tls_client_auth_san_dns'
          && shown(ctx).subjectAltName === `DNS:${expected}`,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: resource,
    },
  },
  extraTokenClaims: (ctx, token) =>
    (token.accountId ? { username: token.accountId } : {}),
  ttl: { AccessToken: ttl, ClientCredentials: ttl, Grant: ttl },
});

// The grant "password" is for tests alone; the newer releases of the library
// call a grant's handler without a next().
provider.registerGrantType('password', async (ctx, next) => {
  const { AccessToken, Grant, ResourceServer } = provider;
  const { username, password, scope = '' } = ctx.oidc.params;
  const { client } = ctx.oidc;
  if (!users.includes(username) || password !== `pw-${username}`) {
    throw new errors.InvalidGrant('bad password');
  }
  const grant = new Grant({ accountId: username, clientId: client.clientId });
  grant.addResourceScope(audience, scope);
  const token = new AccessToken({
    accountId: username, client, grantId: await grant.save(), gty: 'password', scope,
  });
  token.resourceServer = new ResourceServer(audience, resource());
  ctx.oidc.entity('AccessToken', token);
  ctx.body = {
    access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer',
  };
  if (next) await next();
}, ['username', 'password', 'scope'], []);

provider.on('server_error', (ctx, error) => console.error('server_error', error));
server.on('request', provider.callback());
console.log(`ready ${issuer}`);
