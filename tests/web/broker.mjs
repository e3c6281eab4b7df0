// SPDX-License-Identifier: ISC
// A brokerd of the test's own: a fresh demonstration store in a throw-away
// folder, served on a loopback port that the system chooses. Started again, it
// keeps its port, as a service does.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brokerd } from './tools.mjs';

const run = promisify(execFile);

// All that has a name in the demonstration; carol and dave are operators.
export const passwords = {
  alice: 'alice-paper-and-live',
  bob: 'bob-paper-and-live',
  carol: 'carol-who-reviews',
  dave: 'dave-who-reviews-too',
};

export class Broker {
  static async start(...flags) {
    const broker = new Broker();
    broker.flags = flags;
    broker.folder = mkdtempSync(join(tmpdir(), 'scopegate-web-'));
    broker.store = join(broker.folder, 'store');
    broker.log = join(broker.folder, 'log');
    const file = join(broker.folder, 'passwords');
    writeFileSync(file, Object.entries(passwords).map((pair) => pair.join(':')).join('\n'));
    await run(brokerd, ['init', '--demo', '--store', broker.store, '--password-file', file,
      '--gate-secret-file', join(broker.folder, 'gate')]);
    broker.gateSecret = readFileSync(join(broker.folder, 'gate'), 'utf8').trim();
    await broker.serve();
    return broker;
  }

  // Until it answers.
  async serve() {
    const portFile = join(this.folder, 'port');
    rmSync(portFile, { force: true });
    const log = openSync(this.log, 'a');
    this.process = spawn(brokerd, ['serve', '--store', this.store, '--port-file', portFile,
      '--listen', `127.0.0.1:${this.port ?? 0}`, ...this.flags],
    { stdio: ['ignore', 'ignore', log], cwd: this.folder });
    closeSync(log);
    this.ended = once(this.process, 'exit');
    for (let tries = 0; ; tries += 1) {
      try {
        this.port = Number(readFileSync(portFile, 'utf8'));
        if (this.port > 0) break;
      } catch { /* not written yet */ }
      if (tries === 1000 || this.process.exitCode !== null) {
        throw new Error(`brokerd did not start: ${readFileSync(this.log, 'utf8')}`);
      }
      await sleep(10);
    }
    this.url = `http://127.0.0.1:${this.port}`;
  }

  // `brokerd WORDS --store STORE OPTIONS`, and what it printed.
  async command(words, ...options) {
    const { stdout } = await run(brokerd, [...words.split(' '), '--store', this.store, ...options]);
    return stdout;
  }

  // An app that the operator of the machine registers. Without `isPublic` the
  // secret comes back.
  async addApp(clientId, redirect, { isPublic = false, more = [] } = {}) {
    const secret = join(this.folder, `secret-${clientId}`);
    await this.command('app add', '--app', clientId, '--title', clientId, '--approved',
      '--owner', 'bob', '--scope', 'trading data openid profile offline_access host:login', '--redirect', redirect,
      ...(isPublic ? ['--public'] : ['--secret-file', secret]), ...more);
    return isPublic ? undefined : readFileSync(secret, 'utf8').trim();
  }

  // What a resource server of the demonstration is told about a token.
  async introspect(token) {
    const reply = await fetch(`${this.url}/oauth/introspect`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`gate:${this.gateSecret}`)}` },
      body: new URLSearchParams({ token }),
    });
    return reply.json();
  }

  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  async close() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGTERM');
      const [code] = await this.ended;
      if (code !== 0) throw new Error(`brokerd ended with ${code}: ${readFileSync(this.log)}`);
    }
    rmSync(this.folder, { recursive: true });
  }
}
