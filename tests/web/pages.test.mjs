// SPDX-License-Identifier: ISC
// Every page that the table of routes knows, found by following links, looked
// at in light and dark, wide and narrow: with data in it, as its people see it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crawl, pageRoutes } from './crawl.mjs';
import { Rig } from './rig.mjs';
import { Robot, readForms } from './robot.mjs';
import { png } from './steps.mjs';
import { browserMissing } from './tools.mjs';

const skip = browserMissing;
const robots = {};
let rig, way;

// Pictures and files are no pages.
const files = ['/apps/{id}/logo', '/operator/audit.jsonl'];

// Signs the agreement and makes an app; its page.
async function makeApp(robot, title) {
  await robot.submit(await robot.open('/apps/agreement'), '/apps/agreement', { agree: 'yes' });
  return robot.submit(await robot.open('/apps/new'), '/apps/new', {
    title, description: 'Draws your orders over time.', website: 'https://charts.example.com/',
    redirect_uris: rig.app.redirectUri, scope: 'data',
  });
}

async function fill() {
  const { alice, bob, carol } = robots;
  await rig.broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
  await rig.broker.command('receiver add', '--receiver', 'gate', '--url',
    'https://receiver.example.com/events', '--audience', 'https://receiver.example.com');
  way = rig.app.ask(rig.broker, 'charts', { scope: 'data' }).url.slice(rig.broker.url.length);
  for (const robot of [alice, bob]) {
    await robot.decide(rig.broker.url + way, 'allow', { env: 'paper' });
  }
  const page = await makeApp(bob, 'Candles');
  const [, id] = page.html.match(/\/apps\/([0-9]+)\/edit/);
  const logo = new FormData();
  logo.append('form_token', readForms(page.html)[0].fields.find(([n]) => n === 'form_token')[1]);
  logo.append('logo', new Blob([png(64, [90, 40, 160])], { type: 'image/png' }), 'logo.png');
  assert.equal((await bob.send(`/apps/${id}/logo`, logo)).status, 303);
  await bob.submit(await bob.open(`/apps/${id}`), `/apps/${id}/secrets`);
  await bob.submit(await bob.open(`/apps/${id}`), `/apps/${id}/submit`);
  const newcomer = new Robot(rig.broker);
  await newcomer.submit(await newcomer.open('/sign-up'), '/sign-up',
    { username: 'frank', password: 'frank-has-a-long-one' });
  await newcomer.submit(await newcomer.open('/account'), '/account/live');
  await carol.submit(await carol.open('/operator/keys?ask=rotate'), '/operator/keys');
}

before(async () => {
  if (skip) return;
  rig = await Rig.start('--faults');
  for (const name of ['alice', 'bob', 'carol']) {
    robots[name] = new Robot(rig.broker);
    await robots[name].signIn(name);
  }
  robots.stranger = new Robot(rig.broker);
  await fill();
});
after(() => rig?.close());

const reached = new Map(); // pattern: [who, path]

for (const who of ['stranger', 'bob', 'carol']) {
  test(`everything that is linked is there, for ${who}`, { skip }, async () => {
    const from = ['/', '/sign-in', '/device', '/device/done', way, '/operator/grants?user=bob'];
    const pages = await crawl(robots[who], who === 'carol' ? from : from.slice(0, -1));
    for (const [path, page] of pages) {
      assert.ok([200, 303].includes(page.status), `${who} is led to ${path}: ${page.status}`);
      if (page.status === 200) reached.set(page.pattern, [who, path]);
    }
  });
}

test('no page of the table is out of reach', { skip }, () => {
  const lost = pageRoutes().filter(({ method, path }) => method === 'GET'
    && !files.includes(path) && !reached.has(path));
  assert.deepEqual(lost.map(({ path }) => path), []);
});

test("an operator's page is not for others", { skip }, async () => {
  for (const { path, access } of pageRoutes().filter((one) => one.method === 'GET')) {
    const at = path.replace('{id}', '1');
    const stranger = await robots.stranger.send(at);
    if (access !== 'ANYONE') assert.match(stranger.location ?? '', /^\/sign-in\?/, at);
    if (access === 'OPERATOR') assert.equal((await robots.bob.send(at)).status, 403, at);
  }
});

test('every page is good to look at', { skip, timeout: 180000 }, async () => {
  const people = { stranger: await rig.person('stranger') };
  for (const who of ['bob', 'carol']) {
    people[who] = await rig.person(who);
    await people[who].signIn();
  }
  const known = new Set(pageRoutes().map((route) => route.path));
  for (const [pattern, [who, path]] of reached) {
    if (!known.has(pattern) || files.includes(pattern)) continue;
    await people[who].go(path);
    await people[who].look(`page${pattern.replace(/[^a-z]+/g, '-')}`);
  }
  for (const person of Object.values(people)) await person.leave();
});
