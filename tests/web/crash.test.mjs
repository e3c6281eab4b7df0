// SPDX-License-Identifier: ISC
// kill -9 in the middle of work, many times over one store. What a client was
// told stays true: an answered token works, an answered revocation holds, an
// answered code or refresh token is used up. What was not answered happened
// wholly or not at all.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, tokenRequest } from './app.mjs';
import { Broker } from './broker.mjs';
import { Robot } from './robot.mjs';
import { missing, onPath } from './tools.mjs';

const skip = missing() || (onPath('python3') ? false : 'python3 is not installed');
const kills = 32;
let broker, app, robots;

before(async () => {
  if (skip) return;
  broker = await Broker.start();
  app = await App.start();
  await broker.addApp('charts', 'http://127.0.0.1/callback', { isPublic: true });
  robots = [];
  for (const name of ['alice', 'bob', 'alice', 'bob']) {
    const robot = new Robot(broker);
    await robot.signIn(name);
    robots.push(robot);
  }
});
after(async () => {
  app?.close();
  await broker?.close();
});

const code = (grant) => tokenRequest(broker, {
  grant_type: 'authorization_code',
  client_id: 'charts',
  code: grant.code,
  redirect_uri: app.redirectUri,
  code_verifier: grant.request.verifier,
});
const refresh = (token) => tokenRequest(broker, {
  grant_type: 'refresh_token', client_id: 'charts', refresh_token: token,
});
const isActive = async (token) => (await broker.introspect(token)).active;

// Notes that a step was asked for before it is, and that it was answered after.
async function step(grant, name, run) {
  grant[name] = 'asked';
  const result = await run();
  grant[name] = 'answered';
  return result;
}

function keep(grant, { status, body }) {
  assert.equal(status, 200, JSON.stringify(body));
  grant.access.push(body.access_token);
  grant.refresh = body.refresh_token;
}

// One grant from consent to, in one of three cases, its revocation.
async function oneGrant(robot, grants, n) {
  const grant = { request: app.ask(broker, 'charts', { scope: 'data' }), access: [], spent: [] };
  const back = await robot.decide(grant.request.url, 'allow', { env: 'paper' });
  grant.code = back.searchParams.get('code');
  assert.ok(grant.code);
  grants.push(grant);
  keep(grant, await step(grant, 'exchange', () => code(grant)));
  for (let i = 0; i < 2; i += 1) {
    const token = grant.refresh;
    keep(grant, await step(grant, 'refreshing', () => refresh(token)));
    grant.spent.push(token);
  }
  if (n % 3 !== 0) return;
  await step(grant, 'revoke', () => fetch(`${broker.url}/oauth/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'charts', token: grant.access.at(-1) }),
  }));
}

// Until the program is gone; then every request fails.
async function work(robot, grants, state) {
  for (let n = 0; ; n += 1) {
    try {
      await oneGrant(robot, grants, n);
    } catch (error) {
      if (state.killed && error instanceof TypeError) return;
      throw error;
    }
  }
}

// The store as the dead program left it, looked at in a copy.
const look = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
one = lambda text: db.execute(text).fetchone()[0]
assert one("PRAGMA integrity_check") == "ok"
assert db.execute("PRAGMA foreign_key_check").fetchall() == []
assert one("SELECT count(*) FROM grants g WHERE user IS NOT NULL AND NOT EXISTS"
           " (SELECT 1 FROM codes WHERE grant_id = g.id)") == 0, "a grant without its code"
assert one("SELECT count(*) FROM codes c WHERE used = 1 AND NOT EXISTS"
           " (SELECT 1 FROM tokens WHERE grant_id = c.grant_id)") == 0, "used for nothing"
print(one("SELECT count(*) FROM grants"))
`;

function checkStore() {
  const folder = join(broker.folder, 'copy');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const ending of ['', '-wal']) {
    if (existsSync(broker.store + ending)) {
      copyFileSync(broker.store + ending, join(folder, `store${ending}`));
    }
  }
  return Number(execFileSync('python3', ['-c', look, join(folder, 'store')], { encoding: 'utf8' }));
}

async function allActive(grant, wanted, why) {
  for (const token of grant.access) assert.equal(await isActive(token), wanted, why);
}

// What was asked for and not answered: both are fair, but nothing between.
async function checkUnanswered(grant) {
  if (grant.revoke === 'asked') {
    await allActive(grant, await isActive(grant.access[0]), 'a grant is revoked as a whole');
    return;
  }
  const again = grant.exchange === 'asked' ? await code(grant) : await refresh(grant.refresh);
  if (again.status === 200) {
    await allActive(grant, true, 'tokens from before the kill live on');
    assert.equal(await isActive(again.body.access_token), true);
  } else {
    assert.equal(again.body.error, 'invalid_grant');
    await allActive(grant, false, 'a second use ends the grant');
  }
}

async function checkAnswered(grant, n) {
  if (grant.revoke === 'answered') {
    await allActive(grant, false, 'a revocation that was answered holds');
    assert.equal((await refresh(grant.refresh)).status, 400);
    return;
  }
  await allActive(grant, true, 'a token that was answered is not lost');
  const again = n % 2 === 0 || grant.spent.length === 0
    ? await code(grant) : await refresh(grant.spent.at(-1));
  assert.equal(again.body.error, 'invalid_grant', 'what is used up stays so');
  await allActive(grant, false, 'a second use ends the grant');
  assert.equal((await refresh(grant.refresh)).status, 400, 'and its refresh token');
}

async function check(grant, n) {
  if (grant.exchange === undefined) {
    keep(grant, await code(grant)); // the code was answered: it works
  } else if ([grant.exchange, grant.refreshing, grant.revoke].includes('asked')) {
    await checkUnanswered(grant);
  } else {
    await checkAnswered(grant, n);
  }
}

test(`${kills} times kill -9 loses nothing and half-does nothing`, { skip, timeout: 120000 },
  async (t) => {
    let total = 0;
    let cut = 0;
    for (let round = 0; round < kills; round += 1) {
      const grants = [];
      const state = { killed: false };
      const workers = robots.map((robot) => work(robot, grants, state));
      // On a slow machine, too, every other kill meets a grant.
      while (round % 2 === 1 && grants.length === 0) await sleep(1);
      await sleep(Math.random() * 150);
      state.killed = true;
      await broker.kill();
      await Promise.all(workers);
      checkStore();
      await broker.serve();
      for (const [n, grant] of grants.entries()) await check(grant, n);
      total += grants.length;
      cut += grants.filter((grant) => grant.exchange === undefined
        || [grant.exchange, grant.refreshing, grant.revoke].includes('asked')).length;
    }
    t.diagnostic(`${total} grants, ${cut} cut short`);
    assert.ok(cut >= kills / 4, 'the kills met work in progress');
  });
