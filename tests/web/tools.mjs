// SPDX-License-Identifier: ISC
// What the tests need and this machine may lack: the program under test,
// Chromium, and packages of npm that stand outside of the sources. A test that
// cannot run is skipped with the reason that is given here.
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dirname, join, resolve } from 'node:path';

const here = dirname(fileURLToPath(import.meta.url));
const top = resolve(here, '../..');
const modules = resolve(process.env.SCOPEGATE_CACHE ?? join(top, 'build/npm'));
const require = createRequire(join(modules, 'package.json'));

export const brokerd = process.env.SCOPEGATE_BROKERD
  ?? join(top, 'build/dev/brokerd/brokerd');
export const gatewayd = process.env.SCOPEGATE_GATEWAYD
  ?? join(top, 'build/dev/gatewayd/gatewayd');
export const validatord = process.env.SCOPEGATE_VALIDATORD
  ?? join(top, 'build/dev/validatord/validatord');
export const chromium = process.env.SCOPEGATE_CHROMIUM ?? '/usr/bin/chromium';
export const shots = process.env.SCOPEGATE_SHOTS;

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function onPath(name) {
  return (process.env.PATH ?? '').split(':').some((folder) => runs(join(folder, name)));
}

// The first thing that is missing, in words; false if all is there.
export function missing(...names) {
  for (const name of ['brokerd', ...names]) {
    if (name === 'brokerd' && !runs(brokerd)) return `${brokerd} is not built`;
    if (name === 'chromium' && !runs(chromium)) return `${chromium} is not installed`;
    if (name.startsWith('npm:') && !existsSync(join(modules, 'node_modules', name.slice(4)))) {
      return `npm's ${name.slice(4)} is not in ${modules}`;
    }
    if (name.startsWith('bin:') && !onPath(name.slice(4))) {
      return `${name.slice(4)} is not installed`;
    }
  }
  return false;
}

export const browserMissing = missing('chromium', 'npm:playwright-core', 'npm:axe-core');

export function locate(name) {
  return require.resolve(name);
}

export function load(name) {
  return import(pathToFileURL(locate(name)).href);
}
