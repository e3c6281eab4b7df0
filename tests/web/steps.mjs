// SPDX-License-Identifier: ISC
// What a developer and a person do by the pages, for the tests that need it
// done before their own part begins.
import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import { tokenRequest } from './app.mjs';
import { passwords } from './broker.mjs';

export async function signUp(person) {
  passwords[person.name] ??= `${person.name}-has-a-long-one`;
  await person.go('/sign-up');
  await person.fill({ 'User name': person.name, Password: passwords[person.name] });
  await person.press('Open the account');
  await person.says('Welcome');
}

// From "My apps" to the signed agreement, as the pages lead there.
export async function signAgreement(person) {
  await person.go('/apps');
  await person.follow('Create your first app');
  await person.says('First read and sign this agreement');
  await person.page.getByLabel(/I have read this agreement/).check();
  await person.press('Sign');
  await person.says('Signed');
}

// Fills the form for a new app, which is open, and sends it.
export async function createApp(person, { name, redirect, scopes = ['data'], optional = [],
  client = 'confidential', grants = ['refresh_token'], more = {} }) {
  const { page } = person;
  await person.fill({
    Name: name,
    Description: 'Draws your orders over time, for you alone.',
    Website: 'https://charts.example.com/',
    'Redirect URIs': redirect,
    ...more,
  });
  for (const scope of scopes) await page.locator(`[id="scope-${scope}"]`).check();
  for (const scope of optional) await page.locator(`[id="optional-${scope}"]`).check();
  await page.locator(`input[name=client][value=${client}]`).check();
  for (const box of await page.locator('input[name=grant]').all()) {
    await box.setChecked(grants.includes(await box.getAttribute('value')));
  }
  await person.press('Create the app');
}

// The page that shows a secret once: what is on it, then on to the app's page.
export async function takeSecret(person) {
  const { page } = person;
  const clientId = await page.locator('dl code').first().innerText();
  const secret = await page.locator('.secret').innerText();
  assert.ok(secret.length >= 32);
  await person.follow('I have copied it');
  const id = Number(new URL(page.url()).pathname.match(/^\/apps\/([0-9]+)$/)[1]);
  return { id, clientId, secret };
}

// The person allows; the app turns the code into tokens.
export async function connect(person, request, client, { decide } = {}) {
  const { app, broker } = person.rig;
  const came = app.callback();
  if (decide) await decide();
  else await person.press(/^Allow/);
  const back = await came;
  assert.equal(back.get('error'), null, back.get('error_description'));
  assert.equal(back.get('state'), request.state);
  const { status, body } = await tokenRequest(broker, {
    grant_type: 'authorization_code',
    client_id: client.clientId,
    ...(client.secret ? { client_secret: client.secret } : {}),
    code: back.get('code'),
    redirect_uri: app.redirectUri,
    code_verifier: request.verifier,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

// GET of a path of the trading API: { status, body }.
export async function call(broker, path, token) {
  const reply = await fetch(broker.url + path, { headers: { Authorization: `Bearer ${token}` } });
  return { status: reply.status, body: await reply.json() };
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  const check = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

// A square picture of one colour, as PNG.
export function png(size, [red, green, blue]) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2], 8);
  const row = Buffer.from([0, ...Array(size).fill([red, green, blue]).flat()]);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array(size).fill(row)))), chunk('IEND', Buffer.alloc(0))]);
}
