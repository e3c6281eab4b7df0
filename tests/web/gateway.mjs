// SPDX-License-Identifier: ISC
// A gatewayd of the test's own. Behind it, unless told otherwise, a decide that
// plays the answers it is given; beside it a broker that says yes at once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Person, launch } from './rig.mjs';
import { browserMissing, gatewayd } from './tools.mjs';

const top = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const player = join(top, 'tests/unit/gatewayd_decide.py');

export const gateMissing = browserMissing
  || (existsSync(gatewayd) ? false : `${gatewayd} is not built`);

export async function until(condition, process_, log) {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries === 1000 || process_.exitCode !== null) {
      throw new Error(`did not start: ${readFileSync(log, 'utf8')}`);
    }
    await sleep(10);
  }
}

export async function end(process_) {
  if (process_ === undefined || process_.exitCode !== null) return;
  const ended = once(process_, 'exit');
  process_.kill('SIGTERM');
  await ended;
}

// Sends whoever comes on to where the query says, with a code.
class YesBroker {
  static async start() {
    const broker = new YesBroker();
    broker.server = createServer((request, response) => {
      const query = new URL(request.url, 'http://broker.test').searchParams;
      const back = new URL(query.get('back'));
      back.searchParams.set('code', 'a-code');
      back.searchParams.set('state', query.get('state'));
      response.writeHead(303, { Location: back.href });
      response.end();
    });
    broker.server.listen(0, '127.0.0.1');
    await once(broker.server, 'listening');
    broker.origin = `http://127.0.0.1:${broker.server.address().port}`;
    return broker;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export class Gate {
  static async start() {
    const gate = new Gate();
    gate.folder = mkdtempSync(join(tmpdir(), 'scopegate-gate-'));
    gate.run = join(gate.folder, 'run');
    mkdirSync(join(gate.run, 'answers'), { recursive: true });
    gate.log = join(gate.folder, 'log');
    const log = openSync(gate.log, 'a');
    const stdio = ['ignore', log, log];
    gate.decide = spawn('/usr/bin/python3', [player, gate.run], { stdio });
    await until(() => existsSync(join(gate.run, 'gateway.sock')), gate.decide, gate.log);
    const conf = join(gate.folder, 'conf');
    writeFileSync(conf, ['[gatewayd]', 'listen = 127.0.0.1:0', 'plain = yes', 'page_rate = 0',
      'public_url = http://127.0.0.1', `runtime_dir = ${gate.run}`, ''].join('\n'), { mode: 0o600 });
    gate.process = spawn(gatewayd, ['--config', conf], { stdio });
    closeSync(log);
    const said = () => readFileSync(gate.log, 'utf8');
    await until(() => said().includes(' ready: '), gate.process, gate.log);
    gate.url = `http://${said().match(/listening on (\S+)/)[1]}`;
    return gate;
  }

  answer(command, document) {
    writeFileSync(join(this.run, 'answers', command), JSON.stringify(document));
  }

  // What decide was asked, oldest first.
  asked(command) {
    const file = join(this.run, 'asked');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
      .filter((one) => one.command === command);
  }

  forget() {
    rmSync(join(this.run, 'asked'), { force: true });
  }

  async close() {
    await end(this.process);
    await end(this.decide);
    rmSync(this.folder, { recursive: true });
  }
}

// A browser, a gate and a broker: what rig.mjs is for the broker's pages.
export class GateRig {
  static async start() {
    const rig = new GateRig();
    rig.gate = await Gate.start();
    rig.app = await YesBroker.start();
    rig.broker = rig.gate; // whose pages are watched
    rig.browser = await launch();
    return rig;
  }

  person(name) {
    return Person.enter(this, name);
  }

  // The answers of a login that goes well.
  play({ live = false } = {}) {
    const login = { host: 'paper-1.example.com', service: 'sshd', user: 'alice',
      rhost: '192.0.2.7', tty: 'ssh', age: 14, policy: 'desk' };
    const grant = { issuer: 'alpaca', client_id: '6f1c2a90b7de4b0c', account: 'PA3XF9Q2',
      display: 'Alice', scopes: ['trading', 'data'], environment: live ? 'live' : 'paper' };
    const back = encodeURIComponent(`${this.gate.url}/callback`);
    this.gate.answer('link', { result: 'redirect', browser: 'a-browser',
      url: `${this.app.origin}/oauth/authorize?state=a-state&back=${back}` });
    this.gate.answer('callback', { result: 'confirm', state: 'a-state', seconds: 71, ...login,
      ...grant });
    this.gate.answer('confirm', { result: 'code', code: 'K7QX-2MRT', seconds: 64, ...login });
    return { login, grant };
  }

  async close() {
    await this.browser?.close();
    this.app?.close();
    await this.gate?.close();
  }
}
