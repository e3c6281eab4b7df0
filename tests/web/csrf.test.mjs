// SPDX-License-Identifier: ISC
// A form that another site makes somebody send is refused: every form of every
// page, and every page route that takes a POST whether a form leads to it or
// not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { App } from './app.mjs';
import { Broker } from './broker.mjs';
import { crawl, pageRoutes, patternOf } from './crawl.mjs';
import { Robot } from './robot.mjs';
import { missing } from './tools.mjs';

const skip = missing();
const refused = /This form is out of date/;
let broker, app, request;
const people = {};

before(async () => {
  if (skip) return;
  broker = await Broker.start();
  app = await App.start();
  await broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
  request = app.ask(broker, 'charts', { scope: 'data' });
  for (const name of ['alice', 'bob', 'carol']) {
    people[name] = new Robot(broker);
    await people[name].signIn(name);
  }
  people.stranger = new Robot(broker);
  await people.bob.decide(request.url, 'allow', { env: 'paper' });
});
after(async () => {
  app?.close();
  await broker?.close();
});

async function tokenOf(robot) {
  const { html } = await robot.open('/sign-up');
  return html.match(/name="form_token" value="([^"]+)"/)[1];
}

// Every wrong token, with the rest of the form as it was.
async function refusesForgeries(robot, other, path, fields) {
  const right = await tokenOf(robot);
  const flipped = (right[0] === 'A' ? 'B' : 'A') + right.slice(1);
  const wrong = { none: undefined, empty: '', short: right.slice(0, -1), flipped, other };
  for (const [what, token] of Object.entries(wrong)) {
    for (const Body of [URLSearchParams, FormData]) {
      const body = new Body();
      for (const [name, value] of fields) if (name !== 'form_token') body.append(name, value);
      if (token !== undefined) body.append('form_token', token);
      const reply = await robot.send(path, body);
      assert.equal(reply.status, 403, `${path} with the token ${what}, ${Body.name}`);
      assert.match(reply.html, refused, path);
    }
  }
}

test('every route of a page that takes a form refuses a forged one', { skip }, async () => {
  const routes = pageRoutes().filter((route) => route.method === 'POST');
  assert.ok(routes.length >= 4);
  const other = await tokenOf(people.alice);
  for (const { path } of routes) {
    await refusesForgeries(people.carol, other, path.replace('{id}', '1'), [['x', 'y']]);
  }
});

test('every form carries its token, and is refused without it', { skip }, async () => {
  const other = await tokenOf(people.alice);
  const known = new Set(pageRoutes().filter((route) => route.method === 'POST')
    .map((route) => route.path));
  const way = request.url.slice(broker.url.length);
  for (const who of ['stranger', 'bob', 'carol']) {
    const pages = await crawl(people[who], ['/', '/sign-in', way]);
    const tried = new Set();
    for (const [path, page] of pages) {
      for (const form of page.forms.filter((one) => one.method === 'post')) {
        const token = form.fields.find(([name]) => name === 'form_token');
        assert.ok(token, `${path}: the form for ${form.action} has a token`);
        const { pathname } = new URL(form.action, broker.url);
        assert.ok(known.has(patternOf(pathname)), `${path}: ${form.action} has a route`);
        if (tried.has(patternOf(pathname))) continue;
        tried.add(patternOf(pathname));
        await refusesForgeries(people[who], other, form.action, form.fields);
      }
    }
  }
});

test('a forged consent gives nothing, and a cookie alone is not enough', { skip }, async () => {
  const way = request.url.slice(broker.url.length);
  const page = await people.alice.open(way);
  assert.equal(page.status, 200);
  const reply = await people.alice.send(way, new URLSearchParams({
    decision: 'allow', env: 'paper', form_token: await tokenOf(people.bob),
  }));
  assert.equal(reply.status, 403);
  assert.equal(reply.location, null);
  // Who signs in gets a new cookie: the token of before is worth nothing.
  const dave = new Robot(broker);
  const old = await tokenOf(dave);
  await dave.signIn('dave');
  assert.notEqual(await tokenOf(dave), old);
});
