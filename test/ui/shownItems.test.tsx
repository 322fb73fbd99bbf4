// @vitest-environment jsdom
import fc from 'fast-check';
import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import { createPipelineStore, type PipelineStore } from '../../src/pipelineStore.ts';
import { createShownItems, type ItemFilter, type ShownItems } from '../../src/shownItems.ts';
import { stageOf } from '../../src/story.ts';
import type { ItemId, ItemView } from '../../worker/api.ts';
import { EMPTY_FIELDS, itemId } from '../support/fakeReplica.ts';

const STAGES = ['1_backlog', '2_current', '3_qa'];

const wantsName = (letter: string, ...stages: readonly string[]): ItemFilter => ({
  wants: ({ name }) => name?.includes(letter) === true,
  wantsStage: (stage) => stages.length === 0 || stages.includes(stage),
});

interface Bench {
  readonly store: PipelineStore;
  readonly shown: ShownItems;
  setFilter(filter: ItemFilter | null): void;
  setKept(ids: readonly ItemId[]): void;
  /** Runs what waits for another task; false: nothing does. */
  runLater(): boolean;
}

function bench(items: readonly ItemView[]): Bench {
  const store = createPipelineStore();
  store.receive({ type: 'snapshot', items });
  const [filter, setFilter] = createSignal<ItemFilter | null>(null);
  const [kept, setKept] = createSignal<readonly ItemId[]>([]);
  let waiting: (() => void) | null = null;
  let nowMs = 0;
  const shown = createRoot(() =>
    createShownItems({
      store,
      filter,
      kept,
      // Each look at the clock is a slice's time later.
      nowMs: () => (nowMs += 10),
      later: (run) => {
        waiting = run;
        return () => {
          waiting = null;
        };
      },
    }),
  );
  return {
    store,
    shown,
    setFilter: (next) => void setFilter(() => next),
    setKept,
    runLater: () => {
      const run = waiting;
      waiting = null;
      run?.();
      return run !== null;
    },
  };
}

function item(number: number, name: string, stage: string): ItemView {
  return { id: itemId(number), fields: { ...EMPTY_FIELDS, name, stage } };
}

const many = (count: number): readonly ItemView[] =>
  Array.from({ length: count }, (_, at) =>
    item(at, at % 2 === 0 ? 'a' : 'b', STAGES[at % 3] ?? ''),
  );

/** What a run over all items gives. */
function expected(store: PipelineStore, filter: ItemFilter | null, kept: readonly ItemId[]) {
  const stages = store.stages().filter((stage) => filter?.wantsStage(stage) ?? true);
  return stages.map((stage) => [
    stage,
    store.idsIn(stage).filter((id) => {
      const fields = store.fieldsOf(id);
      return fields && (filter === null || filter.wants(fields, id) || kept.includes(id));
    }),
  ]);
}

function actual({ shown }: Bench) {
  return shown.stages().map((stage) => [stage, shown.idsIn(stage)]);
}

test('FIL20 what is shown equals a run of the filter over all items, after every change', () => {
  const names = fc.constantFrom('a', 'b', 'ab');
  const stages = fc.constantFrom(...STAGES);
  const numbers = fc.nat(12);
  const steps = fc.oneof(
    fc.record({ do: fc.constant('insert' as const), at: numbers, name: names, stage: stages }),
    fc.record({ do: fc.constant('rename' as const), at: numbers, name: names }),
    fc.record({ do: fc.constant('move' as const), at: numbers, stage: stages }),
    fc.record({ do: fc.constant('remove' as const), at: numbers }),
    fc.record({ do: fc.constant('filter' as const), by: fc.constantFrom('a', 'b', 'qa', 'all') }),
    fc.record({ do: fc.constant('keep' as const), at: numbers }),
  );
  const filters: { readonly [by: string]: ItemFilter } = {
    a: wantsName('a'),
    b: wantsName('b'),
    qa: wantsName('a', '3_qa', '1_backlog'),
  };
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 30 }), (history) => {
      const its = bench(many(6));
      let made = 100;
      let filter: ItemFilter | null = null;
      let kept: readonly ItemId[] = [];
      for (const step of history) {
        const at = 'at' in step ? (its.store.order()[step.at] ?? itemId(99)) : '';
        const patch = (change: Parameters<PipelineStore['receive']>[0]) =>
          its.store.receive(change);
        if (step.do === 'insert') {
          const index = Math.min(step.at, its.store.order().length);
          made += 1;
          const added = item(made, step.name, step.stage);
          patch({ type: 'patch', changes: [{ type: 'insert', index, item: added }] });
        } else if (step.do === 'rename' || step.do === 'move') {
          const fields = step.do === 'rename' ? { name: step.name } : { stage: step.stage };
          patch({ type: 'patch', changes: [{ type: 'update', id: at, fields }] });
        } else if (step.do === 'remove') {
          patch({ type: 'patch', changes: [{ type: 'remove', id: at }] });
        } else if (step.do === 'filter') {
          filter = filters[step.by] ?? null;
          its.setFilter(filter);
        } else {
          kept = [at];
          its.setKept(kept);
        }
        expect(actual(its)).toEqual(expected(its.store, filter, kept));
        for (const [stage, ids] of expected(its.store, filter, kept) as [string, ItemId[]][]) {
          expect(ids.map((id) => its.shown.placeInStage(id))).toEqual(ids.map((_, place) => place));
          expect(its.shown.idsIn(stage)).toBe(its.shown.idsIn(stage));
        }
        for (const id of its.store.order()) {
          const stage = stageOf(its.store.fieldsOf(id) ?? EMPTY_FIELDS);
          const isShown =
            (filter?.wantsStage(stage) ?? true) && its.shown.idsIn(stage).includes(id);
          expect(its.shown.has(id)).toBe(isShown);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('FIL21 a run over many items is cut into slices; the board changes when it is done', () => {
  const its = bench(many(2_000));
  const all = expected(its.store, null, []);
  const byA = wantsName('a');
  its.setFilter(byA);
  expect(actual(its)).toEqual(all);
  its.runLater();
  // Looked at already, and not yet.
  const changes = [1, 1_999].map(
    (at) => ({ type: 'update', id: itemId(at), fields: { name: 'a' } }) as const,
  );
  its.store.receive({ type: 'patch', changes });
  expect(its.shown.count()).toBeNull();
  let tasks = 0;
  while (its.runLater()) tasks += 1;
  expect(tasks).toBeGreaterThan(3);
  expect(actual(its)).toEqual(expected(its.store, byA, []));
  expect(its.shown.count()).toBe(1_002);
});

test('FIL21 of filters that follow each other fast, the last is shown', () => {
  const its = bench(many(2_000));
  its.setFilter(wantsName('a'));
  its.runLater();
  const byB = wantsName('b');
  its.setFilter(byB);
  while (its.runLater());
  expect(actual(its)).toEqual(expected(its.store, byB, []));
  its.setFilter(wantsName('a'));
  its.setFilter(null);
  expect([its.runLater(), actual(its)]).toEqual([false, expected(its.store, null, [])]);
});
