/**
 * The page's copy of the pipeline, for Solid: a signal for each item and each stage that somebody
 * reads, over plain tables.
 *
 * Invariant 1: the messages of a stream folded in order equal a fresh view (worker/api.ts).
 * Invariant 2: a message is one step, and a signal changes only if its value does; so a card whose
 *   fields did not change is not touched, and a column whose ids did not change is not walked.
 */
import { batch, createSignal, getListener, type Signal } from 'solid-js';
import type { ItemFields, ItemId, ItemView, Status, StreamMessage } from '../worker/api.ts';
import { createItemTable, type Touched } from './itemTable.ts';
import { columnStages } from './story.ts';
import { createUnacknowledgedIds } from './unacknowledgedIds.ts';

export interface PipelineStore {
  /** `loading` until the first snapshot, or its first part. */
  phase(): 'loading' | 'ready';
  /** Fields of an item; undefined if it is not visible. Tracks the item. */
  fieldsOf(id: ItemId): ItemFields | undefined;
  /** Visible items in list order. */
  order(): readonly ItemId[];
  /** Stages to show as columns, in order. */
  stages(): readonly string[];
  /** Visible items of a stage, in list order. */
  idsIn(stage: string): readonly ItemId[];
  /** Where the item stands in its stage, or would in another; -1: not visible. Tracks nothing. */
  placeInStage(id: ItemId, stage?: string): number;
  /** Rises along the list, until the next step; 0: not visible. Tracks nothing. */
  rankOf(id: ItemId): number;
  /** Told in each step what may differ from before, before the change is on the screen. Returns how to stop. */
  onTouched(listener: (touched: Touched) => void): () => void;
  /** Whether own edits of the item are, as far as is known, on this device only. Tracks the item. */
  isUnacknowledged(id: ItemId): boolean;
  /** Last status; null before the first. */
  status(): Status | null;
  /** Rises with each step that changed the view, before the change is on the screen. */
  version(): number;
  receive(message: StreamMessage): void;
  /** Several messages as one step. */
  receiveAll(messages: Iterable<StreamMessage>): void;
}

type SnapshotMessage = Extract<StreamMessage, { readonly type: 'snapshot' }>;

export function createPipelineStore(): PipelineStore {
  const table = createItemTable();
  const [phase, setPhase] = createSignal<'loading' | 'ready'>('loading');
  const [order, setOrder] = createSignal<readonly ItemId[]>([]);
  const [stages, setStages] = createSignal(columnStages([]), { equals: sameList });
  const [version, setVersion] = createSignal(0);
  const [status, setStatus] = createSignal<Status | null>(null);
  const fieldSignals = new Map<ItemId, Signal<ItemFields | undefined>>();
  const stageSignals = new Map<string, Signal<readonly ItemId[]>>();
  const unacknowledged = createUnacknowledgedIds();
  /** A snapshot that comes in parts while an older view is shown, which stays until all are there. */
  let parts: ItemView[] = [];
  let isGrowing = false;
  const listeners = new Set<(touched: Touched) => void>();

  /** A signal that changes only when `read` gives another value; made for its first reader. */
  const track = <Value>(
    signals: Map<string, Signal<Value>>,
    key: string,
    read: (key: string) => Value,
    equals: (left: Value, right: Value) => boolean,
  ): Value => {
    if (getListener() === null) return read(key);
    const signal = signals.get(key) ?? createSignal(read(key), { equals });
    signals.set(key, signal);
    return signal[0]();
  };

  const announce = (touched: Touched): void => {
    const { ids, stages: touchedStages } = touched;
    for (const listener of listeners) listener(touched);
    for (const id of ids) fieldSignals.get(id)?.[1](() => table.fieldsOf(id));
    for (const stage of touchedStages) stageSignals.get(stage)?.[1](table.idsIn(stage));
    setOrder(table.order());
    setStages(columnStages(table.stages()));
    setVersion((count) => count + 1);
  };

  const append = (items: readonly ItemView[]): Touched => {
    const end = table.order().length;
    return table.apply(
      items.map((item, index) => ({ type: 'insert', index: end + index, item }) as const),
    );
  };

  const receiveSnapshot = ({ items, from = 0, left = 0 }: SnapshotMessage): void => {
    if (from === 0) {
      parts = [];
      isGrowing = phase() === 'loading' && left > 0;
    }
    if (isGrowing) {
      announce(from === 0 ? table.replace(items) : append(items));
    } else {
      parts.push(...items);
      if (left > 0) return;
      announce(table.replace(parts));
      parts = [];
    }
    setPhase('ready');
  };

  const receive = (message: StreamMessage): void => {
    if (message.type === 'status') setStatus(message.status);
    else if (message.type === 'unacknowledged') unacknowledged.receive(message);
    else if (message.type === 'snapshot') receiveSnapshot(message);
    else announce(table.apply(message.changes));
  };

  return {
    phase,
    fieldsOf: (id) => track(fieldSignals, id, table.fieldsOf, sameFields),
    order,
    stages,
    idsIn: (stage) => track(stageSignals, stage, table.idsIn, sameList),
    placeInStage: table.placeInStage,
    rankOf: table.rankOf,
    onTouched: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    isUnacknowledged: unacknowledged.has,
    status,
    version,
    receive: (message) => batch(() => receive(message)),
    receiveAll: (messages) =>
      batch(() => {
        for (const message of messages) receive(message);
      }),
  };
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return (
    left === right ||
    (left.length === right.length && left.every((id, index) => id === right[index]))
  );
}

function sameFields(left: ItemFields | undefined, right: ItemFields | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return (Object.keys(right) as (keyof ItemFields)[]).every((name) => left[name] === right[name]);
}
