/** What every OpStore does, whatever it is made of. */

import { afterEach, describe, expect, test } from 'vitest';
import type { HeldRecord, OpRecord, OpStore, ReplicaSnapshot } from '../../worker/ports.ts';
import { dumpRecords } from './opRecords.ts';

export interface StoreUnderTest {
  open(): Promise<OpStore>;
  /** Whether a store opened again has what the one before wrote. */
  readonly survives: 'reopening' | 'nothing';
}

export function describeOpStore(name: string, under: StoreUnderTest): void {
  describe(name, () => {
    const opened: OpStore[] = [];
    const open = async (): Promise<OpStore> => {
      const store = await under.open();
      opened.push(store);
      return store;
    };
    const reopen = async (store: OpStore): Promise<OpStore> => {
      if (under.survives === 'nothing') return store;
      await store.close();
      return open();
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    const [first, second, third, fourth] = dumpRecords(4) as [
      OpRecord,
      OpRecord,
      OpRecord,
      OpRecord,
    ];

    test('DB1 makes the secret key once and keeps it, until it is replaced', async () => {
      const store = await open();
      const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
      const made = await store.loadIdentity(() => key(7));
      const later = await reopen(store);
      const kept = await later.loadIdentity(() => key(8));
      await later.appendOwn([first]);
      await later.replaceIdentity(key(9));
      const replaced = await (await reopen(later)).loadIdentity(() => key(8));
      expect([made, kept, replaced]).toEqual([
        { secretKey: key(7), ownOps: 0 },
        { secretKey: key(7), ownOps: 0 },
        { secretKey: key(9), ownOps: 0 },
      ]);
    });

    test('DB9 counts own ops with the append that stores them', async () => {
      const store = await open();
      const createKey = (): Uint8Array => new Uint8Array(32);
      await store.loadIdentity(createKey);
      await store.appendOwn([first, second]);
      await store.appendRemote({ applied: [third], held: [], released: [] });
      await store.appendOwn([fourth]);
      expect((await (await reopen(store)).loadIdentity(createKey)).ownOps).toBe(3);
    });

    test('DB10 becomes what it is rewritten to', async () => {
      const store = await open();
      await store.appendRemote({
        applied: [first],
        held: [{ ...third, cause: 'x' }],
        released: [],
      });
      const held = [{ ...fourth, cause: 'y' }];
      await store.rewrite({ log: [second, first], held });
      const later = await reopen(store);
      expect([await readAll(later), await later.readHeld()]).toEqual([[second, first], held]);
    });

    test('DB2 reads the log in the order of appending, own and remote ops alike', async () => {
      const store = await open();
      const outcomes = [
        await store.appendRemote({ applied: [first, second], held: [], released: [] }),
        await store.appendOwn([third]),
        await store.appendRemote({ applied: [fourth], held: [], released: [] }),
      ];
      expect(outcomes).toEqual([{ type: 'stored' }, { type: 'stored' }, { type: 'stored' }]);
      expect(await readAll(await reopen(store))).toEqual([first, second, third, fourth]);
    });

    test('DB2 reads a log of many batches whole', async () => {
      const store = await open();
      const records = dumpRecords(200);
      for (const record of records) {
        await store.appendRemote({ applied: [record], held: [], released: [] });
      }
      expect(await readAll(await reopen(store))).toEqual(records);
    });

    test('DB3 keeps own ops unacknowledged until they are acknowledged', async () => {
      const store = await open();
      await store.appendOwn([first, second]);
      await store.acknowledge([first.key, third.key]);
      expect(await (await reopen(store)).readUnacknowledged()).toEqual([second.key]);
    });

    test('DB4 keeps held ops apart from the log, until they are released into it', async () => {
      const store = await open();
      const [heldSecond, heldThird] = [
        { ...second, cause: 'first' },
        { ...third, cause: 'nobody' },
      ];
      await store.appendRemote({ applied: [], held: [heldSecond, heldThird], released: [] });
      const before = [await readAll(store), sorted(await store.readHeld())];
      const released = [second.key];
      await store.appendRemote({ applied: [first, second], held: [], released });
      const later = await reopen(store);
      const after = [await readAll(later), sorted(await later.readHeld())];
      expect(before).toEqual([[], sorted([heldSecond, heldThird])]);
      expect(after).toEqual([[first, second], [heldThird]]);
    });

    test('DB4 finds held ops by what they wait for, also when that changes', async () => {
      const store = await open();
      const held = [second, third, fourth].map((record) => ({ ...record, cause: 'first' }));
      const [, heldThird, heldFourth] = held as [HeldRecord, HeldRecord, HeldRecord];
      await store.appendRemote({ applied: [], held, released: [] });
      const moved = { ...second, cause: 'other' };
      await store.appendRemote({ applied: [], held: [moved], released: [] });
      const later = await reopen(store);
      expect(sorted(await later.readHeldFor(['first', 'nothing']))).toEqual(
        sorted([heldThird, heldFourth]),
      );
      expect(await later.readHeldFor(['other'])).toEqual([moved]);
    });

    test('DB21 keeps the last places in the logs of peers', async () => {
      const store = await open();
      const places = [{ peer: 'ws://one', log: 'ab', offset: 7 }];
      expect(await store.readPlaces()).toEqual([]);
      await store.savePlaces([{ peer: 'ws://two', log: 'cd', offset: 0 }]);
      expect(await store.savePlaces(places)).toEqual({ type: 'stored' });
      expect(await (await reopen(store)).readPlaces()).toEqual(places);
    });

    test('DB19 keeps the snapshot that was written last, and reads the log behind its place', async () => {
      const store = await open();
      await store.appendRemote({ applied: [first, second], held: [], released: [] });
      const snapshot: ReplicaSnapshot = {
        logEnd: store.logEnd(),
        loggedOps: 2,
        items: Uint8Array.of(1, 2, 3),
        index: new Uint8Array(0),
        unacknowledged: [first],
      };
      await store.writeSnapshot({ ...snapshot, loggedOps: 1 });
      expect(await store.writeSnapshot(snapshot)).toEqual({ type: 'stored' });
      await store.appendOwn([third]);
      const later = await reopen(store);
      await later.appendRemote({ applied: [fourth], held: [], released: [] });
      const kept = under.survives === 'nothing' ? null : snapshot;
      expect(await later.readSnapshot()).toEqual(kept);
      expect(await readAll(later, snapshot.logEnd)).toEqual([third, fourth]);
      expect(await readAll(later, later.logEnd())).toEqual([]);
      await later.writeSnapshot(null);
      expect(await later.readSnapshot()).toBeNull();
    });

    test('DB20 a rewrite leaves no snapshot', async () => {
      const store = await open();
      await store.appendOwn([first, second]);
      const parts = { items: new Uint8Array(1), index: new Uint8Array(1), unacknowledged: [] };
      await store.writeSnapshot({ logEnd: store.logEnd(), loggedOps: 2, ...parts });
      await store.rewrite({ log: [first, second], held: [] });
      expect(await store.readSnapshot()).toBeNull();
      expect(await readAll(store, store.logEnd())).toEqual([]);
    });

    test('DB5 says how durable it is', async () => {
      const store = await open();
      const expected = under.survives === 'nothing' ? 'memory' : 'best-effort';
      expect(await store.durability()).toBe(expected);
    });
  });
}

async function readAll(store: OpStore, after?: number): Promise<readonly OpRecord[]> {
  const all: OpRecord[] = [];
  for await (const records of store.readOps(after)) all.push(...records);
  return all;
}

function sorted(records: readonly OpRecord[]): readonly OpRecord[] {
  return [...records].sort((a, b) => (a.key < b.key ? -1 : 1));
}
