import { statfs } from 'node:fs/promises';
import type { ClassicLevel } from 'classic-level';

/**
 * One LevelDB, used by one task at a time.
 *
 * Invariant: after a failed write LevelDB's own log may end in half a record, and what is written
 * behind that is lost on the next start; so the database is opened anew before the next write.
 * Opening needs room itself: on a full disk the open database stays, and can be read.
 */

export type Level = Pick<
  ClassicLevel,
  'open' | 'close' | 'get' | 'getMany' | 'batch' | 'keys' | 'iterator' | 'status'
>;

/** Both throw what the disk says. */
export interface Database {
  read<Result>(task: (level: Level) => Promise<Result>): Promise<Result>;
  write(task: (level: Level) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const CLOSED = 'the op log is closed';

/** Room to open the database in: LevelDB turns its log, 4 MiB at most, into a table. */
const ROOM_TO_OPEN_BYTES = 16 * 1024 * 1024;

/** `level`: open, in `folder`. */
export function createDatabase(level: Level, folder: string): Database {
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
    if (level.status !== 'open') await level.open({ createIfMissing: false });
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

/** What LevelDB says of an error; abstract-level wraps it as the `cause`. */
export function causeOf(error: unknown): { readonly code: unknown; readonly message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  if (error.cause instanceof Error) return causeOf(error.cause);
  return { code: 'code' in error ? error.code : undefined, message: error.message };
}
