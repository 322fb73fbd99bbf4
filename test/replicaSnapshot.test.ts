import { expect, test } from 'vitest';
import type { OpRecord } from '../worker/ports.ts';
import { createFaultyOpStore, type FaultyOpStore } from './support/faultyOpStore.ts';
import { type OpenedReplica, openTestReplica } from './support/openedReplica.ts';
import { dumpRecords, textOf } from './support/opRecords.ts';
import { settle } from './support/settle.ts';

const BULK = { peer: 'peer', frame: 'bulk' } as const;
const PAUSE_MS = 2_000;

const add = (name: string) => ({ type: 'add', fields: { name } }) as const;

type Opened = OpenedReplica & { readonly store: FaultyOpStore };

/** On the same store: as after a restart. */
function open(store: FaultyOpStore, seed = 1): Promise<Opened> {
  return openTestReplica({ seed, store, snapshotOps: 5 });
}

/** Ops of others and of its own, and a snapshot of them. */
async function openWithSnapshot(): Promise<Opened> {
  const opened = await open(createFaultyOpStore());
  const { replica, offered, clock } = opened;
  await replica.receive(dumpRecords(20).map(textOf), BULK);
  for (const name of ['Shared', 'Mine']) await replica.command(add(name));
  replica.acknowledged([offered.at(-2)?.op.key ?? '']);
  await clock.advance(2 * PAUSE_MS);
  await settle();
  return opened;
}

async function readLog({ replica }: OpenedReplica): Promise<readonly OpRecord[]> {
  const log: OpRecord[] = [];
  for await (const records of replica.readLog()) log.push(...records);
  return log;
}

/** The places that the log is read from. */
function watchReads(store: FaultyOpStore): readonly (number | undefined)[] {
  const places: (number | undefined)[] = [];
  const { readOps } = store;
  store.readOps = (after) => {
    places.push(after);
    return readOps(after);
  };
  return places;
}

test('REP23 a start from a snapshot reads the log behind it alone, and is as a start from all of it', async () => {
  const { store, replica: before } = await openWithSnapshot();
  const snapshotOps = store.snapshot?.loggedOps;
  const { id } = (await before.command(add('Behind'))) as { id: string };
  await before.command({ type: 'edit', id, fields: { stage: '2_current' } });
  const places = watchReads(store);
  const { replica } = await open(store);
  expect(snapshotOps).toBeGreaterThan(5);
  expect(places).toEqual([snapshotOps]);
  expect(replica.view()).toEqual(before.view());
  expect(replica.status()).toEqual({ ...before.status(), durability: 'best-effort' });
  expect(replica.status()).toMatchObject({ unacknowledgedOps: 3, damagedRecords: 0 });
  expect(replica.logLength()).toBe(before.logLength());
  expect(await replica.receive(dumpRecords(20).map(textOf), BULK)).toEqual(
    await before.receive(dumpRecords(20).map(textOf), BULK),
  );
  expect(await replica.command({ type: 'edit', id, fields: { stage: '3_qa' } })).toMatchObject({
    type: 'done',
  });
  const fresh = await openTestReplica({ seed: 1, store: Object.assign(store, { snapshot: null }) });
  expect(fresh.replica.view()).toEqual(replica.view());
});

test('REP23 held ops are held again after a start from a snapshot, and released', async () => {
  const opened = await open(createFaultyOpStore());
  const texts = dumpRecords(40).map(textOf);
  await opened.replica.receive(texts.slice(1), BULK);
  await opened.clock.advance(2 * PAUSE_MS);
  const { replica } = await open(opened.store);
  expect(replica.status().held).toEqual(opened.replica.status().held);
  await replica.receive(texts.slice(0, 1), BULK);
  await opened.replica.receive(texts.slice(0, 1), BULK);
  expect(replica.view().length).toBe(opened.replica.view().length);
});

test('REP24 a snapshot is written after enough new ops and a pause, and again after as many', async () => {
  const { replica, store, clock } = await open(createFaultyOpStore());
  const snapshots = (): readonly string[] =>
    store.journal.filter((entry) => entry.startsWith('snapshot'));
  for (const name of ['1', '2', '3', '4']) await replica.command(add(name));
  await clock.advance(PAUSE_MS * 2);
  expect(clock.timersMs()).toEqual([]);
  await replica.command(add('5'));
  await clock.advance(PAUSE_MS / 2);
  await replica.command(add('6'));
  await clock.advance(PAUSE_MS / 2);
  expect(snapshots()).toEqual([]);
  await clock.advance(PAUSE_MS);
  expect(snapshots()).toEqual(['snapshot 6']);
  for (const name of ['7', '8', '9', '10', '11']) await replica.command(add(name));
  await clock.advance(PAUSE_MS);
  expect(snapshots()).toEqual(['snapshot 6', 'snapshot 11']);
});

test('REP24 where ops never cease to come a snapshot is written after half a minute', async () => {
  const { replica, store, clock } = await open(createFaultyOpStore());
  for (let second = 0; second < 40; second += 1) {
    await replica.command(add(`${second}`));
    await clock.advance(1000);
  }
  await settle();
  expect(store.journal.filter((entry) => entry.startsWith('snapshot')).length).toBe(1);
});

test('REP24 what is due when the replica is closed is written', async () => {
  const { replica, store } = await open(createFaultyOpStore());
  for (const name of ['1', '2', '3', '4', '5']) await replica.command(add(name));
  await replica.close();
  expect(store.snapshot?.loggedOps).toBe(5);
});

test('REP24 no snapshot is written of ops that are not in the log, nor where there is no room', async () => {
  const { replica, store, clock, statuses } = await open(createFaultyOpStore());
  store.fail('full');
  await replica.receive(dumpRecords(20).map(textOf), BULK);
  store.mend();
  await replica.retryStoring();
  store.fail('full');
  await clock.advance(2 * PAUSE_MS);
  expect(store.journal.filter((entry) => entry.startsWith('snapshot'))).toEqual(['snapshot 20']);
  expect(store.snapshot).toBeNull();
  await replica.refreshDurability();
  expect(statuses.at(-1)?.durability).toBe('best-effort');
});

test('REP25 a snapshot that is not readable or does not fit is not used', async () => {
  const { store, replica: before } = await openWithSnapshot();
  const { snapshot } = store;
  for (const spoiled of [
    { ...snapshot!, items: snapshot!.items.with(0, 99) },
    { ...snapshot!, index: snapshot!.items },
    { ...snapshot!, unacknowledged: [] },
    // A version, no seen-key and no signature.
    { ...snapshot!, index: Uint8Array.of(1, 0, 0) },
  ]) {
    store.snapshot = spoiled;
    const { replica } = await open(store);
    expect(replica.view()).toEqual(before.view());
    expect(replica.status()).toEqual({ ...before.status(), durability: 'best-effort' });
  }
});

test('REP26 a damaged record that the start did not read leads to a start without snapshot, and to repair', async () => {
  const opened = await openWithSnapshot();
  const { store } = opened;
  const [first] = await readLog(opened);
  store.damage(first?.key ?? '');
  const { replica, onDamaged, logger } = await open(store);
  expect(replica.status()).toMatchObject({ damagedRecords: 0 });
  await readLog({ ...opened, replica });
  await settle();
  expect(onDamaged).toHaveBeenCalledOnce();
  expect(store.snapshot).toBeNull();
  expect(logger.lines.map(({ message }) => message)).toContain(
    'the log is damaged: loading it anew',
  );
  await replica.close();
  const again = await open(store, 9);
  expect(again.replica.status()).toMatchObject({ damagedRecords: 1 });
  expect(again.replica.status().signer).not.toBe(replica.status().signer);
  await readLog(again);
  await settle();
  expect(again.onDamaged).not.toHaveBeenCalled();
});

test('REP26 a damaged record behind the snapshot is found at the start', async () => {
  const { store, replica, offered } = await openWithSnapshot();
  await replica.command(add('Behind'));
  store.damage(offered.at(-1)?.op.key ?? '');
  const again = await open(store);
  expect(again.replica.status()).toMatchObject({ damagedRecords: 1 });
});

test('REP26 where the snapshot cannot be put aside, nothing is loaded anew', async () => {
  const opened = await openWithSnapshot();
  const [first] = await readLog(opened);
  opened.store.damage(first?.key ?? '');
  opened.store.fail('full');
  await readLog(opened);
  await settle();
  expect(opened.onDamaged).not.toHaveBeenCalled();
});

test('REP27 own ops that a snapshot stands for outlive a disk that can no longer be read', async () => {
  const { store, offered } = await openWithSnapshot();
  const own = offered.at(-1)?.op;
  const opened = await open(store);
  store.failReads();
  store.fail('broken');
  await opened.replica.command(add('In memory'));
  expect(await readLog(opened)).toEqual([own, opened.offered.at(-1)?.op]);
});
