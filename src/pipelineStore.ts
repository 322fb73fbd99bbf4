/**
 * The page's copy of the pipeline: items keyed by id, their order, and the order inside each stage.
 *
 * Invariant 1: the messages of a stream folded in order equal a fresh view (worker/api.ts).
 * Invariant 2: a message is one batch, and a signal changes only if its value does; so a card whose
 *   fields did not change is not touched, and a column whose ids did not change is not walked.
 */
import { batch, createSignal, type Signal } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import type { Change, ItemFields, ItemId, ItemView, Status, StreamMessage } from '../worker/api.ts';
import { columnStages, stageOf } from './story.ts';

export interface PipelineStore {
  /** `loading` until the first snapshot. */
  phase(): 'loading' | 'ready';
  /** Fields of an item; undefined if it is not visible. Tracks each field that is read. */
  fieldsOf(id: ItemId): ItemFields | undefined;
  /** Visible items in list order. */
  order(): readonly ItemId[];
  /** Stages to show as columns, in order. */
  stages(): readonly string[];
  /** Visible items of a stage, in list order. */
  idsIn(stage: string): readonly ItemId[];
  /** Last status; null before the first. */
  status(): Status | null;
  /** Rises with each message that changed the view, before the change is on the screen. */
  version(): number;
  receive(message: StreamMessage): void;
}

/** What a run of changes does to a view: the new order, and the fields of the items it touched (null: removed). */
export interface Fold {
  readonly order: readonly ItemId[];
  readonly touched: ReadonlyMap<ItemId, ItemFields | null>;
}

/** Pure. Changes to items that are not there, which a correct worker never sends, change nothing. */
export function foldChanges(
  order: readonly ItemId[],
  fieldsOf: (id: ItemId) => ItemFields | undefined,
  changes: readonly Change[],
): Fold {
  const nextOrder = [...order];
  const touched = new Map<ItemId, ItemFields | null>();
  const current = (id: ItemId) => (touched.has(id) ? touched.get(id) : fieldsOf(id)) ?? null;
  for (const change of changes) {
    if (change.type === 'insert') {
      if (current(change.item.id) !== null) continue;
      nextOrder.splice(change.index, 0, change.item.id);
      touched.set(change.item.id, change.item.fields);
    } else if (change.type === 'update') {
      const fields = current(change.id);
      if (fields !== null) touched.set(change.id, { ...fields, ...change.fields });
    } else if (current(change.id) !== null) {
      nextOrder.splice(nextOrder.indexOf(change.id), 1);
      touched.set(change.id, null);
    }
  }
  return { order: nextOrder, touched };
}

export function createPipelineStore(): PipelineStore {
  const [phase, setPhase] = createSignal<'loading' | 'ready'>('loading');
  const [items, setItems] = createStore<Record<ItemId, ItemFields>>({});
  const [order, setOrder] = createSignal<readonly ItemId[]>([], { equals: sameList });
  const [stages, setStages] = createSignal<readonly string[]>(columnStages([]), {
    equals: sameList,
  });
  const [version, setVersion] = createSignal(0);
  const [state, setState] = createStore<{ status: Status | null }>({ status: null });
  // A Map, because stages come from the network and `__proto__` is one that could.
  const idsByStage = new Map<string, Signal<readonly ItemId[]>>();

  const idsSignal = (stage: string): Signal<readonly ItemId[]> => {
    const known = idsByStage.get(stage);
    if (known !== undefined) return known;
    const made = createSignal<readonly ItemId[]>([], { equals: sameList });
    idsByStage.set(stage, made);
    return made;
  };

  const refreshStages = (nextOrder: readonly ItemId[]): void => {
    const grouped = new Map<string, ItemId[]>();
    for (const id of nextOrder) {
      const fields = items[id];
      if (fields === undefined) continue;
      const stage = stageOf(fields);
      const ids = grouped.get(stage);
      if (ids === undefined) grouped.set(stage, [id]);
      else ids.push(id);
    }
    for (const stage of idsByStage.keys()) if (!grouped.has(stage)) idsSignal(stage)[1]([]);
    for (const [stage, ids] of grouped) idsSignal(stage)[1](ids);
    setStages(columnStages(grouped.keys()));
  };

  const receiveSnapshot = (views: readonly ItemView[]): void => {
    const record: Record<ItemId, ItemFields> = {};
    for (const view of views) record[view.id] = view.fields;
    setItems(reconcile(record, { merge: true }));
    const nextOrder = views.map((view) => view.id);
    setOrder(nextOrder);
    refreshStages(nextOrder);
    setPhase('ready');
  };

  const receivePatch = (changes: readonly Change[]): void => {
    const fold = foldChanges(order(), (id) => items[id], changes);
    let regroup = fold.order.length !== order().length;
    for (const [id, fields] of fold.touched) {
      const before = items[id];
      const stageBefore = before === undefined ? null : stageOf(before);
      const stageAfter = fields === null ? null : stageOf(fields);
      regroup ||= stageBefore !== stageAfter;
      // Setting undefined removes the key; Solid's typing of a record does not say so.
      setItems(id, fields === null ? (undefined as unknown as ItemFields) : fields);
    }
    setOrder(fold.order);
    if (regroup) refreshStages(fold.order);
  };

  return {
    phase,
    fieldsOf: (id) => items[id],
    order,
    stages,
    idsIn: (stage) => idsSignal(stage)[0](),
    status: () => state.status,
    version,
    receive: (message) =>
      batch(() => {
        if (message.type === 'status') {
          setState('status', reconcile(message.status, { merge: true }));
          return;
        }
        if (message.type === 'snapshot') receiveSnapshot(message.items);
        else receivePatch(message.changes);
        setVersion((count) => count + 1);
      }),
  };
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}
