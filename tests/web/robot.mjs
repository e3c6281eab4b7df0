// SPDX-License-Identifier: ISC
// A person without a browser: keeps cookies, reads forms as HTML has them, and
// sends all that a browser would send. For tests that are not about browsers.
import { passwords } from './broker.mjs';

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#34': '"' };

function plain(text) {
  return text.replace(/&(amp|lt|gt|quot|#39|#34);/g, (all, name) => entities[name]);
}

// Attributes of a start tag; one without a value is ''.
function attributes(tag) {
  const found = {};
  const pattern = /\s([a-z-]+)(?:="([^"]*)")?/g;
  for (const [, name, value] of tag.matchAll(pattern)) found[name] = plain(value ?? '');
  return found;
}

// What a browser would send for this form if nothing in it was touched.
function readFields(html) {
  const fields = [];
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const a = attributes(tag);
    const choice = a.type === 'checkbox' || a.type === 'radio';
    if (a.name === undefined || 'disabled' in a || (choice && !('checked' in a))) continue;
    if (a.type !== 'file') fields.push([a.name, a.value ?? (choice ? 'on' : '')]);
  }
  for (const [, tag, text] of html.matchAll(/<textarea\b([^>]*)>\n?([^<]*)<\/textarea>/g)) {
    fields.push([attributes(tag).name, plain(text)]);
  }
  for (const [, tag, options] of html.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gs)) {
    const all = [...options.matchAll(/<option\b[^>]*>/g)].map(([option]) => attributes(option));
    const chosen = all.find((option) => 'selected' in option) ?? all[0];
    fields.push([attributes(tag).name, chosen?.value ?? '']);
  }
  return fields;
}

export function readForms(html) {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag, body]) => ({
    ...attributes(tag),
    fields: readFields(body),
    buttons: [...body.matchAll(/<button\b[^>]*>/g)].map(([button]) => attributes(button)),
  }));
}

export function readLinks(html) {
  return [...html.matchAll(/<a\b[^>]*>/g)].map(([tag]) => attributes(tag).href)
    .filter((href) => href !== undefined && !href.startsWith('#'));
}

export class Robot {
  constructor(broker) {
    this.broker = broker;
    this.cookies = new Map();
  }

  // One request; a redirect is an answer like another.
  async send(path, body) {
    const reply = await fetch(new URL(path, this.broker.url), {
      method: body === undefined ? 'GET' : 'POST',
      body,
      redirect: 'manual',
      headers: { Cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') },
    });
    for (const cookie of reply.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    return {
      status: reply.status, location: reply.headers.get('location'), html: await reply.text(),
    };
  }

  // Follows redirects while they lead to the broker.
  async follow(reply) {
    let at = reply;
    for (let hops = 0; at.location !== null && hops < 5; hops += 1) {
      if (new URL(at.location, this.broker.url).origin !== this.broker.url) return at;
      at = await this.send(at.location);
    }
    return at;
  }

  async open(path) {
    return this.follow(await this.send(path));
  }

  // Sends the form of a page whose action begins so, with some fields changed.
  async submit(page, action, changes = {}) {
    const form = readForms(page.html).find((one) => one.action.startsWith(action));
    if (form === undefined) throw new Error(`no form for ${action} in: ${page.html}`);
    const fields = new URLSearchParams(form.fields);
    for (const [name, value] of Object.entries(changes)) fields.set(name, value);
    return this.follow(await this.send(form.action, fields));
  }

  async signIn(name) {
    const page = await this.open('/sign-in');
    return this.submit(page, '/sign-in', { username: name, password: passwords[name] });
  }

  // From the app's request to the URL that leads back to the app.
  async decide(url, decision, changes = {}) {
    const page = await this.open(url);
    if (page.location !== null) return new URL(page.location);
    const reply = await this.submit(page, '/oauth/authorize', { decision, ...changes });
    if (reply.location === null) throw new Error(`no way back to the app: ${reply.html}`);
    return new URL(reply.location);
  }
}
