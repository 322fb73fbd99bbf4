/**
 * The part of a pipeline that a board shows: all of it, or what its filter wants; asked as the store is.
 *
 * A filter is run over all items once, in slices, so that it is no long task with 28,000 of them;
 * from then on only items that changed are looked at. Until the run is done the board stays as it was.
 *
 * Invariant 1: without a filter, all answers are those of the store, at no cost.
 * Invariant 2: after each step of the store, what is shown is what a run over all items would give,
 *   and what is kept.
 */
import {
  type Accessor,
  batch,
  createComputed,
  createMemo,
  createSignal,
  on,
  onCleanup,
  untrack,
} from 'solid-js';
import type { ItemFields, ItemId } from '../worker/api.ts';
import type { PipelineStore } from './pipelineStore.ts';
import { stageOf } from './story.ts';

export interface ShownItems {
  /** Stages to show as columns, in order. */
  stages(): readonly string[];
  /** In list order. Tracks the stage. */
  idsIn(stage: string): readonly ItemId[];
  /** As `placeInStage` of the store, among what is shown. Tracks nothing. */
  placeInStage(id: ItemId, stage?: string): number;
  /** Tracks nothing. */
  has(id: ItemId): boolean;
  /** Shown only because it is kept. Tracks that. */
  isStray(id: ItemId): boolean;
  /** How many the filter wants; null: there is none. */
  count(): number | null;
  /** Rises when a filter has been run over all items. */
  runs(): number;
}

export interface ItemFilter {
  wants(fields: ItemFields, id: ItemId): boolean;
  wantsStage(stage: string): boolean;
}

export interface ShownItemsDeps {
  readonly store: PipelineStore;
  /** Null: everything is wanted. */
  readonly filter: Accessor<ItemFilter | null>;
  /** Shown as long as they are there and their stage is, wanted or not. */
  readonly kept: Accessor<readonly ItemId[]>;
  readonly nowMs: () => number;
  /** Runs on in another task, and returns what cancels that. */
  readonly later: (run: () => void) => () => void;
}

/** A frame has 16, and others want some of it. */
const SLICE_MS = 8;
const SLICE_ITEMS = 256;

/** A run of a filter; `ids`: those it wants, of the items it has looked at. */
interface Run {
  readonly filter: ItemFilter;
  readonly ids: Set<ItemId>;
}

interface Listed {
  readonly from: readonly ItemId[];
  readonly strays: readonly ItemId[];
  readonly change: number;
  readonly ids: readonly ItemId[];
}

export function createShownItems(deps: ShownItemsDeps): ShownItems {
  const { store, kept } = deps;
  const [done, setDone] = createSignal<Run | null>(null);
  const [count, setCount] = createSignal<number | null>(null);
  const [runs, setRuns] = createSignal(0);
  /** Rises with each change of what is wanted: in any stage, and of each stage. */
  const [change, setChange] = createSignal(0);
  const changes = new Map<string, number>();
  const listed = new Map<string, Listed>();
  let running: Run | null = null;
  let cancel = (): void => {};

  const finish = (run: Run | null): void =>
    batch(() => {
      running = null;
      listed.clear();
      setDone(run);
      setCount(run?.ids.size ?? null);
      setChange((before) => before + 1);
      setRuns((before) => before + 1);
    });

  const start = (filter: ItemFilter): void => {
    const run: Run = { filter, ids: new Set() };
    const ids = store.order();
    let next = 0;
    let isLong = false;
    const slice = (): void => {
      const startMs = deps.nowMs();
      while (next < ids.length) {
        const end = Math.min(ids.length, next + SLICE_ITEMS);
        for (; next < end; next += 1) look(run, ids[next] ?? '');
        if (next < ids.length && deps.nowMs() - startMs >= SLICE_MS) {
          isLong = true;
          cancel = deps.later(slice);
          return;
        }
      }
      // What is found has to be laid out too.
      if (isLong) cancel = deps.later(() => finish(run));
      else finish(run);
    };
    running = run;
    slice();
  };

  /** True: that changed what it wants. */
  const look = ({ filter, ids }: Run, id: ItemId): boolean => {
    const fields = store.fieldsOf(id);
    if (fields === undefined || !filter.wants(fields, id)) return ids.delete(id);
    return ids.size !== ids.add(id).size;
  };

  createComputed(
    on(deps.filter, (filter) => {
      cancel();
      if (filter !== null) start(filter);
      else if (done() !== null || running !== null) finish(null);
    }),
  );
  onCleanup(() => cancel());
  onCleanup(
    store.onTouched(({ ids }) =>
      untrack(() => {
        if (running !== null) for (const id of ids) look(running, id);
        const run = done();
        if (run === null) return;
        let isChanged = false;
        for (const id of ids) {
          if (!look(run, id)) continue;
          isChanged = true;
          const fields = store.fieldsOf(id);
          // Of one that is gone or moved, the stage itself has changed.
          const stage = fields === undefined ? null : stageOf(fields);
          if (stage !== null) changes.set(stage, (changes.get(stage) ?? 0) + 1);
        }
        if (!isChanged) return;
        setCount(run.ids.size);
        setChange((before) => before + 1);
      }),
    ),
  );

  const strays = createMemo(
    () => {
      change();
      const ids = done()?.ids;
      return ids === undefined ? NOBODY : kept().filter((id) => !ids.has(id));
    },
    NOBODY,
    { equals: (left, right) => left.join() === right.join() },
  );

  const idsIn = (stage: string): readonly ItemId[] => {
    const from = store.idsIn(stage);
    const run = done();
    if (run === null) return from;
    change();
    const now = { from, strays: strays(), change: changes.get(stage) ?? 0 };
    const known = listed.get(stage);
    const isSame =
      known?.from === from && known.strays === now.strays && known.change === now.change;
    if (known !== undefined && isSame) return known.ids;
    const ids = from.filter((id) => run.ids.has(id) || now.strays.includes(id));
    listed.set(stage, { ...now, ids });
    return ids;
  };
  const wantsStage = (stage: string): boolean => done()?.filter.wantsStage(stage) ?? true;
  const has = (id: ItemId): boolean => {
    const fields = store.fieldsOf(id);
    if (fields === undefined || !wantsStage(stageOf(fields))) return false;
    return (done()?.ids.has(id) ?? true) || strays().includes(id);
  };

  return {
    stages: createMemo(() => {
      const stages = store.stages();
      return done() === null ? stages : stages.filter(wantsStage);
    }),
    idsIn,
    placeInStage: (id, stage) =>
      untrack(() => {
        if (done() === null) return store.placeInStage(id, stage);
        const fields = store.fieldsOf(id);
        if (fields === undefined || (stage === undefined && !has(id))) return -1;
        return placeOf(idsIn(stage ?? stageOf(fields)), store.rankOf(id), store.rankOf);
      }),
    has: (id) => untrack(() => has(id)),
    isStray: (id) => strays().includes(id),
    count,
    runs,
  };
}

/** How many of `ids` have a lower rank. */
function placeOf(ids: readonly ItemId[], rank: number, rankOf: (id: ItemId) => number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rankOf(ids[middle] ?? '') < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NOBODY: readonly ItemId[] = [];
