/** The peers' packages: in a folder of their own, with a lock file of their own, on demand. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/sourceCode.ts';

export const peersFolder = join(root, 'test/bench/peers');

/** `name version`, as npm has it. Throws if the package is not installed. */
export function installedAs(name: string): string {
  const { version } = JSON.parse(
    readFileSync(join(peersFolder, 'node_modules', name, 'package.json'), 'utf8'),
  ) as { readonly version: string };
  return `${name} ${version}`;
}

export type Installation =
  | { readonly type: 'installed' }
  | { readonly type: 'failed'; readonly detail: string };

/** `npm ci` unless what is there is what the lock file says. Its output goes to stderr. */
export async function installPeers(): Promise<Installation> {
  if (isInstalled()) return { type: 'installed' };
  console.error(`installing yjs, Loro, Automerge, TinyBase and cojson into ${peersFolder}`);
  const status = await new Promise<number | null>((resolve, reject) => {
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel', 'http'];
    const npm = spawn('npm', args, { cwd: peersFolder, stdio: ['ignore', 2, 2] });
    npm.once('error', reject);
    npm.once('exit', resolve);
  }).catch(() => null);
  if (status === 0) return { type: 'installed' };
  const detail = `npm ci in ${peersFolder} failed. It needs the package registry: is there a network?`;
  return { type: 'failed', detail };
}

interface Lock {
  readonly packages: { readonly [path: string]: { readonly version?: string } };
}

/** npm notes in `node_modules/.package-lock.json` what it put there. */
function isInstalled(): boolean {
  try {
    const wanted = readLock('package-lock.json');
    const found = readLock('node_modules/.package-lock.json');
    return Object.entries(wanted.packages)
      .filter(([path]) => path !== '')
      .every(([path, { version }]) => found.packages[path]?.version === version);
  } catch {
    return false;
  }
}

function readLock(file: string): Lock {
  return JSON.parse(readFileSync(join(peersFolder, file), 'utf8')) as Lock;
}
