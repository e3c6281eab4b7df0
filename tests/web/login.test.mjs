// SPDX-License-Identifier: ISC
// Signing in at a terminal, as the owner of an account sees it: the broker's pages and the
// gate's, from the link to the code, and each way that it can end otherwise.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Gate, gateMissing } from './login.mjs';
import { passwords } from './broker.mjs';
import { Rig } from './rig.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing || gateMissing;
const ALLOW = 1;
const DENY = 2;
let rig;
let gate;

before(async () => {
  if (skip) return;
  rig = await Rig.start('--faults');
  gate = await Gate.start(rig.broker);
  rig.homes = [gate.url];
});
after(async () => {
  await gate?.close();
  await rig?.close();
});

async function toTheGate(person, link, { untick } = {}) {
  await person.go(link);
  await person.fill({ Name: person.name, Password: passwords[person.name] });
  await person.press('Sign in');
  if (untick) await person.page.getByLabel(untick).uncheck();
  await person.press(/^Allow/);
  await person.page.waitForURL(`${gate.url}/**`);
}

async function code(person) {
  const text = await person.page.locator('main').innerText();
  return text.match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/)[0];
}

test('from the link to the code', { skip }, async () => {
  const { terminal, link } = await gate.login();
  const alice = await rig.person('alice');
  await toTheGate(alice, link);
  const text = await alice.page.locator('main').innerText();
  for (const word of ['desk.example.com', 'sshd', 'alice', '192.0.2.7', 'trading']) {
    assert.ok(text.includes(word), `${word} is not in: ${text}`);
  }
  assert.match(text, /paper/i);
  await alice.look('gate-confirm');
  await alice.press('Approve');
  await alice.look('gate-code');
  const { verdict } = await terminal.type(await code(alice));
  assert.equal(verdict, ALLOW);
  await alice.leave();
});

test('with the keyboard alone', { skip }, async () => {
  const { terminal, link } = await gate.login();
  const alice = await rig.person('alice');
  await toTheGate(alice, link);
  const focused = () => alice.page.evaluate('document.activeElement.innerText');
  for (let n = 0; n < 12 && (await focused()) !== 'Approve'; n += 1) await alice.page.keyboard.press('Tab');
  assert.equal(await focused(), 'Approve');
  await alice.page.keyboard.press('Enter');
  await alice.page.waitForURL(/confirm/);
  assert.equal((await terminal.type((await code(alice)).toLowerCase().replace('-', ' '))).verdict, ALLOW);
  await alice.leave();
});

test('data alone: the page names the scope that is missing', { skip }, async () => {
  const { terminal, link } = await gate.login();
  const alice = await rig.person('alice');
  await toTheGate(alice, link, { untick: /Place, change/ });
  const text = await alice.page.locator('main').innerText();
  assert.match(text, /trading/);
  assert.equal(await alice.page.getByRole('button', { name: 'Approve' }).count(), 0);
  await alice.look('gate-missing');
  assert.equal((await terminal.type('')).verdict, DENY);
  assert.equal(gate.audit().at(-1).reason, 'scope_missing');
  await alice.leave();
});

test('the account of somebody else', { skip }, async () => {
  const { terminal, link } = await gate.login('alice');
  const bob = await rig.person('bob');
  await toTheGate(bob, link);
  await bob.look('gate-other');
  assert.equal(await bob.page.getByRole('button', { name: 'Approve' }).count(), 0);
  assert.equal((await terminal.type('')).verdict, DENY);
  await bob.leave();
});

test('not me', { skip }, async () => {
  const { terminal, link } = await gate.login();
  const alice = await rig.person('alice');
  await toTheGate(alice, link);
  await alice.press('Not me');
  await alice.look('gate-not-me');
  assert.equal((await terminal.type('')).verdict, DENY);
  assert.equal(gate.audit().at(-1).reason, 'login_declined');
  await alice.go(link);
  await alice.look('gate-over');
  await alice.leave();
});

test('the back button and a reload give no second code', { skip }, async () => {
  const { terminal, link } = await gate.login();
  const alice = await rig.person('alice');
  await toTheGate(alice, link);
  await alice.press('Approve');
  const shown = await code(alice);
  await alice.page.goBack();
  await alice.page.reload();
  assert.ok(!(await alice.page.content()).includes(shown));
  assert.equal((await terminal.type(shown)).verdict, ALLOW);
  await alice.leave();
});

test('a terminal that hangs up ends it', { skip }, async () => {
  const { terminal, link } = await gate.login();
  const alice = await rig.person('alice');
  await toTheGate(alice, link);
  terminal.hangUp();
  await new Promise((done) => { terminal.process.once('exit', done); });
  await alice.press('Approve');
  assert.doesNotMatch(await alice.page.locator('main').innerText(), /[0-9A-Z]{4}-[0-9A-Z]{4}/);
  await alice.look('gate-gone');
  await alice.leave();
});

test('a broker that is not well is neither yes nor no', { skip }, async () => {
  const { terminal, link } = await gate.login();
  const alice = await rig.person('alice');
  await alice.go(link);
  await alice.fill({ Name: 'alice', Password: passwords.alice });
  await alice.press('Sign in');
  await rig.broker.command('fault set', '--kind', '5xx', '--on', 'token');
  const back = alice.page.waitForResponse((reply) => reply.url().startsWith(`${gate.url}/callback`));
  await alice.press(/^Allow/);
  assert.equal((await back).status(), 503);
  await alice.page.waitForLoadState();
  await rig.broker.command('fault clear');
  assert.ok(!gate.audit().some((record) => record.reason.startsWith('as_') && record.decision === 'deny'));
  terminal.hangUp();
  alice.faults = alice.faults.filter((fault) => !fault.includes('status of 503'));
  await alice.look('gate-unavailable');
  await alice.leave();
});
