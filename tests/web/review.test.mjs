// SPDX-License-Identifier: ISC
// What an app and an account go through before they may trade live: rejected
// with a reason, submitted again, approved, changed and so a draft again,
// suspended; a live account asked for, refused, asked for again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Rig } from './rig.mjs';
import { call, connect, createApp, signAgreement, signUp, takeSecret } from './steps.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
const people = {};
let rig, app;

before(async () => {
  if (skip) return;
  rig = await Rig.start();
  for (const name of ['alice', 'carol', 'dave']) {
    people[name] = await rig.person(name);
    await people[name].signIn();
  }
  people.erin = await rig.person('erin');
  await signUp(people.erin);
  await signAgreement(people.erin);
});
after(async () => {
  for (const person of Object.values(people)) await person.leave();
  await rig?.close();
});

// Votes, with a reason or without.
async function vote(name, button, reason) {
  const operator = people[name];
  await operator.go(`/operator/apps/${app.id}`);
  if (reason) await operator.page.locator('#vote_reason').fill(reason);
  await operator.press(button);
}

const textOf = (person) => person.page.locator('main').innerText();

test('what is not complete cannot be submitted', { skip }, async () => {
  const { erin } = people;
  await erin.go('/apps/new');
  await createApp(erin, {
    name: 'Ticker', redirect: rig.app.redirectUri, scopes: ['trading'], more: { Description: '' },
  });
  assert.equal(await erin.page.getByRole('button', { name: 'Submit for review' }).count(), 0);
  assert.match(await textOf(erin), /Before it can be submitted/);
  await erin.look('app-incomplete');
  await erin.press('Make a secret');
  app = await takeSecret(erin);
  await erin.go(`/apps/${app.id}/edit`);
  await erin.fill({ Description: 'Shows one number.', Website: 'https://ticker.example.com/' });
  await erin.press('Save');
  await erin.press('Submit for review');
  await erin.says('Submitted');
});

test('a rejection needs a reason, and the developer reads it', { skip }, async () => {
  const { carol, erin } = people;
  await vote('carol', 'Reject');
  assert.ok(await carol.page.locator('[aria-invalid=true]').count() >= 1
    || await carol.page.getByRole('alert').count() >= 1);
  await carol.look('operator-reject-fault');
  await vote('carol', 'Reject', 'The website says nothing about orders.');
  await carol.page.getByRole('status').waitFor();
  await erin.go(`/apps/${app.id}`);
  assert.match(await textOf(erin), /The website says nothing about orders/);
  await erin.page.locator('.badge-rejected').first().waitFor();
  await erin.look('app-rejected');
});

test('submitted again, two different operators have to approve', { skip }, async () => {
  const { carol, erin } = people;
  await erin.press('Submit for review');
  await erin.says('Submitted');
  await vote('carol', 'Approve for live trading');
  await carol.go(`/operator/apps/${app.id}`);
  assert.equal(await carol.page.getByRole('button', { name: 'Approve for live trading' }).count(), 0,
    'nobody votes twice');
  await carol.look('operator-app-voted');
  await vote('dave', 'Approve for live trading');
  await erin.go(`/apps/${app.id}`);
  await erin.page.locator('.badge-approved').first().waitFor();
});

test('suspended, nothing of it works; lifted, it does again', { skip }, async () => {
  const { alice, carol, erin } = people;
  const request = rig.app.ask(rig.broker, app.clientId, { scope: 'trading', env: 'live' });
  await alice.go(request.url);
  const tokens = await connect(alice, request, app);
  const works = async () => (await call(rig.broker, '/v2/account', tokens.access_token)).status;
  assert.equal(await works(), 200);
  await carol.go(`/operator/apps/${app.id}`);
  await carol.page.locator('#suspend_reason').fill('It places orders that nobody wanted.');
  await carol.press('Suspend the app');
  await carol.page.locator('.badge-suspended').first().waitFor();
  await carol.look('operator-app-suspended');
  assert.notEqual(await works(), 200);
  await alice.go('/connected');
  await alice.look('connected-suspended');
  const came = rig.app.callback();
  await alice.go(request.url);
  assert.equal((await came).get('error'), 'unauthorized_client');
  await erin.go(`/apps/${app.id}`);
  assert.match(await textOf(erin), /orders that nobody wanted/);
  await erin.look('app-suspended');
  await carol.press('Lift the suspension');
  await carol.page.locator('.badge-approved').first().waitFor();
  assert.equal(await works(), 200);
});

test('another redirect URI, and the review begins anew', { skip }, async () => {
  const { erin } = people;
  await erin.go(`/apps/${app.id}/edit`);
  await erin.look('app-edit-approved');
  await erin.fill({ 'Redirect URIs': `${rig.app.redirectUri}\nhttps://ticker.example.com/cb` });
  await erin.press('Save');
  await erin.says('a draft again');
  await erin.page.locator('.badge-draft').first().waitFor();
});

test('an operator never reviews an app of his own', { skip }, async () => {
  const { dave } = people;
  await signAgreement(dave);
  await createApp(dave, {
    name: 'Insider', redirect: 'https://insider.example.com/cb', scopes: ['data'],
  });
  await dave.press('Submit for review');
  await dave.says('Submitted');
  const { pathname } = new URL(dave.page.url());
  await dave.go(`/operator${pathname}`);
  assert.equal(await dave.page.getByRole('button', { name: /^Approve/ }).count(), 0);
  await dave.look('operator-own-app');
});

test('a live account: asked for, refused with a reason, opened', { skip }, async () => {
  const { carol, erin } = people;
  await erin.go('/account');
  await erin.look('account');
  await erin.press('Ask for a live account');
  await erin.says('You have asked for a live account');
  await erin.look('account-requested');

  await carol.go('/operator');
  await carol.follow('live accounts asked for');
  await carol.look('operator-live');
  await carol.press('Refuse');
  assert.match(await carol.faultOf('Reason'), /the person concerned/);
  await carol.look('operator-live-fault');
  await carol.fill({ Reason: 'Tell us who you are first.' });
  await carol.press('Refuse');
  await carol.page.getByRole('status').waitFor();

  await erin.go('/account');
  assert.match(await textOf(erin), /Tell us who you are first/);
  await erin.look('account-refused');
  await erin.press('Ask again');
  await carol.go('/operator/live-accounts');
  await carol.press('Approve');
  await carol.page.getByRole('status').waitFor();
  await carol.look('operator-live-empty');
  await erin.go('/account');
  await erin.page.locator('.badge-active').nth(1).waitFor();
  await erin.look('account-live');
});

test('somebody is shut out, and let in again', { skip }, async () => {
  const { carol, erin } = people;
  await carol.go('/operator/users?name=erin');
  await carol.follow('erin');
  await carol.look('operator-user');
  await carol.follow('Disable erin');
  await carol.press('Disable erin');
  await carol.page.locator('.badge-disabled').first().waitFor();
  await carol.look('operator-user-disabled');
  await erin.go('/account');
  assert.equal(new URL(erin.page.url()).pathname, '/sign-in');
  await erin.signIn();
  assert.match(await textOf(erin), /Sign in/);
  await erin.page.getByRole('alert').waitFor();
  await erin.look('sign-in-disabled');
  await carol.press('Enable erin');
  await erin.signIn();
  await erin.page.getByRole('button', { name: 'Sign out erin' }).waitFor();
});

test('every step stands in the audit log', { skip }, async () => {
  const { carol } = people;
  await carol.go(`/operator/audit?subject=${encodeURIComponent(`app ${app.clientId}`)}`);
  const text = await textOf(carol);
  for (const action of [/app\.create/, /app\.submit/, /reject/, /approve/, /suspend/]) {
    assert.match(text, action);
  }
  await carol.look('operator-audit');
});
