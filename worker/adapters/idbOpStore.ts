/**
 * The replica's store in IndexedDB. The log has one record a batch, so that a start reads few and
 * large values.
 *
 * Invariant 1: what a call writes, it writes in one transaction.
 * Invariant 2: own ops commit with `strict` durability (on disk before `complete` fires), others'
 *   with `relaxed` (https://w3c.github.io/IndexedDB/#transaction-durability-hint).
 */

import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { HeldRecord, OpRecord, OpStore, StoreOpening, StoreOutcome } from '../ports.ts';

const DATABASE_VERSION = 1;
/** Log records read at a time; a record holds at most one batch. */
const RECORDS_PER_READ = 64;

interface Schema extends DBSchema {
  /** Keyed 1, 2, 3, … in order of appending. */
  log: { key: number; value: readonly OpRecord[] };
  /** Keyed by seen-key. */
  held: { key: string; value: HeldRecord; indexes: { cause: string } };
  /** Keys of own ops that no peer has acknowledged; the value is the key again. */
  unacknowledged: { key: string; value: string };
  meta: { key: 'secretKey'; value: Uint8Array };
}

/** `onLost`: the browser closed the database, or a newer version of the page wants it. */
export async function openIdbOpStore(name: string, onLost: () => void): Promise<StoreOpening> {
  try {
    const database = await openDB<Schema>(name, DATABASE_VERSION, {
      upgrade(upgrading) {
        upgrading.createObjectStore('log', { autoIncrement: true });
        upgrading.createObjectStore('held', { keyPath: 'key' }).createIndex('cause', 'cause');
        upgrading.createObjectStore('unacknowledged');
        upgrading.createObjectStore('meta');
      },
      blocking(_current, _wanted, event) {
        (event.target as IDBDatabase).close();
        onLost();
      },
      terminated: onLost,
    });
    return { type: 'opened', store: createIdbOpStore(database) };
  } catch (error) {
    const isNewer = error instanceof DOMException && error.name === 'VersionError';
    const reason = isNewer ? 'newer-database' : 'storage-broken';
    return { type: 'refused', reason, detail: String(error) };
  }
}

function createIdbOpStore(database: IDBPDatabase<Schema>): OpStore {
  return {
    async loadSecretKey(createKey) {
      const transaction = database.transaction('meta', 'readwrite', { durability: 'strict' });
      const known = await transaction.store.get('secretKey');
      const secretKey = known ?? createKey();
      if (known === undefined) await transaction.store.put(secretKey, 'secretKey');
      await transaction.done;
      return secretKey;
    },

    async *readOps() {
      for (let after = 0; ; ) {
        const range = IDBKeyRange.lowerBound(after, true);
        const transaction = database.transaction('log');
        const [keys, batches] = await Promise.all([
          transaction.store.getAllKeys(range, RECORDS_PER_READ),
          transaction.store.getAll(range, RECORDS_PER_READ),
        ]);
        yield* batches;
        if (keys.length < RECORDS_PER_READ) return;
        after = keys.at(-1) ?? after;
      }
    },

    readHeld: () => database.getAll('held'),

    async readHeldFor(causes) {
      const index = database.transaction('held').store.index('cause');
      return (await Promise.all(causes.map((cause) => index.getAll(cause)))).flat();
    },

    readUnacknowledged: () => database.getAllKeys('unacknowledged'),

    appendOwn: (records) =>
      write(database, ['log', 'unacknowledged'], 'strict', function* (transaction) {
        yield transaction.objectStore('log').add(records);
        const unacknowledged = transaction.objectStore('unacknowledged');
        for (const { key } of records) yield unacknowledged.put(key, key);
      }),

    appendRemote: ({ applied, held, released }) =>
      write(database, ['log', 'held'], 'relaxed', function* (transaction) {
        if (applied.length > 0) yield transaction.objectStore('log').add(applied);
        const heldStore = transaction.objectStore('held');
        for (const record of held) yield heldStore.put(record);
        for (const key of released) yield heldStore.delete(key);
      }),

    acknowledge: (keys) =>
      write(database, ['unacknowledged'], 'relaxed', function* (transaction) {
        const unacknowledged = transaction.objectStore('unacknowledged');
        for (const key of keys) yield unacknowledged.delete(key);
      }),

    async durability() {
      return (await navigator.storage?.persisted?.()) ? 'persisted' : 'best-effort';
    },

    async close() {
      database.close();
    },
  };
}

type StoreName = 'log' | 'held' | 'unacknowledged';
type WriteTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>;

type Requests = (transaction: WriteTransaction) => Iterable<Promise<unknown>>;

async function write(
  database: IDBPDatabase<Schema>,
  stores: StoreName[],
  durability: 'strict' | 'relaxed',
  requests: Requests,
): Promise<StoreOutcome> {
  try {
    const transaction = database.transaction(stores, 'readwrite', { durability });
    makeRequests(transaction, requests);
    await transaction.done;
    return { type: 'stored' };
  } catch (error) {
    const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
    return { type: 'failed', reason: isFull ? 'full' : 'broken', detail: String(error) };
  }
}

/** All or nothing: a request that throws at once would leave those before it to commit. */
function makeRequests(transaction: WriteTransaction, requests: Requests): void {
  try {
    // A request that fails later aborts its transaction, which `done` reports.
    for (const request of requests(transaction)) request.catch(() => {});
  } catch (error) {
    transaction.done.catch(() => {});
    transaction.abort();
    throw error;
  }
}
