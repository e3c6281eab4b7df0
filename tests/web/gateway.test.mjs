// SPDX-License-Identifier: ISC
// The gate's pages in a real browser: approve, not me, another browser, reload,
// back, the keyboard alone; and what a page looks like, in light and dark, wide
// and narrow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GateRig, gateMissing } from './gateway.mjs';

const skip = gateMissing;
let rig;

before(async () => {
  if (!skip) rig = await GateRig.start();
});
after(() => rig?.close());

// A test with a person of its own, who leaves at the end.
function withPerson(name, run) {
  test(name, { skip }, async () => {
    rig.gate.forget();
    const person = await rig.person('alice');
    try {
      await run(person, rig.gate);
    } finally {
      await person.leave();
    }
  });
}

async function begin(person) {
  await person.go('/l/K7QXM2RT');
  assert.equal(await person.heading(), 'Is this you?');
}

withPerson('approve: from the link to the code', async (person, gate) => {
  rig.play();
  await begin(person);
  const text = await person.page.locator('main').innerText();
  for (const word of ['paper-1.example.com', 'alice', 'sshd', '192.0.2.7', '14 seconds ago',
    'Paper account', 'PA3XF9Q2', 'Place, change and cancel orders', 'Read market data']) {
    assert.ok(text.includes(word), `${word} is told`);
  }
  await person.look('gate-confirm');
  await person.press('Approve');
  assert.equal(await person.heading(), 'Type this code in your terminal');
  assert.equal(await person.page.locator('.code').innerText(), 'K7QX-2MRT');
  await person.look('gate-code');
  const [asked] = gate.asked('confirm');
  assert.deepEqual([asked.choice, asked.state, asked.browser],
    ['approve', 'a-state', 'a-browser']);
  assert.equal(person.page.url(), `${gate.url}/confirm`);
});

withPerson('the code is selected whole by one click', async (person) => {
  rig.play();
  await begin(person);
  await person.press('Approve');
  await person.page.locator('.code').click();
  assert.equal((await person.page.evaluate(() => getSelection().toString())).trim(), 'K7QX-2MRT');
});

withPerson('live stands out from paper', async (person) => {
  rig.play({ live: true });
  await begin(person);
  await person.page.getByText('real money', { exact: true }).waitFor();
  const colour = (which) => person.page.locator(which).evaluate(
    (e) => getComputedStyle(e).backgroundColor);
  const live = await colour('.environment');
  await person.look('gate-confirm-live');
  rig.play();
  await begin(person);
  assert.notEqual(await colour('.environment'), live);
});

withPerson('not me: the login is over', async (person, gate) => {
  rig.play();
  await begin(person);
  gate.answer('confirm', { result: 'denied' });
  await person.press('Not me');
  assert.equal(await person.heading(), 'The login has been stopped');
  assert.equal(gate.asked('confirm')[0].choice, 'deny');
  await person.look('gate-denied');
});

withPerson('the keyboard alone reaches both answers, Approve first', async (person, gate) => {
  rig.play();
  await begin(person);
  const stops = [];
  for (let i = 0; i < 3; i += 1) {
    await person.page.keyboard.press('Tab');
    stops.push(await person.page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return [document.activeElement.innerText.trim(), parseFloat(style.outlineWidth) >= 2];
    }));
  }
  assert.deepEqual(stops, [['Skip to the page', true], ['Approve', true], ['Not me', true]]);
  await person.page.keyboard.press('Shift+Tab');
  await person.page.keyboard.press('Enter');
  await person.page.locator('.code').waitFor();
  assert.equal(gate.asked('confirm').length, 1);
});

withPerson('a reload of the code page asks decide again', async (person, gate) => {
  rig.play();
  await begin(person);
  await person.press('Approve');
  gate.answer('confirm', { result: 'gone' });
  await person.page.reload();
  assert.equal(await person.heading(), 'This login is over');
  assert.equal(await person.page.locator('.code').count(), 0);
  await person.look('gate-gone');
});

withPerson('back from the code shows nothing kept: decide is asked', async (person, gate) => {
  rig.play();
  await begin(person);
  await person.press('Approve');
  gate.answer('callback', { result: 'gone' });
  gate.answer('link', { result: 'gone' });
  await person.page.goBack();
  assert.equal(await person.heading(), 'This login is over');
});

withPerson('a callback in another browser has no cookie to show', async (person, gate) => {
  rig.play();
  await begin(person);
  const callback = person.page.url();
  const other = await rig.person('bob');
  gate.answer('callback', { result: 'foreign' });
  await other.go(callback);
  assert.equal(await other.heading(), 'Begun in another browser');
  await other.look('gate-foreign');
  const [mine, theirs] = gate.asked('callback');
  assert.deepEqual([mine.browser, theirs.browser], ['a-browser', undefined]);
  await other.leave();
});

withPerson('the cookie is out of reach of scripts and of other sites', async (person, gate) => {
  rig.play();
  await begin(person);
  const [cookie, ...more] = await person.context.cookies();
  assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite, more.length],
    ['scopegate', true, 'Lax', 0]);
  assert.equal(await person.page.evaluate(() => document.cookie), '');
  assert.equal(gate.asked('link').length, 1);
});

test('a form on another site approves nothing', { skip }, async () => {
  rig.gate.forget();
  rig.play();
  const context = await rig.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${rig.gate.url}/l/K7QXM2RT`);
  // The same cookie, the right state: only the place is wrong.
  await page.route('http://evil.test/', (route) => route.fulfill({ contentType: 'text/html',
    body: `<form method="post" action="${rig.gate.url}/confirm"><input name="state"
      value="a-state"><input name="choice" value="approve"><button>Go</button></form>` }));
  await page.goto('http://evil.test/');
  await page.getByRole('button').click();
  await page.waitForURL(`${rig.gate.url}/confirm`);
  assert.match(await page.locator('h1').innerText(), /another (site|browser)/);
  assert.equal(rig.gate.asked('confirm').length, 0);
  await context.close();
});

test('no page can be framed', { skip }, async () => {
  const context = await rig.browser.newContext();
  const page = await context.newPage();
  await page.route('http://evil.test/', (route) => route.fulfill({ contentType: 'text/html',
    body: `<iframe src="${rig.gate.url}/"></iframe>` }));
  await page.goto('http://evil.test/');
  const frame = page.frames().find((one) => one !== page.mainFrame());
  assert.match(frame.url(), /^chrome-error:/);
  await context.close();
});

const pages = [
  ['refused', 'This login cannot go on', { result: 'refused', reason: 'scope_missing',
    sentence: 'the token lacks a scope that the policy requires', missing: ['trading'] }],
  ['declined', 'This login cannot go on', { result: 'refused', reason: 'login_declined',
    sentence: 'whoever opened the link did not grant what was asked for',
    error: 'access_denied' }],
  ['unavailable', 'Not possible at the moment', { result: 'unavailable', reason: 'as_timeout',
    sentence: 'the authorization server did not answer in time', retry_after: 5 }],
];
for (const [name, heading, document] of pages) {
  withPerson(`the page: ${name}`, async (person, gate) => {
    const { login } = rig.play();
    gate.answer('callback', { ...login, ...document });
    await person.go('/callback?code=c&state=s');
    assert.equal(await person.heading(), heading);
    person.faults = person.faults.filter((one) => !/status of 503/.test(one));
    await person.look(`gate-${name}`);
  });
}

withPerson('the page: home, nothing, and a damaged address', async (person) => {
  await person.go('/');
  await person.look('gate-home');
  await person.go('/nothing');
  assert.equal(await person.heading(), 'Nothing is here');
  await person.look('gate-nothing');
  await person.go('/callback?code=c');
  assert.equal(await person.heading(), 'This address is damaged');
});

withPerson('what decide tells cannot become a part of the page', async (person, gate) => {
  const { login, grant } = rig.play();
  const evil = '<img src=x onerror=alert(1)>"\'&{{state}}';
  gate.answer('callback', { result: 'confirm', state: 'a-state', ...login, ...grant, host: evil,
    user: evil, account: evil, scopes: [evil, 'x'.repeat(300)] });
  await person.go('/callback?code=c&state=s');
  assert.equal(await person.page.locator('main img').count(), 0);
  assert.ok((await person.page.locator('main').innerText()).includes(evil));
  await person.look('gate-evil');
});
