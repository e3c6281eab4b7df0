// SPDX-License-Identifier: ISC
// Every form of every page, sent with what nobody should type: it is answered
// by a page that a person can read, never by a failure, and what was typed
// comes back as text, never as markup.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { App } from './app.mjs';
import { Broker } from './broker.mjs';
import { crawl } from './crawl.mjs';
import { Robot, readForms } from './robot.mjs';
import { missing } from './tools.mjs';

const skip = missing();
const mark = '"><script>alert(1)</script><b x=\'';
const nasty = {
  markup: mark,
  empty: '',
  blank: '   ',
  long: 'x'.repeat(9000),
  control: 'a\u0000b\u0001\r\nc\u007f',
  hidden: 'a\u202eb\u200bc\ufeff',
  lone: '\u00e9\ud83d\ude00'.repeat(60),
  number: '-1',
  huge: '99999999999999999999',
  path: '//evil.example.com/',
  template: '{{form_token}}{{>field}}%s%n',
};
let broker, app;
const robots = {};

before(async () => {
  if (skip) return;
  broker = await Broker.start('--faults');
  app = await App.start();
  await broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
  for (const name of ['bob', 'carol']) {
    robots[name] = new Robot(broker);
    await robots[name].signIn(name);
  }
  robots.stranger = new Robot(broker);
  const { url } = app.ask(broker, 'charts', { scope: 'data' });
  await robots.bob.decide(url, 'allow', { env: 'paper' });
  const { bob } = robots;
  await bob.submit(await bob.open('/apps/agreement'), '/apps/agreement', { agree: 'yes' });
  await bob.submit(await bob.open('/apps/new'), '/apps/new', {
    title: 'Candles', description: 'Draws.', website: 'https://candles.example.com/',
    redirect_uris: app.redirectUri, scope: 'data',
  });
});
after(async () => {
  app?.close();
  await broker?.close();
});

// The names of what a person fills in or chooses.
function open(form) {
  return form.fields.map(([name]) => name).filter((name) => name !== 'form_token');
}

async function send(robot, path, form, changes, button) {
  const fields = new URLSearchParams(form.fields);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
  }
  if (button?.name) fields.set(button.name, button.value ?? '');
  if (form.method !== 'post') return robot.send(`${form.action}?${fields}`);
  return robot.send(form.action, fields);
}

function readable(reply, what) {
  assert.ok(reply.status < 500, `${what}: ${reply.status}`);
  // What is too large is refused before anything is read; a form's maxlength
  // keeps a browser from it.
  if (reply.location !== null || [413, 414, 431].includes(reply.status)) return;
  assert.match(reply.html, /<h1>/, what);
  assert.ok(!reply.html.includes('<script'), `${what}: markup comes back as markup`);
  const described = [...reply.html.matchAll(/aria-describedby="([^"]*)"/g)];
  for (const id of described.flatMap(([, ids]) => ids.trim().split(/\s+/))) {
    assert.ok(reply.html.includes(`id="${id}"`), `${what}: #${id} is there`);
  }
}

for (const who of ['stranger', 'bob', 'carol']) {
  test(`forms that ${who} can send`, { skip, timeout: 120000 }, async () => {
    const robot = robots[who];
    const { url } = app.ask(broker, 'charts', { scope: 'data' });
    const pages = await crawl(robot, ['/', '/sign-in', '/device', url.slice(broker.url.length)], 2);
    let sent = 0;
    for (const [path, page] of pages) {
      for (const form of readForms(page.html)) {
        if (/^\/sign-(out|up)/.test(form.action ?? '')) continue; // ends the session
        const names = open(form);
        for (const [kind, value] of Object.entries(nasty)) {
          const all = Object.fromEntries(names.map((name) => [name, value]));
          readable(await send(robot, path, form, all), `${path} ${form.action} ${kind}`);
          sent += 1;
        }
        const none = Object.fromEntries(names.map((name) => [name, undefined]));
        readable(await send(robot, path, form, none), `${path} ${form.action} without fields`);
        for (const name of names) {
          readable(await send(robot, path, form, { [name]: mark }, { name: 'do', value: 'x' }),
            `${path} ${form.action} ${name}`);
        }
      }
    }
    assert.ok(sent > 20, `${sent} forms were sent`);
  });
}

test('a body that is no form is told so', { skip }, async () => {
  const cookie = [...robots.bob.cookies].map((pair) => pair.join('=')).join('; ');
  for (const [type, body] of [['application/json', '{}'], ['text/plain', 'a=b'],
    ['multipart/form-data', 'x'], ['multipart/form-data; boundary=x', '--x\r\n\r\n--x--'],
    ['application/x-www-form-urlencoded', '%zz=%'], ['', 'x']]) {
    const reply = await fetch(`${broker.url}/apps/new`, {
      method: 'POST', body, headers: { Cookie: cookie, 'Content-Type': type },
    });
    assert.ok([400, 403, 413, 415].includes(reply.status), `${type} ${body}: ${reply.status}`);
    await reply.text();
  }
});
