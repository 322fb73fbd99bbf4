import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openIdbOpStore } from '../../worker/adapters/idbOpStore.ts';
import type { OpStore } from '../../worker/ports.ts';
import { dumpRecords } from '../support/opRecords.ts';
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
  const add = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  const outcome = await store.appendOwn([first!, second!]);
  add.mockRestore();
  expect(outcome).toMatchObject({ type: 'failed', reason: 'full' });
  const log = [];
  for await (const records of store.readOps()) log.push(...records);
  expect(log).toEqual([]);
});
