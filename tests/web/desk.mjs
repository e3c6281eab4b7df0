// SPDX-License-Identifier: ISC
// The real things together: a brokerd in its Alpaca shape, validatord,
// gatewayd, and a terminal that holds the conversation as the module does.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Broker, passwords } from './broker.mjs';
import { end, gateMissing, until } from './gateway.mjs';
import { Person, launch } from './rig.mjs';
import { gatewayd, validatord } from './tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const profiles = resolve(here, '../../profiles');

export const deskMissing = gateMissing
  || (existsSync(validatord) ? false : `${validatord} is not built`)
  || (process.getuid() === 0 ? 'it needs an ordinary user' : false);

export const VERDICT = 130;
export const PROMPT = 133;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

// Who signs in. Replies come in the order of the requests.
class Terminal {
  constructor(socket) {
    this.process = spawn('/usr/bin/python3', [join(here, 'desk_terminal.py'), socket],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async ask(line) {
    this.process.stdin.write(`${line}\n`);
    const { value } = await this.lines.next();
    return JSON.parse(value);
  }

  async close() {
    this.process.stdin.end();
    await once(this.process, 'exit');
  }
}

function section(name, options) {
  return [`[${name}]`, ...Object.entries(options).map((pair) => pair.join(' = ')), ''].join('\n');
}

export class Desk {
  static async start() {
    const desk = new Desk();
    desk.broker_ = await Broker.start();
    const { folder } = desk.broker_;
    desk.run = join(folder, 'run');
    mkdirSync(desk.run);
    chmodSync(desk.run, 0o755);
    mkdirSync(join(folder, 'state'), { mode: 0o700 });
    const port = await freePort();
    desk.url = `http://127.0.0.1:${port}`;
    await desk.register();
    desk.writeValidatord();
    writeFileSync(join(folder, 'gatewayd.conf'), section('gatewayd', {
      listen: `127.0.0.1:${port}`, public_url: desk.url, runtime_dir: desk.run, page_rate: 0,
    }), { mode: 0o600 });
    const log = openSync(join(folder, 'desk.log'), 'a');
    const said = () => readFileSync(join(folder, 'desk.log'), 'utf8');
    const stdio = ['ignore', log, log];
    desk.validatord = spawn(validatord, ['--config', join(folder, 'validatord.conf')], { stdio });
    await until(() => said().includes('validatord') && / ready: generation/.test(said()),
      desk.validatord, join(folder, 'desk.log'));
    desk.gatewayd = spawn(gatewayd, ['--config', join(folder, 'gatewayd.conf')], { stdio });
    await until(() => said().includes(` ready: ${desk.url}`), desk.gatewayd,
      join(folder, 'desk.log'));
    closeSync(log);
    desk.browser = await launch();
    // What rig.mjs watches: our pages; the broker's may be gone to.
    desk.broker = { url: desk.url };
    desk.app = { origin: desk.broker_.url };
    return desk;
  }

  // The gate's app at the broker, and which account is whose.
  async register() {
    const broker = this.broker_;
    await broker.command('app add', '--app', 'desk', '--title', 'Desk login', '--alpaca',
      '--approved', '--owner', 'bob', '--scope', 'trading data', '--optional', 'trading',
      '--redirect', `${this.url}/callback`, '--secret-file', join(broker.folder, 'secret'));
    const lines = [];
    for (const name of ['alice', 'bob']) {
      const token = (await broker.command('token', '--user', name, '--app', 'desk', '--scope',
        'data', '--env', 'paper')).trim();
      const reply = await fetch(`${broker.url}/paper/v2/account`,
        { headers: { Authorization: `Bearer ${token}` } });
      lines.push(`broker * ${(await reply.json()).id} ${name}\n`);
    }
    writeFileSync(join(broker.folder, 'users.map'), lines.join(''), { mode: 0o600 });
  }

  writeValidatord() {
    const { folder, url } = this.broker_;
    writeFileSync(join(folder, 'validatord.conf'), [
      section('validatord', { audit_log: join(folder, 'audit.jsonl'), runtime_dir: this.run,
        state_dir: join(folder, 'state'), gateway_url: this.url, profile_dir: profiles,
        host_name: 'desk.example.com', failure_floor: '20ms' }),
      section('issuer broker', { profile: 'alpaca', url, insecure_loopback: 'yes',
        authorization_endpoint: `${url}/oauth/authorize`, token_endpoint: `${url}/oauth/token`,
        api_url: url, paper_api_url: `${url}/paper`, client_id: 'desk',
        client_secret_file: join(folder, 'secret'), scope: 'trading data',
        user_map: join(folder, 'users.map'), cache: '1s', breaker: 'off' }),
      section('policy desk', { service: 'sshd', issuer: 'broker', require: 'trading',
        env: 'paper', login: 'token browser' }),
    ].join('\n'), { mode: 0o600 });
  }

  terminal() {
    return new Terminal(join(this.run, 'login.sock'));
  }

  // Who has signed in at the broker already.
  async person(name) {
    const person = await Person.enter(this, name);
    await person.page.goto(`${this.broker_.url}/sign-in`);
    await person.fill({ Name: name, Password: passwords[name] });
    await person.press('Sign in');
    // The broker's own pages are looked at by tests of theirs.
    const ours = (fault) => !fault.includes(`asks ${this.broker_.url}`);
    person.check = () => assert.deepEqual(person.faults.filter(ours), []);
    return person;
  }

  reasons() {
    return readFileSync(join(this.broker_.folder, 'audit.jsonl'), 'utf8').trim().split('\n')
      .map((line) => JSON.parse(line).reason);
  }

  async close() {
    await this.browser?.close();
    await end(this.gatewayd);
    await end(this.validatord);
    await this.broker_?.close();
  }
}
