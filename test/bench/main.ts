/**
 * `npm run bench`: measures, asserts nothing. A figure a line on stdout, as JSON, with the goal where
 * there is one; what it is doing, and at the end the goals as a table, on stderr. `npm run bench --
 * --only <part>` (again for more) runs a part, `npm run bench -- --peers [--items <count>]` the side by
 * side with other systems. `docs/performance.md` has the method.
 */

import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBoard } from './board.ts';
import { measureBundles } from './bundles.ts';
import { measureBytes } from './bytes.ts';
import { measureCore } from './core.ts';
import { measureEdits } from './edits.ts';
import type { Figure } from './figure.ts';
import { measureFirstPaint } from './firstPaint.ts';
import { measureFirstSync } from './firstSync.ts';
import { formatGoals, withGoal } from './goals.ts';
import { measureLatency } from './latency.ts';
import { measureMemory } from './memory.ts';
import { measureOneOp } from './oneOp.ts';
import { measureProcessMemory } from './processMemory.ts';
import { measureReconnect } from './reconnect.ts';
import { measureRelayBulk } from './relayBulk.ts';
import { measureRelayReopen } from './relayReopen.ts';
import { createSetting, type Setting } from './setting.ts';
import { measurePeers } from './sideBySide/peers.ts';
import { installPeers } from './sideBySide/peersInstall.ts';
import { measureStart } from './start.ts';
import { measureVerify } from './verify.ts';

const PARTS: ReadonlyMap<string, (setting: Setting) => AsyncIterable<Figure>> = new Map([
  ['bundles', measureBundles],
  ['core', measureCore],
  ['verify', measureVerify],
  ['memory', measureMemory],
  ['process-memory', measureProcessMemory],
  ['one-op', measureOneOp],
  ['edits', measureEdits],
  ['relay', measureRelayBulk],
  ['relay-reopen', measureRelayReopen],
  ['reconnect', measureReconnect],
  ['first-sync', measureFirstSync],
  ['start', measureStart],
  ['first-paint', measureFirstPaint],
  ['latency', measureLatency],
  ['board', measureBoard],
  ['bytes', measureBytes],
]);

const PEER_ITEMS = 10_000;

const choice = readChoice(process.argv.slice(2));
if (choice === null) {
  console.error(`usage: npm run bench [-- --only ${[...PARTS.keys()].join('|')}]…`);
  console.error('       npm run bench -- --peers [--items <count>]');
  process.exitCode = 2;
} else {
  const gib = Math.round(totalmem() / 2 ** 30);
  console.error(`${cpus().length} × ${cpus()[0]?.model}, ${gib} GiB, Node ${process.version}`);
  const figures =
    choice.type === 'peers' ? await runPeers(choice.items) : await runParts(choice.parts);
  console.error(formatGoals(figures));
}

async function runParts(parts: readonly string[]): Promise<readonly Figure[]> {
  const setting = createSetting();
  const figures: Figure[] = [];
  try {
    for (const [name, measure] of PARTS) {
      if (parts.includes(name)) figures.push(...(await run(name, measure(setting))));
    }
  } finally {
    await setting.end();
  }
  return figures;
}

async function runPeers(items: number): Promise<readonly Figure[]> {
  const installation = await installPeers();
  if (installation.type === 'installed') return run('peers', measurePeers(items));
  console.error(installation.detail);
  process.exitCode = 1;
  return [];
}

async function run(name: string, measured: AsyncIterable<Figure>): Promise<readonly Figure[]> {
  const startMs = performance.now();
  const figures: Figure[] = [];
  for await (const figure of measured) {
    figures.push(figure);
    console.log(JSON.stringify(withGoal(figure)));
  }
  console.error(`${name}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return figures;
}

type Choice =
  | { readonly type: 'parts'; readonly parts: readonly string[] }
  | { readonly type: 'peers'; readonly items: number };

/** null: not understood. */
function readChoice(args: string[]): Choice | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true },
        peers: { type: 'boolean' },
        items: { type: 'string' },
      },
    });
    const items = Number(values.items ?? PEER_ITEMS);
    if (values.peers === true) return items >= 1 ? { type: 'peers', items } : null;
    const parts = values.only ?? [...PARTS.keys()];
    return parts.every((name) => PARTS.has(name)) ? { type: 'parts', parts } : null;
  } catch {
    return null;
  }
}
