/**
 * The comparison that the relay's store was chosen by: appends with fsync in batches of 1, 10 and
 * 100 real ops, then opening anew and reading 10,000. One JSON line a store.
 *
 *     npx tsx test/bench/relayStores.ts
 *
 * lmdb takes part where it is installed (`npm install --no-save lmdb`); it is no dependency.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packText } from '../../worker/crdt/packedOp.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { valueFor } from '../../worker/relay/levelRecord.ts';
import type { LoggedOp } from '../../worker/relay/opLog.ts';
import { logged, openLog } from '../support/opLogRecords.ts';
import { readRustDump } from '../support/rustDump.ts';

interface Store {
  append(offset: number, records: readonly LoggedOp[]): Promise<unknown>;
  /** Reads everything; resolves to the number of ops. */
  read(): Promise<number>;
  close(): Promise<unknown>;
}

const runs = [
  { batchOps: 1, ops: 300 },
  { batchOps: 10, ops: 2_000 },
  { batchOps: 100, ops: 10_000 },
] as const;

const { ops } = readRustDump();
const records = logged(
  Array.from({ length: 10_000 }, (_, index) => ({
    key: index.toString(16).padStart(64, '0'),
    bytes: packText(ops[index % ops.length]!),
  })),
);

await measure('classic-level', openClassicLevel);
const lmdb = await importLmdb();
if (lmdb === null) console.log('lmdb is not installed');
else await measure('lmdb', async (folder) => openLmdb(lmdb, folder));

async function measure(name: string, open: (folder: string) => Promise<Store>): Promise<void> {
  const line: Record<string, string | number> = { store: name };
  for (const { batchOps, ops: count } of runs) {
    const folder = await mkdtemp(join(tmpdir(), 'relay-store-'));
    const store = await open(folder);
    const startMs = performance.now();
    for (let at = 0; at < count; at += batchOps) {
      await store.append(at, records.slice(at, at + batchOps));
    }
    const tookMs = performance.now() - startMs;
    line[`batch${batchOps}Ms`] = rounded((tookMs * batchOps) / count);
    line[`batch${batchOps}OpsPerSecond`] = Math.round((count * 1000) / tookMs);
    await store.close();
    if (count === records.length) {
      line['diskBytesPerOp'] = Math.round((await sizeOf(folder)) / count);
      const openMs = performance.now();
      const again = await open(folder);
      if ((await again.read()) !== count) throw new Error(`${name} lost ops`);
      line['openAndReadMs'] = rounded(performance.now() - openMs);
      await again.close();
    }
    await rm(folder, { recursive: true });
  }
  console.log(JSON.stringify(line));
}

async function openClassicLevel(folder: string): Promise<Store> {
  const opening = await openLevelOpLog(folder);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  const log = await openLog(opening.opLog, 'default');
  return {
    append: (_, batch) => log.append(batch),
    async read() {
      let count = 0;
      for await (const slice of log.read(0)) count += slice.length;
      return count;
    },
    close: opening.opLog.close,
  };
}

/** What is used of lmdb, so that this file compiles without it. */
interface Lmdb {
  open(options: object): {
    transaction(write: () => void): Promise<unknown>;
    put(key: number, value: Uint8Array): unknown;
    getRange(options: object): Iterable<unknown>;
    close(): Promise<unknown>;
  };
}

async function importLmdb(): Promise<Lmdb | null> {
  const name = 'lmdb';
  return (import(name) as Promise<Lmdb>).catch(() => null);
}

function openLmdb({ open }: Lmdb, folder: string): Store {
  // Without overlappingSync a transaction resolves when it is on the disk.
  const options = { encoding: 'binary', keyEncoding: 'uint32', overlappingSync: false };
  const database = open({ path: folder, ...options });
  return {
    append: (offset, batch) =>
      database.transaction(() => {
        batch.forEach((record, index) => {
          database.put(offset + index, valueFor(record));
        });
      }),
    read: async () => [...database.getRange({})].length,
    close: () => database.close(),
  };
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(async (file) => (await stat(join(file.parentPath, file.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
