/**
 * The ops of one item, found in the log. The log has no index by item: it is read through, and an op
 * of another item is passed over by a few of its bytes. What was found stays for the items that were
 * asked for last, so that the next look reads only what the log has grown by.
 */

import type { ItemId } from './api.ts';
import { isSameBytes, parseOpId, toBytes } from './crdt/bytes.ts';
import type { Items } from './crdt/items.ts';
import { type Op, readOp } from './crdt/op.ts';
import { type PackedOp, readSubject } from './crdt/packedOp.ts';
import { type Pass, passLog } from './logPass.ts';
import type { OpRecord } from './ports.ts';
import type { ReplicaStore } from './replicaStore.ts';

export interface ItemOpsDeps {
  readonly items: Pick<Items, 'placement'>;
  readonly store: Pick<ReplicaStore, 'read' | 'logEnd' | 'durability'>;
  /** Applied ops that are not in the log. */
  readonly unstored: () => readonly OpRecord[];
  readonly yieldTurn: () => Promise<void>;
}

/** Applied ops of the item, each once, in the order in which this replica stored them. */
export type ReadItemOps = (id: ItemId) => Promise<readonly Op[]>;

const ITEMS_KEPT = 4;

interface Found {
  readonly ops: Map<string, Op>;
  /** The log behind this place has not been looked at. */
  readonly place: number;
  /** A disk that breaks is followed by memory, with places of its own. */
  readonly isOnDisk: boolean;
}

export function createItemOps(deps: ItemOpsDeps): ReadItemOps {
  const { items, store, unstored, yieldTurn } = deps;
  const found = new Map<ItemId, Found>();

  async function find(id: ItemId): Promise<Found> {
    const isOnDisk = store.durability() !== 'broken';
    const last = found.get(id);
    const known = last?.isOnDisk === isOnDisk ? last : { ops: new Map<string, Op>(), place: 0 };
    // What is stored while it is read may be read now and again: ops have keys.
    const place = store.logEnd();
    const isOfItem = matcher(id, items);
    if (isOfItem === null) return { ops: new Map(), place: 0, isOnDisk };
    const ops = new Map(known.ops);
    const take = (record: OpRecord): Pass => {
      const op = isOfItem(record);
      if (op !== undefined) ops.set(op.key, op);
      return op === undefined ? 'passed' : 'read';
    };
    await store.read((from) => passLog(from.readOps(known.place), take, yieldTurn));
    return { ops, place, isOnDisk };
  }

  return async (id) => {
    const news = await find(id);
    found.delete(id);
    found.set(id, news);
    for (const oldest of found.keys()) {
      if (found.size <= ITEMS_KEPT) break;
      found.delete(oldest);
    }
    const ops = new Map(news.ops);
    const isOfItem = matcher(id, items);
    for (const record of unstored()) {
      const op = isOfItem?.(record);
      if (op !== undefined) ops.set(op.key, op);
    }
    return [...ops.values()];
  };
}

type Match = (record: OpRecord) => Op | undefined;

/** Reads ops of the item out of records, and only those. null: there is no such item. */
function matcher(id: ItemId, items: ItemOpsDeps['items']): Match | null {
  const item = parseOpId(id);
  const placement = item && items.placement(item);
  if (item === undefined || placement === undefined) return null;
  const { seq } = placement;
  const [idBytes, innerAuthor] = [toBytes(item), toBytes(placement.innerAuthor)];
  const mayBe = (bytes: PackedOp): boolean => {
    const subject = readSubject(bytes);
    switch (subject?.type) {
      case undefined:
        return false;
      case 'text':
        return true;
      case 'change':
        return isSameBytes(subject.item, idBytes);
      case 'insert':
        return subject.seq === seq && isSameBytes(subject.innerAuthor, innerAuthor);
    }
  };
  return ({ key, bytes }) => {
    if (!mayBe(bytes)) return undefined;
    const op = readOp(bytes, key);
    if (op.type === 'rejected') return undefined;
    return (op.type === 'insert' ? op.id : op.target) === item ? op : undefined;
  };
}
