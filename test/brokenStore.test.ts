import { expect, test } from 'vitest';
import type { OpRecord } from '../worker/ports.ts';
import { exportOps } from './support/exportOps.ts';
import { openFaultyReplica } from './support/openedReplica.ts';
import { dumpRecords, textOf } from './support/opRecords.ts';

const BULK = { peer: 'peer', frame: 'bulk' } as const;

async function readKeys(log: AsyncIterable<readonly OpRecord[]>): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const records of log) keys.push(...records.map(({ key }) => key));
  return keys;
}

const add = (name: string) => ({ type: 'add', fields: { name } }) as const;

test('REP19 a store that breaks leaves all of its log that can still be read to export and peers', async () => {
  const { replica, store } = await openFaultyReplica(1);
  await replica.receive(dumpRecords(3).map(textOf), BULK);
  await replica.command(add('On disk'));
  const [onDisk, exported] = [await readKeys(replica.readLog()), await exportOps(replica)];
  store.fail('broken');
  expect(await replica.command(add('In memory'))).toMatchObject({ type: 'done' });
  const inMemory = await readKeys(replica.readLog());
  expect([onDisk.length, inMemory.length, replica.logLength()]).toEqual([4, 5, 5]);
  expect(inMemory.slice(0, 4)).toEqual(onDisk);
  const lines = (await exportOps(replica)).trim().split('\n');
  expect(lines.length).toBe(5);
  expect(lines).toEqual(expect.arrayContaining(exported.trim().split('\n')));
});

test('REP19 a store that can no longer be read leaves own ops that no peer has', async () => {
  const { replica, store, offered, statuses } = await openFaultyReplica(1);
  for (const name of ['Shared', 'Not shared', 'Nor this']) await replica.command(add(name));
  const [shared = '', ...own] = offered.map(({ op }) => op.key);
  replica.acknowledged([shared]);
  store.failReads();
  store.fail('broken');
  await replica.command(add('In memory'));
  const added = offered.at(-1)?.op.key;
  expect(await readKeys(replica.readLog())).toEqual([...own, added]);
  expect(statuses.at(-1)).toMatchObject({ durability: 'broken', unacknowledgedOps: 3 });
});

test('REP19 a store that breaks under a reader is replaced for the next', async () => {
  const { replica, store, offered, statuses } = await openFaultyReplica(1);
  await replica.command(add('Mine'));
  store.failReads();
  await expect(readKeys(replica.readLog())).rejects.toThrow('the store cannot be read');
  expect(await readKeys(replica.readLog())).toEqual([offered[0]?.op.key]);
  await replica.refreshDurability();
  expect(statuses.at(-1)).toMatchObject({ durability: 'broken' });
});

test('REP20 a store falls once, however many writes fail on it', async () => {
  const { replica, store, offered, logger } = await openFaultyReplica(1);
  await replica.command(add('One'));
  await replica.command(add('Two'));
  store.fail('broken');
  store.pause();
  const [one = '', two = ''] = offered.map(({ op }) => op.key);
  replica.acknowledged([one]);
  replica.acknowledged([two]);
  const adding = replica.command(add('Three'));
  store.resume();
  await adding;
  const log = await readKeys(replica.readLog());
  expect(log).toEqual(offered.map(({ op }) => op.key));
  expect(log.length).toBe(3);
  expect(logger.lines.filter(({ level }) => level === 'error').length).toBe(1);
});

test('REP21 a store that the platform says is gone is told at once', async () => {
  const { replica, statuses } = await openFaultyReplica(1);
  const before = replica.status().signer;
  await replica.storeLost('the database was deleted');
  await replica.storeLost('the database was deleted');
  const { signer, durability } = statuses.at(-1)!;
  expect([durability, signer === before]).toEqual(['broken', false]);
});
