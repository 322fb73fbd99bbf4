import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { causeOf } from './levelDatabase.ts';
import { openLevelOpLog } from './levelOpLog.ts';
import type { StoreEntry, StoreFindings } from './opLog.ts';
import { openStoppedStore, type StoreCommandDeps } from './stoppedStore.ts';
import { findRunningStore } from './storeSocket.ts';
import { makeWholeFolder } from './wholeFolder.ts';

/** `backup`: a copy of a relay's data folder, whether a relay has it or not. */

const HELP = `Usage: npm run -s relay -- backup DATA FOLDER

Copies what a relay has stored, all pipelines, while it runs or when it has stopped. FOLDER comes to
be when the copy is whole, and a relay can be started with it: --data FOLDER. Until then it is called
FOLDER.partial-…. Has to run on the relay's machine, as the relay's user.
Ends with 0; 1: there is no whole copy, and why was said; 2: wrong command line.
`;

interface Source {
  readonly entries: AsyncIterable<readonly StoreEntry[]>;
  close(): Promise<void>;
}

/** `args`: behind `backup`. Resolves to the exit status. */
export async function runBackup(args: readonly string[], deps: StoreCommandDeps): Promise<number> {
  const [data, to, ...others] = args;
  if (args.includes('--help')) {
    await deps.writeOut(HELP);
    return 0;
  }
  if (!data || !to || others.length > 0 || args.some((arg) => arg.startsWith('-'))) {
    deps.writeError(HELP);
    return 2;
  }
  if (existsSync(to)) {
    deps.writeError(`${to} is there already\n`);
    return 1;
  }
  const source = await findSource(data, deps);
  if (source === null) return 1;
  try {
    const { pipelines, ops } = await makeWholeFolder(resolve(to), (partial) =>
      copyStore(source.entries, partial),
    );
    await deps.writeOut(`${to}: ${pipelines} pipelines, ${ops} ops\n`);
    return 0;
  } catch (error) {
    deps.writeError(`${data} could not be copied: ${causeOf(error).message}\n`);
    return 1;
  } finally {
    await source.close();
  }
}

/** null: there is none, and why was said. */
async function findSource(data: string, deps: StoreCommandDeps): Promise<Source | null> {
  const running = await findRunningStore(data);
  if (running.type === 'found') {
    return { entries: running.entries, close: async () => undefined };
  }
  if (running.type === 'failed') {
    deps.writeError(`the relay that has ${data} gives no copy: ${running.detail}\n`);
    return null;
  }
  const stopped = await openStoppedStore(data, deps);
  return stopped && { entries: stopped.entries(), close: stopped.opLog.close };
}

/** Throws what the disk or the source says. */
async function copyStore(
  slices: AsyncIterable<readonly StoreEntry[]>,
  folder: string,
): Promise<StoreFindings> {
  await writeStore(slices, join(folder, 'ops'));
  // As the start of a relay would.
  const opening = await openLevelOpLog(folder);
  if (opening.type === 'refused') throw new Error(opening.detail);
  await opening.opLog.close();
  return opening.findings;
}

async function writeStore(
  slices: AsyncIterable<readonly StoreEntry[]>,
  folder: string,
): Promise<void> {
  const level = new ClassicLevel<string, Uint8Array>(folder, { valueEncoding: 'view' });
  await level.open({ errorIfExists: true });
  try {
    for await (const slice of slices) {
      const puts = slice.map(([key, value]) => ({ type: 'put', key, value }) as const);
      await level.batch(puts, { sync: true });
    }
  } finally {
    await level.close();
  }
}
