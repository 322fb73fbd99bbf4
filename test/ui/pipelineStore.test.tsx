// @vitest-environment jsdom
import fc from 'fast-check';
import { createEffect, createRoot } from 'solid-js';
import { expect, test } from 'vitest';
import { createPipelineStore, type PipelineStore } from '../../src/pipelineStore.ts';
import type { Change, ItemFields, ItemId, ItemView } from '../../worker/api.ts';
import { EMPTY_FIELDS, itemId, LIVE_STATUS } from '../support/fakeReplica.ts';

test('STO1 a store is loading until its first snapshot, even an empty one', () => {
  const store = createPipelineStore();
  expect([store.phase(), store.order()]).toEqual(['loading', []]);
  store.receive({ type: 'status', status: LIVE_STATUS });
  expect([store.phase(), store.status()]).toEqual(['loading', LIVE_STATUS]);
  store.receive({ type: 'snapshot', items: [] });
  expect([store.phase(), store.order()]).toEqual(['ready', []]);
});

test('STO2 patches folded onto a snapshot equal a fresh view, whatever they change', () => {
  fc.assert(
    fc.property(histories(), ({ start, patches }) => {
      const store = createPipelineStore();
      store.receive({ type: 'snapshot', items: start });
      let naive = start;
      for (const changes of patches) {
        store.receive({ type: 'patch', changes });
        naive = changes.reduce(applyNaively, naive);
        const fresh = createPipelineStore();
        fresh.receive({ type: 'snapshot', items: naive });
        expect(viewOf(store)).toEqual(naive);
        expect(columnsOf(store)).toEqual(columnsOf(fresh));
      }
    }),
    { numRuns: 200 },
  );
});

test('STO3 a change to an item reaches its readers, and those of nothing else', () => {
  const { store, runs } = observed([item(1), item(2)], (read) => ({
    name: countRuns(() => read.fieldsOf(itemId(1))?.name),
    otherName: countRuns(() => read.fieldsOf(itemId(2))?.name),
    column: countRuns(() => read.idsIn('1_backlog')),
    order: countRuns(() => read.order()),
  }));
  store.receive({
    type: 'patch',
    changes: [{ type: 'update', id: itemId(1), fields: { name: 'New', agent: '' } }],
  });
  expect(runs()).toEqual({ name: 2, otherName: 1, column: 1, order: 1 });
  store.receive({
    type: 'patch',
    changes: [{ type: 'update', id: itemId(1), fields: { name: 'New' } }],
  });
  expect(runs()).toEqual({ name: 2, otherName: 1, column: 1, order: 1 });
});

test('STO4 a later snapshot replaces all before it, and reaches readers of what differs', () => {
  const { store, runs } = observed([item(1), item(2), item(3)], (read) => ({
    same: countRuns(() => read.fieldsOf(itemId(1))?.name),
    changed: countRuns(() => read.fieldsOf(itemId(2))?.name),
    column: countRuns(() => read.idsIn('1_backlog')),
    otherColumn: countRuns(() => read.idsIn('3_qa')),
  }));
  store.receive({ type: 'snapshot', items: [item(1), item(2, { name: 'New' })] });
  expect(viewOf(store)).toEqual([item(1), item(2, { name: 'New' })]);
  expect(store.fieldsOf(itemId(3))).toBeUndefined();
  expect(runs()).toEqual({ same: 1, changed: 2, column: 2, otherColumn: 1 });
});

test('STO5 columns are no stage if there is one, the six known, then others by name', () => {
  const store = createPipelineStore();
  const stages = ['9_later', null, '', '7_on_hold', '3_qa', '__proto__', 'constructor'];
  const items = stages.map((stage, index) => item(index + 1, { stage }));
  store.receive({ type: 'snapshot', items });
  expect(columnsOf(store)).toEqual([
    ['', [itemId(2), itemId(3)]],
    ['1_backlog', []],
    ['2_current', []],
    ['3_qa', [itemId(5)]],
    ['4_merge', []],
    ['5_done', []],
    ['6_archived', []],
    ['7_on_hold', [itemId(4)]],
    ['9_later', [itemId(1)]],
    ['__proto__', [itemId(6)]],
    ['constructor', [itemId(7)]],
  ]);
});

test('STO6 a patch is one step: nobody sees a part of it', () => {
  const seen: unknown[] = [];
  const { store } = observed([item(1), item(2)], (read) => {
    createEffect(() => {
      seen.push([read.idsIn('1_backlog').length, read.idsIn('3_qa').length, read.order().length]);
    });
    return {};
  });
  store.receive({
    type: 'patch',
    changes: [
      { type: 'update', id: itemId(1), fields: { stage: '3_qa' } },
      { type: 'insert', index: 0, item: item(3) },
      { type: 'update', id: itemId(2), fields: { stage: '3_qa' } },
    ],
  });
  expect(seen).toEqual([
    [2, 0, 2],
    [1, 2, 3],
  ]);
});

test('STO7 changes to items that are not there, or insert one that is, change nothing', () => {
  const store = createPipelineStore();
  store.receive({ type: 'snapshot', items: [item(1)] });
  store.receive({
    type: 'patch',
    changes: [
      { type: 'update', id: itemId(9), fields: { name: 'Nobody' } },
      { type: 'remove', id: itemId(9) },
      { type: 'insert', index: 0, item: item(1, { name: 'Twice' }) },
    ],
  });
  expect(viewOf(store)).toEqual([item(1)]);
});

test('STO8 a first snapshot in parts is shown part by part, a later one when it is whole', () => {
  const store = createPipelineStore();
  const shown = () => [store.phase(), store.order().length];
  store.receive({ type: 'snapshot', items: [item(1), item(2)], from: 0, left: 3 });
  expect(shown()).toEqual(['ready', 2]);
  store.receive({ type: 'snapshot', items: [item(3), item(4)], from: 2, left: 1 });
  store.receive({ type: 'snapshot', items: [item(5)], from: 4, left: 0 });
  expect(viewOf(store)).toEqual([1, 2, 3, 4, 5].map((number) => item(number)));

  store.receive({ type: 'snapshot', items: [item(6)], from: 0, left: 1 });
  expect(shown()).toEqual(['ready', 5]);
  // The worker that sent it was started again.
  store.receive({ type: 'snapshot', items: [item(7)], from: 0, left: 1 });
  store.receive({ type: 'snapshot', items: [item(8)], from: 1, left: 0 });
  expect(viewOf(store)).toEqual([item(7), item(8)]);
});

test('STO9 lists given out never change, and many inserts into one gap keep the order', () => {
  const store = createPipelineStore();
  store.receive({ type: 'snapshot', items: [item(1), item(2)] });
  const before = [store.order(), store.idsIn('1_backlog')];
  const expected = [itemId(1), itemId(2)];
  for (let number = 3; number < 200; number += 1) {
    // Each between the first and what came last.
    store.receive({ type: 'patch', changes: [{ type: 'insert', index: 1, item: item(number) }] });
    expected.splice(1, 0, itemId(number));
  }
  expect([store.order(), store.idsIn('1_backlog')]).toEqual([expected, expected]);
  expect(expected.map((id) => store.placeInStage(id))).toEqual([...expected.keys()]);
  expect(before).toEqual([
    [itemId(1), itemId(2)],
    [itemId(1), itemId(2)],
  ]);
});

function item(number: number, fields: Partial<ItemFields> = {}): ItemView {
  return { id: itemId(number), fields: { ...EMPTY_FIELDS, stage: '1_backlog', ...fields } };
}

function viewOf(store: PipelineStore): readonly ItemView[] {
  return store.order().map((id) => ({ id, fields: { ...(store.fieldsOf(id) as ItemFields) } }));
}

function columnsOf(store: PipelineStore): readonly (readonly [string, readonly ItemId[]])[] {
  return store.stages().map((stage) => [stage, store.idsIn(stage)] as const);
}

/** A store that holds `items`, and how often each watcher ran. */
function observed(
  items: readonly ItemView[],
  watch: (store: PipelineStore) => { readonly [name: string]: () => number },
) {
  const store = createPipelineStore();
  store.receive({ type: 'snapshot', items });
  const watchers = createRoot(() => watch(store));
  const runs = () =>
    Object.fromEntries(Object.entries(watchers).map(([name, count]) => [name, count()]));
  return { store, runs };
}

function countRuns(read: () => unknown): () => number {
  let runs = 0;
  createEffect(() => {
    read();
    runs += 1;
  });
  return () => runs;
}

/** The dumbest correct way, on plain arrays. */
function applyNaively(items: readonly ItemView[], change: Change): readonly ItemView[] {
  switch (change.type) {
    case 'insert':
      return [...items.slice(0, change.index), change.item, ...items.slice(change.index)];
    case 'update':
      return items.map((view) =>
        view.id === change.id
          ? { id: view.id, fields: { ...view.fields, ...change.fields } }
          : view,
      );
    case 'remove':
      return items.filter((view) => view.id !== change.id);
  }
}

/** A snapshot and patches whose every change is possible when its turn comes. */
function histories(): fc.Arbitrary<{
  readonly start: readonly ItemView[];
  readonly patches: readonly (readonly Change[])[];
}> {
  const stage = fc.constantFrom('1_backlog', '3_qa', '7_on_hold', '__proto__', '', null);
  const move = fc.record({
    kind: fc.constantFrom('insert', 'update', 'remove'),
    place: fc.nat(),
    stage,
    name: fc.constantFrom('One', 'Two', null),
  });
  return fc
    .tuple(fc.nat({ max: 5 }), fc.array(fc.array(move, { maxLength: 6 }), { maxLength: 6 }))
    .map(([count, moves]) => {
      const start = Array.from({ length: count }, (_, index) => item(index));
      let ids = start.map((view) => view.id);
      const patches = moves.map((patch, patchIndex) =>
        patch.flatMap(({ kind, place, ...fields }, index): Change[] => {
          const id = ids[place % Math.max(1, ids.length)];
          if (kind === 'insert' || id === undefined) {
            const at = place % (ids.length + 1);
            // A removed id never comes back.
            const view = item(1000 + patchIndex * 100 + index, fields);
            ids = [...ids.slice(0, at), view.id, ...ids.slice(at)];
            return [{ type: 'insert', index: at, item: view }];
          }
          if (kind === 'update') return [{ type: 'update', id, fields }];
          ids = ids.filter((other) => other !== id);
          return [{ type: 'remove', id }];
        }),
      );
      return { start, patches };
    });
}
