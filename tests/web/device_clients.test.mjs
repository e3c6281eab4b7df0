// SPDX-License-Identifier: ISC
// The device's side of RFC 8628 by clients that others wrote: oauth4webapi, and
// Debian's oidc-agent, which people really use for this.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Broker } from './broker.mjs';
import { Robot } from './robot.mjs';
import { load, missing } from './tools.mjs';

const skip = missing();
const grants = 'urn:ietf:params:oauth:grant-type:device_code refresh_token';
const more = ['--grants', grants];
let broker, secret;

before(async () => {
  if (skip) return;
  broker = await Broker.start();
  await broker.addApp('terminal', 'http://127.0.0.1/callback', { isPublic: true, more });
  secret = await broker.addApp('agent', 'http://localhost:4242', { more });
});
after(() => broker?.close());

// A person answers what a client shows on its screen.
async function approve(userCode) {
  const alice = new Robot(broker);
  await alice.signIn('alice');
  const page = await alice.submit(await alice.open('/device'), '/device', { user_code: userCode });
  return alice.submit(page, '/device', { decision: 'allow', env: 'paper' });
}

test('oauth4webapi on the device', { skip: skip || missing('npm:oauth4webapi') }, async () => {
  const oauth = await load('oauth4webapi');
  const http = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(broker.url);
  const as = await oauth.processDiscoveryResponse(issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http }));
  const who = { client_id: 'terminal' };
  const device = await oauth.processDeviceAuthorizationResponse(as, who,
    await oauth.deviceAuthorizationRequest(as, who, oauth.None(), { scope: 'data' }, http));
  const ask = async () => oauth.processDeviceCodeResponse(as, who,
    await oauth.deviceCodeGrantRequest(as, who, oauth.None(), device.device_code, http));
  await approve(device.user_code);
  const tokens = await ask();
  assert.equal((await broker.introspect(tokens.access_token)).username, 'alice');
});

// Runs a command, with what it said in `said`; resolves at its end.
function start(command, parameters, env) {
  const child = spawn(command, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, said: '', out: '' };
  run.ended = new Promise((resolve) => { child.on('close', (code) => resolve(code)); });
  child.stdout.on('data', (data) => { run.out += data; run.said += data; });
  child.stderr.on('data', (data) => { run.said += data; });
  return run;
}

test("Debian's oidc-agent", { skip: skip || missing('bin:oidc-agent', 'bin:oidc-gen') }, async () => {
  const folder = mkdtempSync(join(broker.folder, 'agent-'));
  const password = join(folder, 'password');
  writeFileSync(password, 'store-pass\n');
  const socket = join(folder, 'socket');
  const env = { PATH: process.env.PATH, HOME: folder, OIDC_CONFIG_DIR: folder, OIDC_SOCK: socket };
  const agent = start('oidc-agent', ['--console', `--socket-path=${socket}`], env);
  try {
    for (let i = 0; i < 500 && !existsSync(socket); i += 1) await sleep(20);
    const gen = start('timeout', ['60', 'oidc-gen', '--manual', `--issuer=${broker.url}`, '--client-id=agent',
      `--client-secret=${secret}`, '--scope=openid offline_access data', '--flow=device',
      '--redirect-uri=http://localhost:4242', `--pw-file=${password}`, '--prompt=none',
      '--confirm-default', 'desk'], env);
    let code;
    for (let i = 0; i < 500 && !code && gen.child.exitCode === null; i += 1) {
      await sleep(20);
      [code] = gen.said.match(/\b[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}\b/) ?? [];
    }
    assert.ok(code, `oidc-gen shows a code: ${gen.said}`);
    await approve(code);
    assert.equal(await gen.ended, 0, gen.said);
    const token = start('timeout', ['60', 'oidc-token', 'desk'], env);
    assert.equal(await token.ended, 0, token.said);
    assert.equal((await broker.introspect(token.out.trim())).username, 'alice');
  } finally {
    agent.child.kill();
    await agent.ended;
  }
});
