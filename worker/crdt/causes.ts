/**
 * What has been applied, as far as it matters to what may come next: seen-keys, items, signatures.
 * A relay holds nothing else of its pipeline in memory.
 *
 * A layer on top of another index collects ops that are decided but not yet durable; it is committed
 * when they are, or dropped when the store failed, and then nothing was ever seen.
 */

import type { OpId, SeenKey, Signature } from './bytes.ts';
import { ROOT } from './bytes.ts';
import type { Op } from './op.ts';

/** What an op waits for: an item's id or a dependency's signature. */
export type Cause = OpId | Signature;

export interface Causes {
  hasSeen(key: SeenKey): boolean;
  hasSignature(signature: Signature): boolean;
  hasItem(id: OpId): boolean;
  /** The first thing that `op` needs and that is not here; undefined if it can be applied. */
  missing(op: Op): Cause | undefined;
  /** Marks `op` as applied. Returns the causes that it brings. */
  record(op: Op): readonly Cause[];
  /** Ops recorded here. */
  size(): number;
}

export interface CausesLayer extends Causes {
  /** Moves everything recorded here into the index below. */
  commit(): void;
}

export function createCauses(): Causes {
  return createIndex();
}

/** A layer on `below`, which must not change until the layer is committed or dropped. */
export function createCausesLayer(below: Causes): CausesLayer {
  const recorded: Op[] = [];
  const layer = createIndex(below);
  return {
    ...layer,
    record(op) {
      recorded.push(op);
      return layer.record(op);
    },
    commit() {
      for (const op of recorded) below.record(op);
    },
  };
}

function createIndex(below?: Causes): Causes {
  const seen = new Set<SeenKey>();
  const items = new Set<OpId>();
  const signatures = new Set<Signature>();

  const hasItem = (id: OpId): boolean =>
    id === ROOT || items.has(id) || (below?.hasItem(id) ?? false);
  const hasSignature = (signature: Signature): boolean =>
    signatures.has(signature) || (below?.hasSignature(signature) ?? false);

  return {
    hasSeen: (key) => seen.has(key) || (below?.hasSeen(key) ?? false),
    hasSignature,
    hasItem,
    missing(op) {
      const item = op.type === 'insert' ? op.origin : op.target;
      return hasItem(item) ? op.dependsOn.find((signature) => !hasSignature(signature)) : item;
    },
    record(op) {
      seen.add(op.key);
      signatures.add(op.signature);
      if (op.type !== 'insert') return [op.signature];
      items.add(op.id);
      return [op.id, op.signature];
    },
    size: () => seen.size,
  };
}
