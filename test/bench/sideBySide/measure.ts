/**
 * The process that measures one system, and nothing else: `write` makes the changes and leaves them
 * in a folder, `read` is a fresh reader of them. The last line on stdout is what was measured, as
 * JSON.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NewFields } from '../../../worker/crdt/view.ts';
import { type BoardWork, createBoardWork } from '../boardWork.ts';
import { quantile } from '../timing.ts';
import type { BoardReader, BoardSystem } from './boardSystem.ts';
import { watchWasmMemory } from './wasmMemory.ts';

export interface Written {
  /** Making all changes, one at a time. */
  readonly elapsedMs: number;
  readonly historyBytes: number;
}

export interface Read {
  /** History decoded, and the board read out. */
  readonly loadMs: number;
  /** The same in CPU time of the process, all threads: what else the machine does hardly shows. */
  readonly loadCpuMs: number;
  /** One more change, to shown; the median. */
  readonly applyMs: number;
  /** Taken by the loaded board: heap, buffers and WebAssembly. */
  readonly heapBytes: number;
  /** Taken by the process: resident set. */
  readonly residentBytes: number;
}

const LATER_SETS = 300;

const [task, systemFile, exportName = '', folder = '', changes] = process.argv.slice(2);
const wasmBytes = watchWasmMemory();
const exported = (await import(String(systemFile))) as { readonly [name: string]: BoardSystem };
const system = exported[exportName];
if (system === undefined) throw new Error(`${systemFile} has no ${exportName}`);
const work = createBoardWork(Number(changes), LATER_SETS);
const historyFile = join(folder, 'history');
const updatesFile = join(folder, 'updates.json');
const measured = task === 'write' ? await write(system, work) : await read(system, work);
console.log(JSON.stringify(measured));
// Some keep timers or workers.
process.exit(0);

async function write(system: BoardSystem, { changes, later }: BoardWork): Promise<Written> {
  let seen = 0;
  const writer = await system.createWriter(() => {
    seen += 1;
  });
  const startMs = performance.now();
  for (const change of changes) await writer.make(change);
  const elapsedMs = performance.now() - startMs;
  if (seen < changes.length) throw new Error(`${seen} changes were shown`);
  const history = await writer.history();
  writeFileSync(historyFile, history);
  const updates: string[] = [];
  for (const change of later) {
    updates.push(Buffer.from(await writer.makeUpdate(change)).toString('base64'));
  }
  writeFileSync(updatesFile, JSON.stringify(updates));
  return { elapsedMs, historyBytes: history.length };
}

async function read(system: BoardSystem, { board }: BoardWork): Promise<Read> {
  let seen = 0;
  const onChange = (): void => {
    seen += 1;
  };
  const updates = (JSON.parse(readFileSync(updatesFile, 'utf8')) as string[]).map((update) => {
    return new Uint8Array(Buffer.from(update, 'base64'));
  });
  const before = memoryInUse();
  const { reader, ...took } = await load(system, onChange, board);
  const after = memoryInUse();
  const applied: number[] = [];
  for (const update of updates) {
    seen = 0;
    const startMs = performance.now();
    await reader.apply(update);
    while (seen === 0) await new Promise((resolve) => setImmediate(resolve));
    applied.push(performance.now() - startMs);
  }
  return {
    ...took,
    applyMs: quantile(applied, 0.5),
    heapBytes: after.heapBytes - before.heapBytes,
    residentBytes: after.residentBytes - before.residentBytes,
  };
}

/** Apart, so that nothing of the history stays behind but what the reader keeps. */
async function load(
  system: BoardSystem,
  onChange: () => void,
  expected: readonly NewFields[],
): Promise<Pick<Read, 'loadMs' | 'loadCpuMs'> & { readonly reader: BoardReader }> {
  const history = new Uint8Array(readFileSync(historyFile));
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const reader = await system.createReader(onChange);
  await reader.load(history);
  const board = reader.board();
  const { user, system: kernel } = process.cpuUsage(startCpu);
  const loadMs = performance.now() - startMs;
  if (canonical(board) !== canonical(expected)) throw new Error('the board is another');
  return { reader, loadMs, loadCpuMs: (user + kernel) / 1000 };
}

/** Fields in one order. */
function canonical(board: readonly NewFields[]): string {
  return JSON.stringify(board.map((fields) => Object.entries(fields).sort()));
}

function memoryInUse(): { readonly heapBytes: number; readonly residentBytes: number } {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + arrayBuffers + wasmBytes(), residentBytes: rss };
}
