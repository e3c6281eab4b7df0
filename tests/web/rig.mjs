// SPDX-License-Identifier: ISC
// A stage for a test file: a broker, an app, and people with a browser each.
// What must hold on every page is checked for each page that anyone is shown:
// nothing is asked of another origin, the browser complains about nothing, and
// the page's policy lets no script run.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from './app.mjs';
import { Broker, passwords } from './broker.mjs';
import { chromium, load, locate, shots } from './tools.mjs';

// Without these Chromium asks its maker's servers for this and that.
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-dev-shm-usage'];
const wide = { width: 1280, height: 800 };
const narrow = { width: 360, height: 740 };
const policy = /^default-src 'none'; style-src 'self'; img-src 'self'; form-action /;

let axe;

function checkPolicy(response) {
  const headers = response.headers();
  const given = headers['content-security-policy'] ?? '';
  if (!policy.test(given) || !given.includes("frame-ancestors 'none'")) return `CSP "${given}"`;
  if (headers['x-content-type-options'] !== 'nosniff') return 'no nosniff';
  if (headers['referrer-policy'] !== 'no-referrer') return 'no referrer policy';
  if (!/no-store/.test(headers['cache-control'] ?? '')) return 'a cache may keep it';
  return undefined;
}

export async function launch() {
  const playwright = await load('playwright-core');
  return playwright.default.chromium.launch({ executablePath: chromium, args: flags });
}

export class Person {
  static async enter(rig, name) {
    const person = new Person();
    person.rig = rig;
    person.name = name;
    person.faults = [];
    person.context = await rig.browser.newContext({ viewport: wide, reducedMotion: 'reduce' });
    person.context.setDefaultTimeout(30000);
    person.page = await person.context.newPage();
    person.watch();
    return person;
  }

  watch() {
    const note = (text) => this.faults.push(`${this.page.url()}: ${text}`);
    const { broker, app, homes = [] } = this.rig;
    this.context.on('request', (request) => {
      const { origin } = new URL(request.url());
      const home = origin === broker.url || homes.includes(origin)
        || (origin === app.origin && request.isNavigationRequest());
      if (!home) note(`asks ${request.url()}`);
    });
    this.context.on('response', async (response) => {
      const type = response.headers()['content-type'] ?? '';
      const { origin } = new URL(response.url());
      if (![broker.url, ...homes].includes(origin) || !type.startsWith('text/html')) return;
      const fault = checkPolicy(response);
      if (fault) note(`${response.url()}: ${fault}`);
    });
    this.page.on('pageerror', (error) => note(`throws ${error}`));
    this.page.on('console', (message) => {
      // An error page is one that the browser mentions, too.
      const status = /^Failed to load resource: the server responded with a status of 4/;
      if (['error', 'warning'].includes(message.type())
        && !(status.test(message.text()) && message.location().url === this.page.url())) {
        note(`the console says ${message.text()}`);
      }
    });
  }

  async go(path) {
    return this.page.goto(new URL(path, this.rig.broker.url).href);
  }

  heading() {
    return this.page.locator('h1').innerText();
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  // Fills fields by their labels.
  async fill(values) {
    for (const [label, value] of Object.entries(values)) {
      await this.page.getByLabel(label).first().fill(value);
    }
  }

  press(button) {
    return this.page.getByRole('button', { name: button, exact: true }).first().click();
  }

  follow(link) {
    return this.page.getByRole('link', { name: link }).first().click();
  }

  async signIn(path = '/sign-in') {
    await this.go(path);
    await this.fill({ Name: this.name, Password: passwords[this.name] });
    await this.press('Sign in');
  }

  // Waits for the notice of what was just done.
  says(text) {
    return this.page.getByRole('status').getByText(text).waitFor();
  }

  // The text of the element that a field says describes its fault.
  async faultOf(label) {
    const field = this.page.getByLabel(label).first();
    assert.equal(await field.getAttribute('aria-invalid'), 'true', `${label} is marked`);
    const described = (await field.getAttribute('aria-describedby') ?? '').split(' ');
    const id = described.find((one) => one.endsWith('-problem'));
    assert.ok(id, `${label} says what describes its fault`);
    return this.page.locator(`[id="${id}"]`).innerText();
  }

  // The page at hand in light and dark, wide and narrow: axe finds nothing,
  // nothing has to be scrolled sideways, and a picture is kept if asked for.
  async look(name) {
    const { page } = this;
    const url = page.url();
    assert.equal(await page.locator('h1').count(), 1, `${url}: one h1`);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      assert.deepEqual(await this.violations(), [], `${url} ${colorScheme}`);
      await this.shoot(`${name}-1280-${colorScheme}`);
    }
    await page.setViewportSize(narrow);
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await this.shoot(`${name}-360-${colorScheme}`);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= narrow.width, `${url}: ${width} pixels wide on a screen of 360`);
    await page.setViewportSize(wide);
    this.check();
  }

  async shoot(name) {
    if (shots) await this.page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }

  // Scripts of a page are forbidden by its policy; those of the browser's own
  // tools are not.
  async violations() {
    axe ??= readFileSync(locate('axe-core/axe.min.js'), 'utf8');
    const session = await this.context.newCDPSession(this.page);
    try {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression: `${axe}; axe.run({ resultTypes: ['violations', 'incomplete'] }).then((found) =>
          found.violations.map((one) => one.id + ': ' + one.nodes.map((node) =>
            node.html + ' ' + node.failureSummary).join(' | ')))`,
        awaitPromise: true,
        returnByValue: true,
      });
      assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
      return result.value;
    } finally {
      await session.detach();
    }
  }

  check() {
    assert.deepEqual(this.faults, []);
  }

  async leave() {
    await this.context.close();
    this.check();
  }
}

export class Rig {
  static async start(...brokerFlags) {
    const rig = new Rig();
    if (shots) mkdirSync(shots, { recursive: true });
    rig.broker = await Broker.start(...brokerFlags);
    rig.app = await App.start();
    rig.homes = []; // further origins whose pages are ours
    rig.browser = await launch();
    return rig;
  }

  person(name) {
    return Person.enter(this, name);
  }

  async close() {
    await this.browser?.close();
    this.app?.close();
    await this.broker?.close();
  }
}
