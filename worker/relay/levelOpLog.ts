import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { OpRecord, StoreOutcome } from '../ports.ts';
import type { OpLog, OpLogOpening, PipelineLog, StoreFailure } from './opLog.ts';

/**
 * The op log in a LevelDB folder; `docs/operating.md` says why LevelDB.
 *
 * Invariant 1: what an append answered `stored` for is on the disk (LevelDB's log, fdatasync).
 * Invariant 2: the offsets of a pipeline have no gap: one append at a time, all of it or nothing.
 * Invariant 3: after a failed write LevelDB's own log may end in half a record, and what is written
 * behind that is lost on the next start; so the database is opened anew before the next write.
 * Opening needs room itself: on a full disk the open database stays, and can be read.
 *
 * Keys: `format`, and `op!<pipeline>!<offset, 14 hex digits>`, whose value is the seen-key (64 hex
 * digits) and the op's text right behind it.
 */

export const STORE_FORMAT = 1;
const FORMAT_KEY = 'format';
const SEEN_KEY_LENGTH = 64;
/** Some 550 kB of usual ops; a reader waits for one slice at a time. */
const SLICE_OPS = 500;
const CLOSED = 'the op log is closed';

export type Level = Pick<
  ClassicLevel,
  'open' | 'close' | 'get' | 'batch' | 'keys' | 'iterator' | 'status'
>;

/** Room to open the database in: LevelDB turns its log, 4 MiB at most, into a table. */
const ROOM_TO_OPEN_BYTES = 16 * 1024 * 1024;

/** Shared by all pipelines: one database, used by one task at a time. Both throw what the disk says. */
interface Database {
  read<Result>(task: (level: Level) => Promise<Result>): Promise<Result>;
  write(task: (level: Level) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** `createLevel`: for tests, which need a disk that fails when told. */
export async function openLevelOpLog(
  dataFolder: string,
  createLevel: (folder: string) => Level = (folder) => new ClassicLevel(folder),
): Promise<OpLogOpening> {
  const folder = join(dataFolder, 'ops');
  try {
    await mkdir(folder, { recursive: true });
    const level = createLevel(folder);
    await level.open();
    const format = Number((await level.get(FORMAT_KEY)) ?? 0);
    if (format > STORE_FORMAT) {
      await level.close();
      const detail = `data folder ${dataFolder} was written by a newer version of the relay (format ${format}, this one knows ${STORE_FORMAT})`;
      return { type: 'refused', reason: 'newer-format', detail };
    }
    const stamp = { type: 'put', key: FORMAT_KEY, value: String(STORE_FORMAT) } as const;
    if (format === 0) await level.batch([stamp], { sync: true });
    return { type: 'opened', opLog: createOpLog(createDatabase(level, folder)) };
  } catch (error) {
    if (causeOf(error).code === 'LEVEL_LOCKED') {
      const detail = `data folder ${dataFolder} is in use by another relay`;
      return { type: 'refused', reason: 'in-use', detail };
    }
    const detail = `data folder ${dataFolder} cannot be used: ${causeOf(error).message}`;
    return { type: 'refused', reason: 'unreadable', detail };
  }
}

function createDatabase(level: Level, folder: string): Database {
  let last: Promise<unknown> = Promise.resolve();
  let state: 'sound' | 'write-failed' | 'closed' = 'sound';

  const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(task);
    last = turn.catch(() => undefined);
    return turn;
  };
  const makeSound = async (): Promise<void> => {
    if (state === 'write-failed' && level.status === 'open') {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize < ROOM_TO_OPEN_BYTES) throw new Error('no space left on the disk');
      await level.close();
    }
    if (level.status !== 'open') await level.open();
    state = 'sound';
  };

  return {
    read: (task) =>
      inTurn(async () => {
        if (state === 'closed') throw new Error(CLOSED);
        if (level.status !== 'open') await makeSound();
        return task(level);
      }),
    write: (task) =>
      inTurn(async () => {
        if (state === 'closed') throw new Error(CLOSED);
        await makeSound();
        try {
          await task(level);
        } catch (error) {
          state = 'write-failed';
          throw error;
        }
      }),
    close: () =>
      inTurn(async () => {
        state = 'closed';
        await level.close();
      }),
  };
}

function createOpLog(database: Database): OpLog {
  const pipelines = new Map<string, PipelineLog>();
  return {
    async openPipeline(name) {
      try {
        const count = await database.read((level) => countOps(level, name));
        const log = pipelines.get(name) ?? createPipelineLog(database, name, count);
        pipelines.set(name, log);
        return { type: 'opened', log };
      } catch (error) {
        return failureOf(error);
      }
    },
    close: database.close,
  };
}

function createPipelineLog(database: Database, name: string, countAtOpen: number): PipelineLog {
  let count = countAtOpen;
  /** A failed append may have left ops from `count` on: they are not in the log. */
  let hasRemains = false;

  const write = async (level: Level, records: readonly OpRecord[]): Promise<void> => {
    const puts = records.map(({ key, text }, index) => {
      return { type: 'put', key: opKey(name, count + index), value: key + text } as const;
    });
    const range = { gte: opKey(name, count + records.length), lt: endOf(name) };
    const remains = hasRemains ? await level.keys(range).all() : [];
    const deletes = remains.map((key) => ({ type: 'del', key }) as const);
    hasRemains = true;
    await level.batch([...puts, ...deletes], { sync: true });
    hasRemains = false;
    count += records.length;
  };

  return {
    count: () => count,
    append: (records) =>
      database
        .write((level) => write(level, records))
        .then((): StoreOutcome => ({ type: 'stored' }), failureOf),
    async *read(fromOffset) {
      const end = count;
      for (let offset = fromOffset; offset < end; offset += SLICE_OPS) {
        const range = { gte: opKey(name, offset), lt: opKey(name, end), limit: SLICE_OPS };
        const entries = await database.read((level) => level.iterator(range).all());
        yield entries.map(([, value]) => recordOf(value));
      }
    },
  };
}

async function countOps(level: Level, name: string): Promise<number> {
  const range = { gte: opKey(name, 0), lt: endOf(name), reverse: true, limit: 1 };
  const [highest] = await level.keys(range).all();
  return highest === undefined
    ? 0
    : Number.parseInt(highest.slice(opKeyPrefix(name).length), 16) + 1;
}

const opKeyPrefix = (name: string): string => `op!${name}!`;
const opKey = (name: string, offset: number): string =>
  opKeyPrefix(name) + offset.toString(16).padStart(14, '0');
/** Above every offset: `~` sorts behind the hex digits. */
const endOf = (name: string): string => `${opKeyPrefix(name)}~`;

const recordOf = (value: string): OpRecord => ({
  key: value.slice(0, SEEN_KEY_LENGTH),
  text: value.slice(SEEN_KEY_LENGTH),
});

function failureOf(error: unknown): StoreFailure {
  const { message } = causeOf(error);
  const isFull = /ENOSPC|EDQUOT|no space left|disk quota exceeded|file too large/i.test(message);
  return { type: 'failed', reason: isFull ? 'full' : 'broken', detail: message };
}

/** abstract-level wraps what LevelDB said as the `cause`. */
function causeOf(error: unknown): { readonly code: unknown; readonly message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  if (error.cause instanceof Error) return causeOf(error.cause);
  return { code: 'code' in error ? error.code : undefined, message: error.message };
}
