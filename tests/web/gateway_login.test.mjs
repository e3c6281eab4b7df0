// SPDX-License-Identifier: ISC
// A sign-in from a terminal through the real gate and the real broker, in a
// real browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Desk, PROMPT, VERDICT, deskMissing } from './desk.mjs';

const skip = deskMissing;
const ALLOW = 1;
const DENY = 2;
let desk;

before(async () => {
  if (!skip) desk = await Desk.start();
});
after(() => desk?.close());

// A login of alice's that waits for its browser.
function login(name, run) {
  test(name, { skip }, async () => {
    const terminal = desk.terminal();
    const person = await desk.person('alice');
    try {
      const prompt = await terminal.ask('begin alice');
      assert.equal(prompt.type, PROMPT, JSON.stringify(prompt));
      assert.ok(prompt.link.startsWith(`${desk.url}/l/`), prompt.link);
      await run({ terminal, person, link: prompt.link, page: person.page });
    } finally {
      await person.context.close();
      await terminal.close();
    }
  });
}

async function allow(person, link) {
  await person.page.goto(link);
  await person.press('Allow');
}

login('the code of the page lets alice in', async ({ terminal, person, link, page }) => {
  await allow(person, link);
  assert.equal(await person.heading(), 'Is this you?');
  const text = await page.locator('main').innerText();
  for (const word of ['desk.example.com', 'alice', 'sshd', '192.0.2.7', 'pts/7', 'Paper account',
    'Place, change and cancel orders']) assert.ok(text.includes(word), `${word} in ${text}`);
  await person.look('desk-confirm');
  await person.press('Approve');
  const code = await page.locator('.code').innerText();
  const verdict = await terminal.ask(`answer ${code.toLowerCase().replace('-', ' ')}`);
  assert.deepEqual([verdict.type, verdict.verdict], [VERDICT, ALLOW]);
  assert.ok(desk.reasons().includes('granted'));
  person.check();
});

login('not me ends it, in the terminal as well', async ({ terminal, person, link }) => {
  await allow(person, link);
  await person.press('Not me');
  assert.equal(await person.heading(), 'The login has been stopped');
  const verdict = await terminal.ask('wait');
  assert.deepEqual([verdict.type, verdict.verdict], [VERDICT, DENY]);
  assert.equal(desk.reasons().at(-1), 'login_declined');
});

login('a scope that was left out is named', async ({ terminal, person, link, page }) => {
  await page.goto(link);
  await page.locator('input[name="scope.trading"]').uncheck();
  await person.press('Allow');
  assert.equal(await person.heading(), 'This login cannot go on');
  assert.ok((await page.locator('main').innerText()).includes('trading'));
  await person.look('desk-refused');
  assert.equal((await terminal.ask('wait')).verdict, DENY);
});

login('deny at the broker', async ({ terminal, person, link, page }) => {
  await page.goto(link);
  await person.press('Deny');
  assert.equal(await person.heading(), 'This login cannot go on');
  assert.ok((await page.locator('main').innerText()).includes('access_denied'));
  assert.equal((await terminal.ask('wait')).verdict, DENY);
});

login('a callback in another browser', async ({ person, link, page }) => {
  await page.goto(link);
  // The cookie is what makes a browser the same one.
  await person.context.clearCookies({ name: 'scopegate' });
  await person.press('Allow');
  assert.equal(await person.heading(), 'Begun in another browser');
  await person.look('desk-foreign');
});

login('reload and back show the code to nobody', async ({ terminal, person, link, page }) => {
  await allow(person, link);
  const callback = page.url();
  await person.press('Approve');
  const code = await page.locator('.code').innerText();
  await page.reload();
  assert.equal(await person.heading(), 'This login is over');
  await page.goto(callback);
  assert.equal(await person.heading(), 'This login is over');
  assert.ok(!(await page.content()).includes(code));
  const verdict = await terminal.ask(`answer ${code}`);
  assert.equal(verdict.verdict, ALLOW);
});

login('a link is over once the terminal has gone', async ({ terminal, person, link, page }) => {
  await terminal.ask('close');
  await page.goto(link);
  assert.equal(await person.heading(), 'This login is over');
});
