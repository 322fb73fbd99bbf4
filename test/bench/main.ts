/**
 * `npm run bench`: measures, asserts nothing. A figure a line on stdout, as JSON; what it is doing
 * on stderr. `npm run bench -- --only <part>` (again for more) runs a part. `docs/performance.md`
 * has the method.
 */

import { cpus, totalmem } from 'node:os';
import { measureBundles } from './bundles.ts';
import { measureBytes } from './bytes.ts';
import { measureCore } from './core.ts';
import type { Figure } from './figure.ts';
import { measureFirstSync } from './firstSync.ts';
import { measureLatency } from './latency.ts';
import { measureMemory } from './memory.ts';
import { measureRelayBulk } from './relayBulk.ts';
import { createSetting, type Setting } from './setting.ts';
import { measureStart } from './start.ts';
import { measureVerify } from './verify.ts';

const PARTS: ReadonlyMap<string, (setting: Setting) => AsyncIterable<Figure>> = new Map([
  ['bundles', measureBundles],
  ['core', measureCore],
  ['verify', measureVerify],
  ['relay', measureRelayBulk],
  ['first-sync', measureFirstSync],
  ['start', measureStart],
  ['latency', measureLatency],
  ['memory', measureMemory],
  ['bytes', measureBytes],
]);

const chosen = readChoice(process.argv.slice(2));
if (chosen === null) {
  console.error(`usage: npm run bench [-- --only ${[...PARTS.keys()].join('|')}]…`);
  process.exitCode = 2;
} else {
  const gib = Math.round(totalmem() / 2 ** 30);
  console.error(`${cpus().length} × ${cpus()[0]?.model}, ${gib} GiB, Node ${process.version}`);
  const setting = createSetting();
  try {
    for (const [name, measure] of PARTS) if (chosen.has(name)) await run(name, measure(setting));
  } finally {
    await setting.end();
  }
}

async function run(name: string, figures: AsyncIterable<Figure>): Promise<void> {
  const startMs = performance.now();
  for await (const figure of figures) console.log(JSON.stringify(figure));
  console.error(`${name}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}

/** The parts to run; null: not understood. */
function readChoice(args: readonly string[]): ReadonlySet<string> | null {
  if (args.length === 0) return new Set(PARTS.keys());
  const names = args.filter((_, index) => index % 2 === 1);
  const flags = args.filter((_, index) => index % 2 === 0);
  const isUnderstood =
    flags.length === names.length &&
    flags.every((flag) => flag === '--only') &&
    names.every((name) => PARTS.has(name));
  return isUnderstood ? new Set(names) : null;
}
