// SPDX-License-Identifier: ISC
// The app of a developer: it waits on a loopback port for people to come back
// from the broker, and knows how to ask for a code and to use one.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

export class App {
  static async start() {
    const app = new App();
    app.callbacks = [];
    app.waiting = [];
    app.server = createServer((request, response) => app.answer(request, response));
    await new Promise((resolve) => { app.server.listen(0, '127.0.0.1', resolve); });
    app.origin = `http://127.0.0.1:${app.server.address().port}`;
    app.redirectUri = `${app.origin}/callback`;
    return app;
  }

  answer(request, response) {
    const url = new URL(request.url, this.origin);
    if (url.pathname !== '/callback') {
      response.writeHead(204).end(); // the browser looks for an icon
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end('<!doctype html><html lang="en"><title>The app</title><h1>Back in the app</h1>');
    const next = this.waiting.shift();
    if (next) next(url.searchParams);
    else this.callbacks.push(url.searchParams);
  }

  // The parameters that the next person brings back.
  callback() {
    if (this.callbacks.length > 0) return Promise.resolve(this.callbacks.shift());
    return new Promise((resolve) => { this.waiting.push(resolve); });
  }

  // A new request for authorization: where to send the person, and what to
  // remember until they are back.
  ask(broker, clientId, parameters = {}) {
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(8).toString('hex');
    const url = new URL('/oauth/authorize', broker.url);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: this.redirectUri,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return { url: url.href, verifier, state };
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

// A request to the token endpoint: { status, body }.
export async function tokenRequest(broker, fields) {
  const reply = await fetch(`${broker.url}/oauth/token`, {
    method: 'POST', body: new URLSearchParams(fields),
  });
  return { status: reply.status, body: await reply.json() };
}
