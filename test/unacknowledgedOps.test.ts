import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryOpStore } from '../worker/adapters/memoryOpStore.ts';
import type { ItemId, StreamMessage } from '../worker/api.ts';
import type { SeenKey } from '../worker/crdt/bytes.ts';
import { type Op, readOp } from '../worker/crdt/op.ts';
import type { PackedOp } from '../worker/crdt/packedOp.ts';
import { snapshotParts, UNACKNOWLEDGED_PART_ITEMS } from '../worker/snapshotParts.ts';
import { createUnacknowledgedOps, itemOf } from '../worker/unacknowledgedOps.ts';
import { itemId } from './support/fakeReplica.ts';
import { openTestReplica } from './support/openedReplica.ts';
import { settle } from './support/settle.ts';

/** Ops of a replica that adds three stories, edits them and deletes one. */
async function makeOps(): Promise<readonly Op[]> {
  const { replica, offered } = await openTestReplica({ seed: 1, store: createMemoryOpStore() });
  for (const name of ['One', 'Two', 'Three']) {
    const added = await replica.command({ type: 'add', fields: { name } });
    if (added.type !== 'done') throw new Error(added.detail);
    await replica.command({
      type: 'edit',
      id: added.id,
      fields: { agent: 'coder', blocked: true },
    });
    if (name === 'Two') await replica.command({ type: 'delete', id: added.id });
  }
  return offered.map(({ op }) => {
    const read = readOp(op.bytes, op.key);
    if (read.type === 'rejected') throw new Error(read.detail);
    return read;
  });
}

const loadedOf = (ops: readonly Op[]): ReadonlyMap<SeenKey, PackedOp> =>
  new Map(ops.map((op) => [op.key, op.bytes]));

test('INS1 what is told, folded, is the items of the ops that nobody acknowledged', async () => {
  const ops = await makeOps();
  const steps = fc.array(
    fc.record({ adds: fc.boolean(), ops: fc.uniqueArray(fc.nat(ops.length - 1)) }),
  );
  fc.assert(
    fc.property(fc.subarray([...ops]), steps, (start, history) => {
      const naive = new Map(start.map((op) => [op.key, op]));
      const told = new Set<ItemId>();
      const faults: string[] = [];
      const unacknowledged = createUnacknowledgedOps(loadedOf(start), ({ change, items }) => {
        for (const item of items) {
          if (told.has(item) === (change === 'added')) faults.push(`${change} twice`);
          if (change === 'added') told.add(item);
          else told.delete(item);
        }
      });
      for (const item of unacknowledged.items()) told.add(item);
      for (const { adds, ops: numbers } of history) {
        const some = numbers.flatMap((number) => ops[number] ?? []);
        if (adds) unacknowledged.add(some);
        else unacknowledged.remove(some.map(({ key }) => key));
        for (const op of some) {
          if (adds) naive.set(op.key, op);
          else naive.delete(op.key);
        }
        expect(told).toEqual(new Set([...naive.values()].map(itemOf)));
        expect(unacknowledged.size()).toBe(naive.size);
      }
      expect(faults).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('INS1 a replica tells which items have own ops that no peer has, also after a start', async () => {
  const store = createMemoryOpStore();
  const { replica, offered, unacknowledged } = await openTestReplica({ seed: 1, store });
  const added = await replica.command({ type: 'add', fields: { name: 'Mine' } });
  const id = added.type === 'done' ? added.id : '';
  await replica.command({ type: 'edit', id, fields: { agent: 'coder' } });
  expect(replica.unacknowledgedItems()).toEqual([id]);
  replica.acknowledged(offered.slice(0, 1).map(({ op }) => op.key));
  await settle();
  const { replica: again, unacknowledged: toldAgain } = await openTestReplica({ seed: 1, store });
  expect(again.unacknowledgedItems()).toEqual([id]);
  again.acknowledged(offered.map(({ op }) => op.key));
  expect(again.unacknowledgedItems()).toEqual([]);
  expect([unacknowledged, toldAgain]).toEqual([
    [{ change: 'added', items: [id] }],
    [{ change: 'removed', items: [id] }],
  ]);
});

test('INS2 many items are told in parts: the first anew, the others on top', () => {
  const items = Array.from({ length: UNACKNOWLEDGED_PART_ITEMS + 1 }, (_, n) => itemId(n));
  const sent = (change: 'all' | 'removed', some: readonly ItemId[]): readonly StreamMessage[] => [
    ...snapshotParts({ type: 'unacknowledged', change, items: some }),
  ];
  const part = (change: string, from: number, to: number) => ({
    type: 'unacknowledged',
    change,
    items: items.slice(from, to),
  });
  const end = UNACKNOWLEDGED_PART_ITEMS;
  expect(sent('all', items)).toEqual([part('all', 0, end), part('added', end, end + 1)]);
  expect(sent('removed', items)).toEqual([part('removed', 0, end), part('removed', end, end + 1)]);
  expect(sent('all', [])).toEqual([part('all', 0, 0)]);
});
