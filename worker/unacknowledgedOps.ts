/**
 * Own ops that no peer has said it stored, and the items that they are about: what is on this device
 * only, as far as anybody knows.
 *
 * Invariant: an item is told as added when its first op joins, and as removed when its last one leaves.
 */

import type { ItemId } from './api.ts';
import type { SeenKey } from './crdt/bytes.ts';
import { type Op, readOp } from './crdt/op.ts';
import type { PackedOp } from './crdt/packedOp.ts';
import type { OpRecord } from './ports.ts';

export interface UnacknowledgedOps {
  size(): number;
  /** In the order of their making. */
  records(): readonly OpRecord[];
  items(): readonly ItemId[];
  add(ops: readonly Op[]): void;
  /** The keys that were here. */
  remove(keys: readonly string[]): readonly string[];
}

/** Items that have own ops like that now and had none before, or the other way round. */
export type UnacknowledgedChange = {
  readonly change: 'added' | 'removed';
  readonly items: readonly ItemId[];
};

interface Entry {
  readonly bytes: PackedOp;
  readonly item: ItemId;
}

export function createUnacknowledgedOps(
  loaded: ReadonlyMap<SeenKey, PackedOp>,
  onChange: (change: UnacknowledgedChange) => void,
): UnacknowledgedOps {
  const entries = new Map<string, Entry>();
  const opsOfItem = new Map<ItemId, number>();

  /** Whether the item had none before. */
  function enter(key: string, entry: Entry): boolean {
    if (entries.has(key)) return false;
    entries.set(key, entry);
    const ops = opsOfItem.get(entry.item) ?? 0;
    opsOfItem.set(entry.item, ops + 1);
    return ops === 0;
  }

  /** Whether the item has none left. */
  function leave(key: string, { item }: Entry): boolean {
    entries.delete(key);
    const ops = (opsOfItem.get(item) ?? 1) - 1;
    if (ops > 0) opsOfItem.set(item, ops);
    else opsOfItem.delete(item);
    return ops === 0;
  }

  function tell(change: UnacknowledgedChange['change'], items: readonly ItemId[]): void {
    if (items.length > 0) onChange({ change, items });
  }

  for (const [key, bytes] of loaded) {
    const op = readOp(bytes, key);
    enter(key, { bytes, item: op.type === 'rejected' ? '' : itemOf(op) });
  }

  return {
    size: () => entries.size,
    records: () => Array.from(entries, ([key, { bytes }]) => ({ key, bytes })),
    items: () => [...opsOfItem.keys()],
    add(ops) {
      const news = ops.filter((op) => enter(op.key, { bytes: op.bytes, item: itemOf(op) }));
      tell('added', news.map(itemOf));
    },
    remove(keys) {
      const gone: string[] = [];
      const removed: ItemId[] = [];
      for (const key of keys) {
        const entry = entries.get(key);
        if (entry === undefined) continue;
        gone.push(key);
        if (leave(key, entry)) removed.push(entry.item);
      }
      tell('removed', removed);
      return gone;
    },
  };
}

/** The item that an op makes, deletes or changes. */
export function itemOf(op: Op): ItemId {
  return op.type === 'insert' ? op.id : op.target;
}
