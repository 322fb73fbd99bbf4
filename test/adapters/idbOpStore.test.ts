import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { type IDBPDatabase, openDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openIdbOpStore } from '../../worker/adapters/idbOpStore.ts';
import type { SnapshotRecord } from '../../worker/adapters/snapshotRecord.ts';
import type { OpRecord, OpStore, ReplicaSnapshot } from '../../worker/ports.ts';
import { dumpRecords, textOf } from '../support/opRecords.ts';
import { describeOpStore } from '../support/opStoreContract.ts';

let databaseName = '';
let databases = 0;

beforeEach(() => {
  databases += 1;
  databaseName = `database ${databases}`;
  vi.stubGlobal('navigator', { storage: { persisted: async () => false } });
});
afterEach(() => vi.unstubAllGlobals());

async function openStore(onLost: () => void = () => {}): Promise<OpStore> {
  const opened = await openIdbOpStore(databaseName, onLost);
  if (opened.type === 'refused') throw new Error(opened.detail);
  return opened.store;
}

describeOpStore('idbOpStore', { open: () => openStore(), survives: 'reopening' });

test('DB6 refuses a database that a newer version of the page made', async () => {
  const newer = await openDB(databaseName, 1000);
  newer.close();
  expect(await openIdbOpStore(databaseName, () => {})).toMatchObject({
    type: 'refused',
    reason: 'newer-database',
  });
});

test('DB7 gives the database up to a newer version that wants it', async () => {
  const onLost = vi.fn();
  const store = await openStore(onLost);
  const newer = await openDB(databaseName, 1000);
  newer.close();
  expect(onLost).toHaveBeenCalledOnce();
  expect(await store.appendOwn(dumpRecords(1))).toMatchObject({ type: 'failed', reason: 'broken' });
});

test('DB8 says that the disk is full, and writes nothing of that batch', async () => {
  const store = await openStore();
  const [first, second] = dumpRecords(2);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  const outcome = await store.appendOwn([first!, second!]);
  put.mockRestore();
  expect(outcome).toMatchObject({ type: 'failed', reason: 'full' });
  expect(await readAll(store)).toEqual([]);
});

async function readAll(store: OpStore): Promise<readonly OpRecord[]> {
  const log: OpRecord[] = [];
  for await (const records of store.readOps()) log.push(...records);
  return log;
}

/** A database handle beside the store's. */
async function withDatabase<T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> {
  const database = await openDB(databaseName);
  const result = await work(database);
  database.close();
  return result;
}

function snapshotOf(store: OpStore): ReplicaSnapshot {
  const [items, index] = [new Uint8Array(3000).fill(1), new Uint8Array(3000).fill(2)];
  return { logEnd: store.logEnd(), loggedOps: 2, items, index, unacknowledged: dumpRecords(1) };
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

test('DB20 a snapshot that is not as it was written is none', async () => {
  const store = await openStore();
  await store.appendOwn(dumpRecords(2));
  const snapshot = snapshotOf(store);
  const changes: readonly ((record: Mutable<SnapshotRecord>) => void)[] = [
    (record) => record.items[2999]!++,
    (record) => record.index[0]!++,
    (record) => (record.unacknowledged.bytes[50]! ^= 1),
    (record) => (record.logEnd = 0),
    (record) => (record.loggedOps = 3),
    (record) => Reflect.deleteProperty(record, 'items'),
    (record) => Reflect.deleteProperty(record, 'checksum'),
  ];
  for (const change of changes) {
    await store.writeSnapshot(snapshot);
    expect(await store.readSnapshot()).toEqual(snapshot);
    await withDatabase(async (database) => {
      const record = (await database.get('snapshot', 'latest')) as Mutable<SnapshotRecord>;
      change(record);
      await database.put('snapshot', record, 'latest');
    });
    expect(await store.readSnapshot()).toBeNull();
  }
  await withDatabase((database) => database.put('snapshot', 'no record at all', 'latest'));
  expect(await store.readSnapshot()).toBeNull();
});

test('DB20 a snapshot of a log that has fewer records now is none', async () => {
  const store = await openStore();
  for (const record of dumpRecords(3)) await store.appendOwn([record]);
  for (const lost of [2, 3]) {
    await store.writeSnapshot(snapshotOf(store));
    await withDatabase((database) => database.delete('log', lost));
    expect(await (await openStore()).readSnapshot()).toBeNull();
    await withDatabase((database) => database.put('log', { ops: [], checksum: '' }, lost));
  }
});

test('DB20 a snapshot that cannot be read is none', async () => {
  const store = await openStore();
  await store.writeSnapshot(snapshotOf(store));
  const get = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(() => {
    throw new DOMException('a file is missing', 'NotReadableError');
  });
  const read = await store.readSnapshot();
  get.mockRestore();
  expect([read, await store.readSnapshot()]).toEqual([null, snapshotOf(store)]);
});

test('DB8 a failed append moves no place in the log', async () => {
  const store = await openStore();
  const [first, second] = dumpRecords(2);
  await store.appendOwn([first!]);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  await store.appendOwn([second!]);
  put.mockRestore();
  const [before] = [store.logEnd()];
  await store.appendOwn([second!]);
  expect([before, store.logEnd()]).toEqual([1, 2]);
});

test('DB11 writes nothing through a handle that another tab has taken over from', async () => {
  const zombie = await openStore();
  const [first, second] = dumpRecords(2);
  await zombie.appendOwn([first!]);
  const next = await openStore();
  const outcomes = [
    await zombie.appendOwn([second!]),
    await zombie.appendRemote({ applied: [second!], held: [], released: [] }),
    await zombie.acknowledge([first!.key]),
    await zombie.replaceIdentity(new Uint8Array(32)),
    await zombie.rewrite({ log: [], held: [] }),
    await zombie.writeSnapshot(snapshotOf(zombie)),
  ];
  const fenced = expect.objectContaining({ type: 'failed', reason: 'fenced' });
  expect(outcomes).toEqual(outcomes.map(() => fenced));
  expect([await readAll(next), await next.readUnacknowledged()]).toEqual([[first], [first!.key]]);
  expect(await next.appendOwn([second!])).toEqual({ type: 'stored' });
});

test('DB15 opens on a full disk, and claims the store by the first write that finds room', async () => {
  const before = await openStore();
  const [first, second, third] = dumpRecords(3);
  await before.appendOwn([first!]);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  const full = await openStore();
  const refused = await full.appendOwn([second!]);
  put.mockRestore();
  expect(await readAll(full)).toEqual([first]);
  expect(refused).toMatchObject({ type: 'failed', reason: 'full' });

  expect(await full.appendOwn([second!])).toEqual({ type: 'stored' });
  expect(await before.appendOwn([third!])).toMatchObject({ type: 'failed', reason: 'fenced' });
  expect(await full.appendOwn([third!])).toEqual({ type: 'stored' });
  expect(await readAll(full)).toEqual([first, second, third]);
});

test('DB15 is fenced when another claimed the store before it found room', async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  const full = await openStore();
  put.mockRestore();
  const next = await openStore();
  const [first] = dumpRecords(1);
  expect(await full.appendOwn([first!])).toMatchObject({ type: 'failed', reason: 'fenced' });
  expect(await next.appendOwn([first!])).toEqual({ type: 'stored' });
});

test('DB15 is fenced when the one before wrote what it has not read', async () => {
  const before = await openStore();
  const [first, second] = dumpRecords(2);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  const full = await openStore();
  put.mockRestore();
  expect(await before.appendOwn([first!])).toEqual({ type: 'stored' });
  expect(await full.appendOwn([second!])).toMatchObject({ type: 'failed', reason: 'fenced' });
  expect(await readAll(full)).toEqual([first]);
});

test('DB16 says that a database older than its claim is broken, and writes nothing into it', async () => {
  const store = await openStore();
  const [first] = dumpRecords(1);
  const database = await openDB(databaseName);
  await database.delete('meta', 'epoch');
  const outcome = await store.appendOwn([first!]);
  expect(outcome).toMatchObject({ type: 'failed', reason: 'broken' });
  expect(await database.getAll('log')).toEqual([]);
  database.close();
});

test('DB12 opens the database again when it was lost, and loses nothing', async () => {
  const store = await openStore();
  const [first, second, third] = dumpRecords(3);
  await store.appendOwn([first!]);
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const lose = (times: number): void => {
    for (let time = 0; time < times; time += 1) {
      transaction.mockImplementationOnce(() => {
        throw new DOMException('the connection is lost', 'InvalidStateError');
      });
    }
  };
  lose(3);
  const written = await store.appendOwn([second!]);
  lose(1);
  const log = await readAll(store);
  lose(4);
  const failed = await store.appendOwn([third!]);
  transaction.mockRestore();
  expect(written).toEqual({ type: 'stored' });
  expect(log).toEqual([first, second]);
  expect(failed).toMatchObject({ type: 'failed', reason: 'broken' });
});

test('DB13 leaves out a damaged record, counts it, and puts it aside when rewritten', async () => {
  const store = await openStore();
  const [first, second, third] = dumpRecords(3);
  for (const record of [first!, second!, third!]) await store.appendOwn([record]);
  await withDatabase(async (database) => {
    const damaged = (await database.get('log', 2)) as { bytes: Uint8Array };
    damaged.bytes[200]! ^= 1;
    await database.put('log', damaged, 2);
    await database.add('log', 'no record at all');
  });
  const before = [await readAll(store), store.damagedRecords()];
  await store.rewrite({ log: [first!, third!], held: [] });
  const after = [await readAll(store), store.damagedRecords()];
  const quarantine = await withDatabase((database) => database.count('quarantine'));
  expect(before).toEqual([[first, third], 2]);
  expect(after).toEqual([[first, third], 0]);
  expect(quarantine).toBe(2);
});

test('DB18 reads what version 1 of the database wrote, and writes on', async () => {
  const [first, second, third, fourth, fifth] = dumpRecords(5);
  const texts = [first!, second!].map((record) => ({ key: record.key, text: textOf(record) }));
  const sum = createHash('sha256').update(
    JSON.stringify(texts.map(({ key, text }) => [key, text])),
  );
  await writeVersion1(
    [
      { ops: texts, checksum: sum.digest('hex') },
      { ops: texts, checksum: 'of something else' },
    ],
    { key: third!.key, text: textOf(third!), cause: 'c' },
  );
  const store = await openStore();
  await store.appendOwn([fourth!]);
  await store.appendRemote({
    applied: [],
    held: [{ ...fifth!, cause: 'c' }],
    released: [],
  });
  expect([await readAll(store), store.damagedRecords()]).toEqual([[first, second, fourth], 1]);
  const held = [
    { ...third!, cause: 'c' },
    { ...fifth!, cause: 'c' },
  ];
  expect(await store.readHeldFor(['c'])).toEqual(expect.arrayContaining(held));
  expect((await store.readHeld()).length).toBe(2);
});

/** As version 1 made it, with these records of the log and this held op. */
async function writeVersion1(records: readonly unknown[], held: unknown): Promise<void> {
  const database = await openDB(databaseName, 1, {
    upgrade(upgrading) {
      upgrading.createObjectStore('log', { autoIncrement: true });
      upgrading.createObjectStore('quarantine', { autoIncrement: true });
      upgrading.createObjectStore('held', { keyPath: 'key' }).createIndex('cause', 'cause');
      upgrading.createObjectStore('unacknowledged');
      upgrading.createObjectStore('meta');
    },
  });
  for (const record of records) await database.add('log', record);
  await database.put('held', held);
  database.close();
}

test('DB17 takes a record that cannot be read for damaged, and reads the others', async () => {
  const store = await openStore();
  const [first, second, third] = dumpRecords(3);
  for (const record of [first!, second!, third!]) await store.appendOwn([record]);
  const unreadable = (): never => {
    throw new DOMException('a file is missing', 'NotReadableError');
  };
  const { get } = IDBObjectStore.prototype;
  const getAll = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(unreadable);
  const getOne = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (
    this: IDBObjectStore,
    key,
  ) {
    return this.name === 'log' && key === 2 ? unreadable() : get.call(this, key);
  });
  const log = await readAll(store);
  const outcome = await store.rewrite({ log: [first!, third!], held: [] });
  getAll.mockRestore();
  getOne.mockRestore();
  expect([log, store.damagedRecords(), outcome]).toEqual([[first, third], 1, { type: 'stored' }]);
  expect(await readAll(store)).toEqual([first, third]);
  const database = await openDB(databaseName);
  expect(await database.getAll('quarantine')).toEqual([
    { unreadable: 'NotReadableError: a file is missing' },
  ]);
  database.close();
});

test('DB17 cannot be read when nothing in it can', async () => {
  const store = await openStore();
  await store.appendOwn(dumpRecords(1));
  const lost = (): never => {
    throw new DOMException('the connection is lost', 'UnknownError');
  };
  const spies = (['getAll', 'get', 'count'] as const).map((name) =>
    vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(lost),
  );
  await expect(readAll(store)).rejects.toThrow('the connection is lost');
  for (const spy of spies) spy.mockRestore();
});

test('DB14 refuses a database that an older tab keeps open', async () => {
  const older = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(databaseName, 1);
    request.onsuccess = () => resolve(request.result);
  });
  const opening = await openIdbOpStore(databaseName, () => {});
  older.close();
  expect(opening).toMatchObject({ type: 'refused', reason: 'database-blocked' });
});
