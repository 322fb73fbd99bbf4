import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { StoreOutcome } from '../ports.ts';
import { causeOf, createDatabase, type Database, type Level } from './levelDatabase.ts';
import {
  damagedKey,
  endOfOps,
  FORMAT_KEY,
  idKey,
  missingKey,
  noteKey,
  opKey,
  placeOf,
  STORE_FORMAT,
} from './levelKeys.ts';
import { type CreateLevel, type Extent, noteLostOps, openSoundLevel } from './levelOpening.ts';
import { indexedOf, recordOf, valueFor } from './levelRecord.ts';
import type {
  LoggedOp,
  OpLog,
  OpLogOpening,
  PipelineLog,
  StoreEntry,
  StoreFailure,
} from './opLog.ts';

/**
 * The op log in a LevelDB folder; `docs/operating.md` says why LevelDB.
 *
 * Invariant 1: what an append answered `stored` for is on the disk (LevelDB's log, fdatasync).
 * Invariant 2: the offsets of a pipeline have gaps only where ops were damaged: one append at a
 * time, all of it or nothing.
 */

const BYTES = { valueEncoding: 'view' } as const;

/** A key of the database, and what stands there. */
type Entry = readonly [string, Uint8Array];

/** Some 100 kB of usual ops; a reader waits for one slice at a time. */
const SLICE_OPS = 500;

/** `createLevel`: for tests, which need a disk that fails when told. */
export async function openLevelOpLog(
  dataFolder: string,
  createLevel: CreateLevel = (folder) => new ClassicLevel(folder),
): Promise<OpLogOpening> {
  const folder = join(dataFolder, 'ops');
  try {
    const { level, extents, found } = await openSoundLevel(folder, createLevel);
    const format = Number((await level.get(FORMAT_KEY)) ?? 0);
    if (format > STORE_FORMAT) {
      await level.close();
      const detail = `data folder ${dataFolder} was written by a newer version of the relay (format ${format}, this one knows ${STORE_FORMAT})`;
      return { type: 'refused', reason: 'newer-format', detail };
    }
    const stamp = { type: 'put', key: FORMAT_KEY, value: String(STORE_FORMAT) } as const;
    if (format < STORE_FORMAT) await level.batch([stamp], { sync: true });
    const lostOps = await noteLostOps(level, extents);
    const database = createDatabase(level, folder);
    return {
      type: 'opened',
      opLog: createOpLog(database, extents),
      findings: { ...found, lostOps },
      entries: () => readStore(database),
    };
  } catch (error) {
    if (causeOf(error).code === 'LEVEL_LOCKED') {
      const detail = `data folder ${dataFolder} is in use by another relay`;
      return { type: 'refused', reason: 'in-use', detail };
    }
    const detail = `data folder ${dataFolder} cannot be used: ${causeOf(error).message}`;
    return { type: 'refused', reason: 'unreadable', detail };
  }
}

/** Read at a time where all is copied; LevelDB's own choice is 16 KiB. */
const COPY_BYTES = 256 * 1024;

/** An iterator of LevelDB reads what was there when it was made. */
async function* readStore(database: Database): AsyncGenerator<readonly StoreEntry[]> {
  const iterator = await database.read(async (level) =>
    level.iterator<string, Uint8Array>({ ...BYTES, highWaterMarkBytes: COPY_BYTES }),
  );
  try {
    for (;;) {
      const slice = await iterator.nextv(SLICE_OPS);
      if (slice.length === 0) return;
      yield slice;
    }
  } finally {
    await iterator.close();
  }
}

function createOpLog(database: Database, extents: ReadonlyMap<string, Extent>): OpLog {
  const pipelines = new Map<string, PipelineLog>();
  return {
    names: () => [...extents.keys()],
    async openPipeline(name) {
      const known = pipelines.get(name);
      if (known !== undefined) return { type: 'opened', log: known };
      const extent = extents.get(name) ?? { count: 0, end: 0 };
      try {
        const storedId = await database.read((level) => level.get(idKey(name)));
        const log = pipelines.get(name) ?? createPipelineLog(database, name, extent, storedId);
        pipelines.set(name, log);
        return { type: 'opened', log };
      } catch (error) {
        return failureOf(error);
      }
    },
    readNote: async (name) => {
      const note = await database.read((level) => level.get<string, string>(noteKey(name), {}));
      return note ?? null;
    },
    // Not waited for by the disk: LevelDB's log keeps the order of writes, and what it loses is a note.
    writeNote: (name, text) =>
      outcomeOf(
        database.write((level) => level.batch([{ type: 'put', key: noteKey(name), value: text }])),
      ),
    close: database.close,
  };
}

function createPipelineLog(
  database: Database,
  name: string,
  atOpen: Extent,
  storedId: string | undefined,
): PipelineLog {
  const id = storedId ?? randomBytes(16).toString('hex');
  let isIdStored = storedId !== undefined;
  let { count, end } = atOpen;
  let bytes = 0;
  /** A failed append may have left ops from `end` on: they are not in the log. */
  let hasRemains = false;

  const write = async (level: Level, records: readonly LoggedOp[]): Promise<void> => {
    const puts = records.map((record, index) => {
      return {
        type: 'put',
        key: opKey(name, end + index),
        value: valueFor(record),
        ...BYTES,
      } as const;
    });
    const range = { gte: opKey(name, end + records.length), lt: endOfOps(name) };
    const remains = hasRemains ? await level.keys(range).all() : [];
    const deletes = remains.map((key) => ({ type: 'del', key }) as const);
    hasRemains = true;
    const idPut = { type: 'put', key: idKey(name), value: Buffer.from(id), ...BYTES } as const;
    const ids = isIdStored ? [] : [idPut];
    await level.batch([...puts, ...deletes, ...ids], { sync: true });
    isIdStored = true;
    hasRemains = false;
    for (const { value } of puts) bytes += value.length;
    count += records.length;
    end += records.length;
  };

  async function* readEntries(
    fromOffset: number,
    toOffset = end,
  ): AsyncGenerator<readonly Entry[]> {
    const lt = opKey(name, Math.min(toOffset, end));
    for (let gte = opKey(name, fromOffset); ; ) {
      const range = { gte, lt, limit: SLICE_OPS, ...BYTES };
      const entries = await database.read((level) =>
        level.iterator<string, Uint8Array>(range).all(),
      );
      if (entries.length > 0) yield entries;
      const [lastKey] = entries.at(-1) ?? [];
      if (lastKey === undefined || entries.length < SLICE_OPS) return;
      gte = `${lastKey}!`;
    }
  }

  const setAside = async (damaged: readonly Entry[]): Promise<void> => {
    const moves = damaged.flatMap(([key, value]) => [
      { type: 'del', key } as const,
      { type: 'put', key: damagedKey(name, placeOf(key)?.offset ?? 0), value, ...BYTES } as const,
    ]);
    const missing = Buffer.from(String(end - count + damaged.length));
    const note = { type: 'put', key: missingKey(name), value: missing, ...BYTES } as const;
    await database.write((level) => level.batch([...moves, note], { sync: true }));
    count -= damaged.length;
  };

  return {
    id,
    count: () => count,
    bytes: () => bytes,
    end: () => end,
    append: (records) => outcomeOf(database.write((level) => write(level, records))),
    async *read(fromOffset, toOffset) {
      for await (const entries of readEntries(fromOffset, toOffset)) {
        yield entries.flatMap(([, value]) => recordOf(value) ?? []);
      }
    },
    async *readAt(offsets) {
      for (let at = 0; at < offsets.length; at += SLICE_OPS) {
        const keys = offsets.slice(at, at + SLICE_OPS).map((offset) => opKey(name, offset));
        const values = await database.read((level) =>
          level.getMany<string, Uint8Array>(keys, BYTES),
        );
        yield values.flatMap((value) => (value && recordOf(value)) ?? []);
      }
    },
    async replay(note) {
      let damagedOps = 0;
      bytes = 0;
      for await (const entries of readEntries(0)) {
        const damaged: Entry[] = [];
        for (const entry of entries) {
          const op = indexedOf(entry[1]);
          if (op === undefined) damaged.push(entry);
          else {
            bytes += entry[1].length;
            note(op);
          }
        }
        if (damaged.length === 0) continue;
        const outcome = await outcomeOf(setAside(damaged));
        if (outcome.type === 'failed') return outcome;
        damagedOps += damaged.length;
      }
      return { type: 'replayed', damagedOps };
    },
  };
}

function outcomeOf(writing: Promise<void>): Promise<StoreOutcome> {
  return writing.then((): StoreOutcome => ({ type: 'stored' }), failureOf);
}

function failureOf(error: unknown): StoreFailure {
  const { message } = causeOf(error);
  const isFull = /ENOSPC|EDQUOT|no space left|disk quota exceeded|file too large/i.test(message);
  return { type: 'failed', reason: isFull ? 'full' : 'broken', detail: message };
}
