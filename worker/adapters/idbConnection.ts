/**
 * One IndexedDB database that is opened again when it is lost. Every transaction of a replica goes
 * through `use`, the one place that decides what follows an error.
 */

import type { DBSchema, IDBPDatabase } from 'idb';

/** Openings after the first before the database counts as broken. */
const REOPENINGS_MAX = 3;

export interface IdbConnection<Schema extends DBSchema> {
  /**
   * Runs `work` on the open database; again on a new handle if the old one was lost. Work that
   * rejected must have left nothing behind, as a transaction that did not complete does. Rejects
   * with what `work` rejects with in the end; at once, where a new handle would change nothing.
   */
  use<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T>;
  /** The handle is of no use any more; the next `use` opens another. */
  drop(): void;
  /** A newer version of the page wants the database: it is closed for good. */
  giveUp(): void;
  close(): void;
}

export function createIdbConnection<Schema extends DBSchema>(
  first: IDBPDatabase<Schema>,
  reopen: () => Promise<IDBPDatabase<Schema>>,
): IdbConnection<Schema> {
  let handle: IDBPDatabase<Schema> | null = first;
  let isOver = false;

  function drop(): void {
    handle?.close();
    handle = null;
  }

  function end(): void {
    isOver = true;
    drop();
  }

  return {
    async use(work) {
      for (let reopenings = 0; ; reopenings += 1) {
        try {
          if (isOver) throw new DOMException('the database was closed', 'InvalidStateError');
          handle ??= await reopen();
          return await work(handle);
        } catch (error) {
          if (isOver || !isLost(error) || reopenings === REOPENINGS_MAX) throw error;
          drop();
        }
      }
    },
    drop,
    giveUp: end,
    close: end,
  };
}

/** No room, a newer database, or one value that is damaged. */
const NOT_OF_THE_HANDLE = new Set([
  'QuotaExceededError',
  'VersionError',
  'NotReadableError',
  'DataError',
]);

/**
 * Whether a new handle may help. Browsers name a lost database in many ways: AbortError, UnknownError,
 * InvalidStateError, TransactionInactiveError, and others that are not DOMExceptions at all.
 */
function isLost(error: unknown): boolean {
  if (!(error instanceof DOMException)) return true;
  return !NOT_OF_THE_HANDLE.has(error.name);
}
