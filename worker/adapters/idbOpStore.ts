/**
 * The replica's store in IndexedDB. The log has one record a batch, so that a start reads few and
 * large values.
 *
 * Invariant 1: what a call writes, it writes in one transaction, all or nothing.
 * Invariant 2: own ops commit with `strict` durability (on disk before `complete` fires), others'
 *   with `relaxed` (https://w3c.github.io/IndexedDB/#transaction-durability-hint).
 * Invariant 3: every write looks at the epoch first, so a handle that another tab has taken over
 *   from writes nothing.
 */

import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { PackedOp } from '../crdt/packedOp.ts';
import type {
  HeldRecord,
  OpRecord,
  OpStore,
  PeerPlace,
  StoreOpening,
  StoreOutcome,
} from '../ports.ts';
import { type Claim, isFenced, isGone } from './claim.ts';
import { createIdbConnection, type IdbConnection } from './idbConnection.ts';
import {
  checkLogRecords,
  isTextRecord,
  type LogRecord,
  packTextRecord,
  sealLogRecord,
  type TextLogRecord,
  type TextRecord,
} from './logRecord.ts';
import { readLogRecords } from './readLogRecords.ts';
import { openSnapshot, type SnapshotRecord, sealSnapshot } from './snapshotRecord.ts';

/** 2: ops as bytes instead of texts. Records of version 1 stay as they are and are read. */
const DATABASE_VERSION = 2;

interface Schema extends DBSchema {
  /** Keyed 1, 2, 3, … in order of appending. */
  log: { key: number; value: LogRecord | TextLogRecord };
  /** Damaged records of the log, as they were found. */
  quarantine: { key: number; value: unknown };
  /** Keyed by seen-key. */
  held: { key: string; value: HeldRecord | HeldTextRecord; indexes: { cause: string } };
  /** Keys of own ops that no peer has acknowledged; the value is the key again. */
  unacknowledged: { key: string; value: string };
  /** What the replica was when it was last written down. */
  snapshot: { key: 'latest'; value: SnapshotRecord };
  meta: {
    key: 'secretKey' | 'ownOps' | 'epoch' | 'places';
    value: Uint8Array | number | readonly PeerPlace[];
  };
}

type HeldTextRecord = TextRecord & Pick<HeldRecord, 'cause'>;

type StoreName = 'log' | 'quarantine' | 'held' | 'unacknowledged' | 'snapshot' | 'meta';
type WriteTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>;
interface WriteScope {
  readonly stores: readonly StoreName[];
  readonly durability: 'strict' | 'relaxed';
  readonly record?: LogRecord | undefined;
}

type Requests = (transaction: WriteTransaction) => Iterable<Promise<unknown>>;

/**
 * Opens the database and claims it: earlier handles of it are fenced from then on. `onLost`: a newer
 * version of the page took the database, and writes fail from now on.
 */
export async function openIdbOpStore(
  name: string,
  onLost: (detail: string) => void,
): Promise<StoreOpening> {
  let connection: IdbConnection<Schema> | null = null;
  const onSuperseded = (): void => {
    connection?.giveUp();
    onLost('the browser closed the database: it is deleted, or a newer page has it');
  };
  const onTerminated = (): void => connection?.drop();
  try {
    const open = (): Promise<IDBPDatabase<Schema>> =>
      openDatabase(name, onSuperseded, onTerminated);
    connection = createIdbConnection(await open(), open);
    return { type: 'opened', store: createIdbOpStore(connection, await claim(connection)) };
  } catch (error) {
    return { type: 'refused', reason: refusalOf(error), detail: String(error) };
  }
}

function openDatabase(
  name: string,
  onSuperseded: () => void,
  onTerminated: () => void,
): Promise<IDBPDatabase<Schema>> {
  return new Promise((resolve, reject) => {
    const opening = openDB<Schema>(name, DATABASE_VERSION, {
      upgrade(upgrading, oldVersion) {
        upgrading.createObjectStore('snapshot');
        if (oldVersion === 1) return;
        upgrading.createObjectStore('log', { autoIncrement: true });
        upgrading.createObjectStore('quarantine', { autoIncrement: true });
        upgrading.createObjectStore('held', { keyPath: 'key' }).createIndex('cause', 'cause');
        upgrading.createObjectStore('unacknowledged');
        upgrading.createObjectStore('meta');
      },
      blocked: () => reject(new DOMException('an older tab keeps it open', 'BlockedError')),
      blocking: onSuperseded,
      terminated: onTerminated,
    });
    opening.then(resolve, reject);
  });
}

function refusalOf(error: unknown): Extract<StoreOpening, { type: 'refused' }>['reason'] {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'VersionError') return 'newer-database';
  return name === 'BlockedError' ? 'database-blocked' : 'storage-broken';
}

/** On a full disk, where a board must still open, the first write that finds room brings it there. */
function claim(connection: IdbConnection<Schema>): Promise<Claim> {
  return connection.use(async (database) => {
    const stores: StoreName[] = ['meta', 'log'];
    const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
    const { done } = transaction;
    done.catch(() => {}); // Awaited below, unless a request fails first.
    const logEnd = await readLogEnd(transaction);
    const epoch = (await readEpoch(transaction)) + 1;
    try {
      await transaction.objectStore('meta').put(epoch, 'epoch');
      await done;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return { epoch, isOnDisk: false, logEnd };
    }
    return { epoch, isOnDisk: true, logEnd };
  });
}

async function readEpoch(transaction: WriteTransaction): Promise<number> {
  return numberOf(await transaction.objectStore('meta').get('epoch'));
}

/** Key of the last record of the log; 0: there is none. */
async function readLogEnd(transaction: WriteTransaction): Promise<number> {
  return (await transaction.objectStore('log').openKeyCursor(null, 'prev'))?.key ?? 0;
}

function isDiskFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function createIdbOpStore(connection: IdbConnection<Schema>, claimed: Claim): OpStore {
  let claim = claimed;
  let damagedRecords = 0;
  let logEnd = claimed.logEnd;

  const readLog = (after = 0): AsyncGenerator<readonly unknown[]> =>
    readLogRecords(
      (read) =>
        connection.use((database) => {
          const { store, done } = database.transaction('log');
          done.catch(() => {}); // What fails is told by the request.
          return read(store);
        }),
      after,
    );

  /** Records of the log up to a place in it. */
  const countRecords = (end: number): Promise<number> =>
    connection.use((database) => database.count('log', IDBKeyRange.upperBound(end)));

  /** `record`: added to the log behind what `requests` do. */
  async function write(
    { stores, durability, record }: WriteScope,
    requests: Requests,
  ): Promise<StoreOutcome> {
    const scope = new Set<StoreName>([
      ...stores,
      'meta',
      ...(claim.isOnDisk ? [] : ['log' as const]),
    ]);
    try {
      return await connection.use((database) =>
        transact(database.transaction([...scope], 'readwrite', { durability }), requests, record),
      );
    } catch (error) {
      const reason = isDiskFull(error) ? 'full' : 'broken';
      return { type: 'failed', reason, detail: String(error) };
    }
  }

  async function transact(
    transaction: WriteTransaction,
    requests: Requests,
    record: LogRecord | undefined,
  ): Promise<StoreOutcome> {
    let added: Promise<number> | null = null;
    const { done } = transaction;
    done.catch(() => {}); // Awaited below; until then nobody else looks at it.
    const seen = {
      epoch: await readEpoch(transaction),
      logEnd: claim.isOnDisk ? claim.logEnd : await readLogEnd(transaction),
    };
    if (isFenced(seen, claim)) {
      transaction.abort();
      const detail = `the database has epoch ${seen.epoch}, ours is ${claim.epoch}`;
      return { type: 'failed', reason: isGone(seen, claim) ? 'broken' : 'fenced', detail };
    }
    makeRequests(transaction, function* (writing) {
      if (!claim.isOnDisk) yield writing.objectStore('meta').put(claim.epoch, 'epoch');
      yield* requests(writing);
      if (record === undefined) return;
      added = writing.objectStore('log').add(record);
      yield added;
    });
    await done;
    logEnd = (await added) ?? logEnd;
    claim = { ...claim, isOnDisk: true };
    return { type: 'stored' };
  }

  return {
    loadIdentity: (createKey) =>
      connection.use(async (database) => {
        const transaction = database.transaction('meta', 'readwrite', { durability: 'strict' });
        const known = await transaction.store.get('secretKey');
        const secretKey = known instanceof Uint8Array ? known : createKey();
        if (known === undefined) await transaction.store.put(secretKey, 'secretKey');
        const ownOps = numberOf(await transaction.store.get('ownOps'));
        await transaction.done;
        return { secretKey, ownOps };
      }),

    replaceIdentity: (secretKey) =>
      write({ stores: [], durability: 'strict' }, function* (transaction) {
        yield transaction.objectStore('meta').put(secretKey, 'secretKey');
        yield transaction.objectStore('meta').put(0, 'ownOps');
      }),

    async *readOps(after) {
      // Told at the end: readings may go on side by side, and each has a count of its own.
      let leftOut = 0;
      for await (const records of readLog(after)) {
        const { sound, damaged } = await checkLogRecords(records);
        leftOut += damaged.length;
        yield* sound;
      }
      damagedRecords = leftOut;
    },

    damagedRecords: () => damagedRecords,

    logEnd: () => logEnd,

    async readSnapshot() {
      // One that cannot be read is one that is not there: the log has it all.
      const record = await connection
        .use((database) => database.get('snapshot', 'latest'))
        .catch(() => undefined);
      const opened = await openSnapshot(record);
      if (opened === null || opened.snapshot.logEnd > logEnd) return null;
      const logRecords = await countRecords(opened.snapshot.logEnd);
      return logRecords === opened.logRecords ? opened.snapshot : null;
    },

    async writeSnapshot(snapshot) {
      const record =
        snapshot && (await sealSnapshot(snapshot, await countRecords(snapshot.logEnd)));
      return write({ stores: ['snapshot'], durability: 'relaxed' }, function* (transaction) {
        const store = transaction.objectStore('snapshot');
        yield record === null ? store.clear() : store.put(record, 'latest');
      });
    },

    async rewrite({ log, held }) {
      const damaged: unknown[] = [];
      for await (const records of readLog()) {
        damaged.push(...(await checkLogRecords(records)).damaged);
      }
      const record = await sealRecord(log);
      const stores = ['log', 'quarantine', 'held', 'snapshot'] as const;
      return write({ stores, durability: 'strict', record }, function* (transaction) {
        yield transaction.objectStore('snapshot').clear();
        yield transaction.objectStore('log').clear();
        for (const one of damaged) yield transaction.objectStore('quarantine').add(one);
        yield transaction.objectStore('held').clear();
        for (const one of held) yield transaction.objectStore('held').put(sealHeld(one));
      });
    },

    readHeld: () =>
      connection.use(async (database) => (await database.getAll('held')).map(openHeld)),

    readHeldFor: (causes) =>
      connection.use(async (database) => {
        const index = database.transaction('held').store.index('cause');
        const found = await Promise.all(causes.map((cause) => index.getAll(cause)));
        return found.flat().map(openHeld);
      }),

    readUnacknowledged: () => connection.use((database) => database.getAllKeys('unacknowledged')),

    async appendOwn(records) {
      const stores = ['log', 'unacknowledged'] as const;
      const record = await sealRecord(records);
      return write({ stores, durability: 'strict', record }, function* (transaction) {
        const unacknowledged = transaction.objectStore('unacknowledged');
        for (const { key } of records) yield unacknowledged.put(key, key);
        yield countOwnOps(transaction, records);
      });
    },

    async appendRemote({ applied, held, released, isOnly = false }) {
      const stores = ['log', 'held'] as const;
      const record = await sealRecord(applied);
      const durability = isOnly ? 'strict' : 'relaxed';
      return write({ stores, durability, record }, function* (transaction) {
        const heldStore = transaction.objectStore('held');
        for (const one of held) yield heldStore.put(sealHeld(one));
        for (const key of released) yield heldStore.delete(key);
      });
    },

    acknowledge: (keys) =>
      write({ stores: ['unacknowledged'], durability: 'relaxed' }, function* (transaction) {
        const unacknowledged = transaction.objectStore('unacknowledged');
        for (const key of keys) yield unacknowledged.delete(key);
        // Something must be written for a full disk to refuse it.
        if (keys.length === 0) yield transaction.objectStore('meta').put(claim.epoch, 'epoch');
      }),

    readPlaces: () =>
      connection.use(async (database) => {
        const places = await database.get('meta', 'places');
        return Array.isArray(places) ? places.filter(isPlace) : [];
      }),

    savePlaces: (places) =>
      write({ stores: [], durability: 'relaxed' }, function* (transaction) {
        yield transaction.objectStore('meta').put(places, 'places');
      }),

    async durability() {
      return (await navigator.storage?.persisted?.()) ? 'persisted' : 'best-effort';
    },

    async close() {
      connection.close();
    },
  };
}

/** Undefined: there is nothing to add to the log. */
async function sealRecord(records: readonly OpRecord[]): Promise<LogRecord | undefined> {
  return records.length === 0 ? undefined : sealLogRecord(records);
}

function openHeld(record: HeldRecord | HeldTextRecord): HeldRecord {
  return isTextRecord(record) ? { ...packTextRecord(record), cause: record.cause } : record;
}

/** A view would be written with all that it is a view of. */
function sealHeld(record: HeldRecord): HeldRecord {
  return { ...record, bytes: record.bytes.slice() as PackedOp };
}

function isPlace(value: unknown): value is PeerPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { peer, log, offset } = value as Partial<PeerPlace>;
  return typeof peer === 'string' && typeof log === 'string' && Number.isSafeInteger(offset);
}

async function countOwnOps(
  transaction: WriteTransaction,
  records: readonly OpRecord[],
): Promise<void> {
  const meta = transaction.objectStore('meta');
  await meta.put(numberOf(await meta.get('ownOps')) + records.length, 'ownOps');
}

/** A request that throws at once would leave those before it to commit. */
function makeRequests(transaction: WriteTransaction, requests: Requests): void {
  try {
    // A request that fails later aborts its transaction, which `done` reports.
    for (const request of requests(transaction)) request.catch(() => {});
  } catch (error) {
    transaction.abort();
    throw error;
  }
}
