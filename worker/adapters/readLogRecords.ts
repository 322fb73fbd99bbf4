/** The log of an IndexedDB store, record by record, whatever state its records are in. */

/** Records read at a time; a record holds at most one batch. */
const RECORDS_PER_READ = 64;

/** The log as one read-only transaction sees it. */
export interface LogReader {
  getAllKeys(range: IDBKeyRange, count: number): Promise<number[]>;
  getAll(range: IDBKeyRange): Promise<unknown[]>;
  get(key: number): Promise<unknown>;
  count(): Promise<number>;
}

/** Runs `read` in a transaction of its own; rejects if it fails, also after reopening. */
export type ReadLog = <T>(read: (log: LogReader) => Promise<T>) => Promise<T>;

/**
 * Records behind the key `after` in order of appending, in slices, as they are; one that the browser
 * lists and cannot read is `{ unreadable: <why> }`. Chromium keeps large values in files of their
 * own, and one such file that is gone fails every read that touches it. Rejects if the log as a
 * whole cannot be read.
 */
export async function* readLogRecords(
  readLog: ReadLog,
  after = 0,
): AsyncGenerator<readonly unknown[]> {
  for (let at = after; ; ) {
    const behind = IDBKeyRange.lowerBound(at, true);
    const keys = await readLog((log) => log.getAllKeys(behind, RECORDS_PER_READ));
    const [first, last] = [keys[0], keys.at(-1)];
    if (first === undefined || last === undefined) return;
    const slice = IDBKeyRange.bound(first, last);
    yield await readLog((log) => log.getAll(slice)).catch(() => readOneByOne(readLog, keys));
    at = last;
  }
}

async function readOneByOne(
  readLog: ReadLog,
  keys: readonly number[],
): Promise<readonly unknown[]> {
  const records: unknown[] = [];
  for (const key of keys) records.push(await readOne(readLog, key));
  return records;
}

async function readOne(readLog: ReadLog, key: number): Promise<unknown> {
  try {
    return await readLog((log) => log.get(key));
  } catch (error) {
    // Where nothing can be read any more it is not this record that is damaged.
    await readLog((log) => log.count());
    return { unreadable: String(error) };
  }
}
