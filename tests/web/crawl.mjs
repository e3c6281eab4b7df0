// SPDX-License-Identifier: ISC
// Which pages there are: by the program's own table of routes, and by what
// somebody can reach who follows every link.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readForms, readLinks } from './robot.mjs';

const table = fileURLToPath(new URL('../../brokerd/routes.c', import.meta.url));
const row = /\{HTTP_(GET|POST),\s*"([^"]+)",\s*(ANYONE|USER|OPERATOR),\s*(\w+)\}/g;

// { method, path, access }; {id} in a path stands for a number.
export function pageRoutes() {
  const text = readFileSync(table, 'utf8');
  return [...text.matchAll(row)].map(([, method, path, access]) => ({ method, path, access }));
}

// The route that a path belongs to, in the table's spelling.
export function patternOf(path) {
  return path.replace(/\/[0-9]+(?=\/|$)/g, '/{id}');
}

// Everything within reach of a robot, from the given pages on: by path, each
// with its HTML and its forms. Of pages that differ in their query or their
// number alone, the first `each` are enough.
export async function crawl(robot, from, each = 3) {
  const seen = new Map();
  const times = new Map();
  const waiting = [...from];
  while (waiting.length > 0) {
    const path = waiting.shift();
    const pattern = patternOf(new URL(path, robot.broker.url).pathname);
    const count = times.get(pattern) ?? 0;
    if (seen.has(path) || count >= each) continue;
    times.set(pattern, count + 1);
    const page = await robot.send(path);
    const links = page.location === null ? readLinks(page.html) : [page.location];
    seen.set(path, { ...page, pattern, forms: readForms(page.html) });
    for (const link of links) {
      const url = new URL(link, new URL(path, robot.broker.url));
      if (url.origin === robot.broker.url) waiting.push(url.pathname + url.search);
    }
  }
  return seen;
}
