// SPDX-License-Identifier: ISC
// `scopegate login` with a real browser: what the person sees at the end, on
// the page that the program itself serves.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Rig } from './rig.mjs';
import { brokerd, browserMissing } from './tools.mjs';

// Installed beside brokerd's folder, or built in one of its own.
const program = [join(dirname(brokerd), '../bin/scopegate'), join(dirname(brokerd), '../client/scopegate')]
  .find(existsSync);
const skip = browserMissing || (program ? false : 'scopegate is not built');
let rig;
let home;

before(async () => {
  if (skip) return;
  rig = await Rig.start();
  await rig.broker.addApp('laptop', 'http://127.0.0.1/callback', { isPublic: true });
  home = mkdtempSync(join(tmpdir(), 'scopegate-home-'));
  mkdirSync(join(home, '.config/scopegate'), { recursive: true });
  writeFileSync(join(home, '.config/scopegate/config'), `[scopegate]
storage = file
[issuer broker]
url = ${rig.broker.url}
client_id = laptop
scope = trading data
insecure_loopback = yes
`);
});
after(() => {
  if (home) rmSync(home, { recursive: true });
  return rig?.close();
});

const environment = () => ({ PATH: process.env.PATH, HOME: home });

// The running login, and the link that it printed.
async function begin() {
  const login = spawn(program, ['login', 'broker', '--no-browser', '--timeout', '2m'],
    { env: environment() });
  login.said = '';
  login.ended = new Promise((resolve) => { login.on('close', resolve); });
  login.link = await new Promise((resolve, reject) => {
    login.stderr.on('data', (text) => {
      login.said += text;
      const found = /^ {2}(http\S+)$/m.exec(login.said);
      if (found) resolve(found[1]);
    });
    login.on('close', () => reject(new Error(login.said)));
  });
  // The one other place that the browser may go to.
  const back = new URL(new URL(login.link).searchParams.get('redirect_uri'));
  Object.defineProperty(rig.app, 'origin', { value: back.origin, configurable: true });
  return login;
}

test('allowed: the page says to close the window, and the token is there', { skip }, async () => {
  const login = await begin();
  const alice = await rig.person('alice');
  await alice.signIn(login.link);
  await alice.press(/^Allow/);
  await alice.page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  assert.match(await alice.page.locator('main').innerText(), /close this window/);
  await alice.look('scopegate-signed-in');
  assert.equal(await login.ended, 0, login.said);
  const token = execFileSync(program, ['token', 'broker'], { env: environment() });
  const facts = await rig.broker.introspect(token.toString().trim());
  assert.equal(facts.active, true);
  assert.equal(facts.username, 'alice');
  await alice.leave();
});

test('denied: the page and the terminal say so', { skip }, async () => {
  const login = await begin();
  const bob = await rig.person('bob');
  await bob.signIn(login.link);
  await bob.press('Deny');
  await bob.page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
  await bob.look('scopegate-not-signed-in');
  assert.equal(await login.ended, 1);
  assert.match(login.said, /access was not allowed at the broker/);
  await bob.leave();
});
