// SPDX-License-Identifier: ISC
// Opening an account, signing in and out, and what a page says to bad input.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Rig } from './rig.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
let rig;

before(async () => { if (!skip) rig = await Rig.start(); });
after(() => rig?.close());

test('the first page and one that is not there', { skip }, async () => {
  const someone = await rig.person('someone');
  await someone.go('/');
  await someone.look('home');
  const lost = await someone.go('/nowhere');
  assert.equal(lost.status(), 404);
  assert.equal(await someone.heading(), 'Nothing is here');
  await someone.look('not-found');
  await someone.leave();
});

test('an account is opened; bad input comes back with its fault', { skip }, async () => {
  const erin = await rig.person('erin');
  await erin.go('/');
  await erin.follow('Open an account');
  await erin.look('sign-up');
  await erin.fill({ 'User name': 'Erin Evans!', Password: 'short' });
  await erin.press('Open the account');
  assert.equal(await erin.page.getByLabel('User name').inputValue(), 'Erin Evans!');
  assert.equal(await erin.page.getByLabel('Password').inputValue(), '');
  assert.match(await erin.faultOf('User name'), /user name cannot have/);
  assert.match(await erin.faultOf('Password'), /shorter than 8/);
  await erin.look('sign-up-faults');
  await erin.fill({ 'User name': 'alice', Password: 'erin-has-a-long-one' });
  await erin.press('Open the account');
  assert.match(await erin.faultOf('User name'), /Somebody has this name/);
  await erin.fill({ 'User name': 'erin', Password: 'erin-has-a-long-one' });
  await erin.press('Open the account');
  await erin.page.getByRole('status').getByText('Welcome').waitFor();
  await erin.look('welcome');
  await erin.press('Sign out erin');
  await erin.page.getByText('You are signed out').waitFor();
  await erin.leave();
});

test('a wrong password is told, the right one signs in', { skip }, async () => {
  const alice = await rig.person('alice');
  await alice.go('/sign-in');
  await alice.look('sign-in');
  await alice.fill({ Name: 'alice', Password: 'not hers' });
  await alice.press('Sign in');
  await alice.page.getByRole('alert').waitFor();
  assert.equal(await alice.page.getByLabel('Name').inputValue(), 'alice');
  await alice.look('sign-in-fault');
  await alice.signIn();
  await alice.page.getByRole('button', { name: 'Sign out alice' }).waitFor();
  const [cookie] = await alice.context.cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Lax');
  await alice.leave();
});
