import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryOpStore } from '../worker/adapters/memoryOpStore.ts';
import type { Command, CommandOutcome } from '../worker/api.ts';
import type { OpStore } from '../worker/ports.ts';
import type { Replica } from '../worker/replica.ts';
import { exportOps } from './support/exportOps.ts';
import { openFaultyReplica, openTestReplica } from './support/openedReplica.ts';

/** A memory store, and how many ops each of its own-op transactions had. */
function createCountingStore(): { readonly store: OpStore; readonly sizes: number[] } {
  const store = createMemoryOpStore();
  const sizes: number[] = [];
  return {
    sizes,
    store: {
      ...store,
      appendOwn(records) {
        sizes.push(records.length);
        return store.appendOwn(records);
      },
    },
  };
}

const add = (name: string): Command => ({ type: 'add', fields: { name } });

/** Three stories to work on; the same seed makes the same ones. */
async function openWithStories(store: OpStore): Promise<{ replica: Replica; ids: string[] }> {
  const { replica } = await openTestReplica({ seed: 5, store });
  const ids: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    const outcome = await replica.command(add(name));
    if (outcome.type === 'done') ids.push(outcome.id);
  }
  return { replica, ids };
}

type Pick = { readonly kind: number; readonly target: number; readonly value: number };

function commandOf({ kind, target, value }: Pick, ids: readonly string[]): Command {
  const id = ids[target] ?? '';
  switch (kind) {
    case 0:
      return add(`new ${value}`);
    case 1:
      return { type: 'edit', id, fields: { name: `name ${value}`, retry_count: value } };
    case 2:
      return { type: 'edit', id, fields: { stage: value > 1 ? '3_qa' : '2_current' } };
    case 3:
      return { type: 'delete', id };
    case 4:
      return { ...add(`after ${value}`), after: value > 1 ? id : null } as Command;
    default:
      return { type: 'edit', id, fields: { name: value as unknown as string } };
  }
}

const picks = fc.array(fc.record({ kind: fc.nat(5), target: fc.nat(3), value: fc.nat(3) }), {
  maxLength: 12,
});

test('REP28 commands given together come to what they come to one after another', async () => {
  await fc.assert(
    fc.asyncProperty(picks, async (chosen) => {
      const together = await openWithStories(createMemoryOpStore());
      const inTurn = await openWithStories(createMemoryOpStore());
      const commands = chosen.map((pick) => commandOf(pick, together.ids));
      const first = await Promise.all(commands.map(together.replica.command));
      const second: CommandOutcome[] = [];
      for (const command of commands) second.push(await inTurn.replica.command(command));
      expect(first).toEqual(second);
      expect(together.replica.view()).toEqual(inTurn.replica.view());
      expect(await exportOps(together.replica)).toBe(await exportOps(inTurn.replica));
    }),
    { numRuns: 40 },
  );
});

test('REP29 commands that wait together are stored in one transaction', async () => {
  const { store, sizes } = createCountingStore();
  const { replica } = await openTestReplica({ seed: 1, store });
  const outcomes = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => replica.command(add(name))),
  );
  expect(outcomes.map(({ type }) => type)).toEqual(['done', 'done', 'done', 'done']);
  expect(sizes).toEqual([4]);
  expect(replica.view().map(({ fields }) => fields.name)).toEqual(['a', 'b', 'c', 'd']);
});

test('REP29 one that cannot be stored leaves all that were to be stored with it undone', async () => {
  const { replica, store } = await openFaultyReplica(1);
  store.fail('full');
  const wrong = { type: 'delete', id: 'nobody' } as const;
  const outcomes = await Promise.all([add('a'), wrong, add('b')].map(replica.command));
  expect(outcomes.map((one) => one.type === 'refused' && one.reason)).toEqual([
    'storage-full',
    'no-such-item',
    'storage-full',
  ]);
  expect(replica.view()).toEqual([]);
  store.mend();
  expect(await replica.command(add('a'))).toMatchObject({ type: 'done' });
});

test('REP29 a store that breaks under several commands leaves none of them undone', async () => {
  const { replica, store, statuses } = await openFaultyReplica(1);
  store.fail('broken');
  const outcomes = await Promise.all([add('a'), add('b')].map(replica.command));
  expect(outcomes.map(({ type }) => type)).toEqual(['done', 'done']);
  expect(replica.view().map(({ fields }) => fields.name)).toEqual(['a', 'b']);
  expect(statuses.at(-1)).toMatchObject({ durability: 'broken', unacknowledgedOps: 2 });
});
