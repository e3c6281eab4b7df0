// SPDX-License-Identifier: ISC
// With the keyboard alone: from the app's link to the app again. What has the
// focus can be seen, and the focus moves as the page is read.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { passwords } from './broker.mjs';
import { Rig } from './rig.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
let rig;

before(async () => {
  if (skip) return;
  rig = await Rig.start();
  await rig.broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
});
after(() => rig?.close());

// What has the focus: its words, where it is, and whether that can be seen.
function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    // Inside of a date field the browser draws a ring of its own.
    const inner = e.type === 'date' && !e.matches(':focus');
    return {
      tag: e.tagName.toLowerCase(),
      name: e.getAttribute('name'),
      text: (e.labels?.[0]?.innerText ?? e.innerText ?? '').trim(),
      top: box.top + scrollY,
      left: box.left,
      seen: box.width > 0 && box.left >= 0
        && (inner || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
          || style.boxShadow !== 'none'),
    };
  });
}

// Tab until `wanted` likes what has the focus; every stop on the way is seen.
async function tabTo(page, wanted) {
  const stops = [];
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.tag === 'body') continue;
    assert.ok(at.seen, `the focus on ${at.tag} "${at.text}" can be seen`);
    stops.push(at);
    if (wanted(at)) return stops;
  }
  throw new Error(`never reached: ${JSON.stringify(stops.map((one) => one.text))}`);
}

// All stops of a page after the skip link, which is the first.
async function everyStop(page) {
  await page.locator('.skip').focus();
  const stops = [];
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.tag === 'body' || /Skip to the page/.test(at.text)) break;
    stops.push(at);
  }
  return stops;
}

function readsDownwards(stops) {
  for (let i = 1; i < stops.length; i += 1) {
    const [a, b] = [stops[i - 1], stops[i]];
    assert.ok(b.top >= a.top - 8 || b.left > a.left,
      `"${a.text}" at ${a.top} comes before "${b.text}" at ${b.top}`);
  }
}

test('sign in and allow without a mouse', { skip }, async () => {
  const alice = await rig.person('alice');
  const { page } = alice;
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'trading data' });
  await alice.go(request.url);

  // The page puts the focus where one begins.
  assert.equal((await focused(page)).name, 'username');
  await page.keyboard.type('alice');
  await tabTo(page, (at) => at.name === 'password');
  await page.keyboard.type(passwords.alice);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Allow/ }).waitFor();

  const stops = await tabTo(page, (at) => at.tag === 'button' && /^Allow/.test(at.text));
  readsDownwards(stops);
  assert.match(stops[0].text, /Skip to the page/);
  assert.ok(stops.some((at) => /^Deny/.test(at.text)), 'Deny is on the way');
  const came = rig.app.callback();
  await page.keyboard.press('Enter');
  assert.ok((await came).get('code'));
  await alice.leave();
});

test('the skip link leads past the navigation', { skip }, async () => {
  const alice = await rig.person('alice');
  const { page } = alice;
  await alice.go('/');
  const [skipLink] = await tabTo(page, (at) => /Skip to the page/.test(at.text));
  assert.ok(skipLink.seen);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const inMain = await page.evaluate(() => document.activeElement.closest('main') !== null);
  assert.ok(inMain, 'the next stop is in the page');
  await alice.leave();
});

test('the account is chosen with the arrow keys', { skip }, async () => {
  const bob = await rig.person('bob');
  const { page } = bob;
  const request = rig.app.ask(rig.broker, 'charts', { scope: 'data' });
  await bob.signIn(request.url);
  await tabTo(page, (at) => at.name === 'env' || at.name === 'account');
  const before = await page.evaluate(() => document.activeElement.value);
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await page.evaluate(() => document.activeElement.value), before);
  assert.ok((await focused(page)).seen);
  await bob.leave();
});

test('whatever can have the focus is seen when it has it', { skip }, async () => {
  const carol = await rig.person('carol');
  const { page } = carol;
  await carol.signIn('/account');
  const paths = ['/', '/account', '/connected', '/apps/agreement', '/device', '/operator',
    '/operator/apps', '/operator/apps/2', '/operator/audit', '/operator/users/1',
    '/operator/receivers'];
  for (const path of paths) {
    await carol.go(path);
    const stops = await everyStop(page);
    assert.ok(stops.length >= 5, `${path} has ${stops.length} stops`);
    for (const at of stops) assert.ok(at.seen, `${path}: the focus on ${at.tag} "${at.text}"`);
    readsDownwards(stops);
  }
  await carol.leave();
});
