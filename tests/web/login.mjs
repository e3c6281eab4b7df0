// SPDX-License-Identifier: ISC
// The gate before a broker in its Alpaca shape: validatord and gatewayd as whoever runs the
// tests, and logins that wait at a terminal. tests/system has a real ssh in place of them.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { brokerd } from './tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));

// Beside brokerd where it is installed, in folders of their own where it was built.
function program(name) {
  const beside = join(dirname(brokerd), name);
  return existsSync(beside) ? beside : resolve(dirname(brokerd), '..', name, name);
}

export const gateMissing = (() => {
  if (userInfo().uid === 0) return 'the gate would not stay root: run this as an ordinary user';
  const lacking = ['validatord', 'gatewayd'].find((name) => !existsSync(program(name)));
  return lacking ? `${program(lacking)} is not built` : false;
})();

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// Somebody at a terminal, as the PAM module stands for them.
class Terminal {
  constructor(socket, user) {
    this.process = spawn('python3', ['-B', join(here, 'login_terminal.py'), socket, 'sshd', user],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async said() {
    const { value, done } = await this.lines.next();
    return done ? undefined : JSON.parse(value);
  }

  type(text) {
    this.process.stdin.write(`${text}\n`);
    return this.said();
  }

  hangUp() {
    this.process.kill();
  }
}

export class Gate {
  static async start(broker, environment = 'paper') {
    const gate = new Gate();
    gate.folder = mkdtempSync(join(tmpdir(), 'scopegate-gate-'));
    gate.processes = [];
    gate.terminals = [];
    const port = await freePort();
    gate.url = `http://127.0.0.1:${port}`;
    const at = (name) => join(gate.folder, name);
    for (const name of ['run', 'state', 'log']) mkdirSync(at(name), { mode: name === 'run' ? 0o755 : 0o700 });
    await broker.command('app add', '--app', 'desk', '--title', 'Desk login', '--alpaca', '--approved',
      '--owner', 'bob', '--scope', 'trading data', '--optional', 'trading',
      '--redirect', `${gate.url}/callback`, '--secret-file', at('secret'));
    const token = await broker.command('token', '--user', 'alice', '--app', 'trader', '--scope', 'data');
    const account = await fetch(`${broker.url}/paper/v2/account`,
      { headers: { Authorization: `Bearer ${token.trim()}` } });
    const { id } = await account.json();
    const me = userInfo().username;
    writeFileSync(at('users.map'), `broker * ${id} alice\n`, { mode: 0o600 });
    writeFileSync(at('validatord.conf'), `[validatord]
audit_log = ${at('log/audit.jsonl')}
runtime_dir = ${at('run')}
state_dir = ${at('state')}
gateway_url = ${gate.url}
gateway_user = ${me}
host_name = desk.example.com
user = ${me}

[issuer broker]
profile = alpaca
url = ${broker.url}
authorization_endpoint = ${broker.url}/oauth/authorize
token_endpoint = ${broker.url}/oauth/token
api_url = ${broker.url}
paper_api_url = ${broker.url}/paper
insecure_loopback = yes
breaker = off
client_id = desk
client_secret_file = ${at('secret')}
scope = trading data
user_map = ${at('users.map')}

[policy hosts]
service = sshd
issuer = broker
require = trading
env = ${environment}
login = browser
`, { mode: 0o600 });
    writeFileSync(at('gatewayd.conf'), `[gatewayd]
listen = 127.0.0.1:${port}
public_url = ${gate.url}
plain = yes
runtime_dir = ${at('run')}
user = ${me}
page_rate = 0
`, { mode: 0o600 });
    await gate.serve('validatord', ['--foreground', '--config', at('validatord.conf')],
      () => existsSync(at('run/login.sock')));
    await gate.serve('gatewayd', ['--config', at('gatewayd.conf')],
      async () => (await fetch(`${gate.url}/healthz`).catch(() => ({}))).ok);
    return gate;
  }

  async serve(name, words, ready) {
    const log = join(this.folder, `${name}.log`);
    const process = spawn(program(name), words, { stdio: ['ignore', 'ignore', openSync(log, 'a')] });
    this.processes.unshift(process);
    for (let tries = 0; !(await ready()); tries += 1) {
      if (tries === 1000 || process.exitCode !== null) {
        throw new Error(`${name} did not start: ${readFileSync(log, 'utf8')}`);
      }
      await sleep(10);
    }
  }

  // A login that begins: the terminal, and the link that it shows.
  async login(user = 'alice') {
    const terminal = new Terminal(join(this.folder, 'run/login.sock'), user);
    this.terminals.push(terminal);
    const { link, ...rest } = await terminal.said();
    if (!link) throw new Error(`no link: ${JSON.stringify(rest)}`);
    return { terminal, link };
  }

  audit() {
    return readFileSync(join(this.folder, 'log/audit.jsonl'), 'utf8').trim().split('\n')
      .map((line) => JSON.parse(line));
  }

  async close() {
    for (const terminal of this.terminals) terminal.hangUp();
    for (const process of this.processes) {
      process.kill();
      await new Promise((done) => { process.once('exit', done); if (process.exitCode !== null) done(); });
    }
    rmSync(this.folder, { recursive: true });
  }
}
