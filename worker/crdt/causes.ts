/**
 * What has been applied, as far as it matters to what may come next: seen-keys, items, signatures.
 * A relay holds nothing else of its pipeline in memory.
 *
 * A layer on top of another index says what would be if some ops were applied; it is dropped after
 * use, so an op whose storing failed was never seen.
 */

import type { OpId, SeenKey, Signature } from './bytes.ts';
import { ROOT } from './bytes.ts';
import type { Op } from './op.ts';

/** What an op waits for: an item's id or a dependency's signature. */
export type Cause = OpId | Signature;

/** The index as a reader sees it. */
export interface KnownCauses {
  hasSeen(key: SeenKey): boolean;
  hasSignature(signature: Signature): boolean;
  hasItem(id: OpId): boolean;
  /** The first thing that `op` needs and that is not here; undefined if it can be applied. */
  missing(op: Op): Cause | undefined;
  /** Ops recorded here. */
  size(): number;
}

export interface Causes extends KnownCauses {
  /**
   * Marks `op` as applied. Returns the causes that it brings first; another op may have brought the
   * same item or signature before, and then nothing waits for it any more.
   */
  record(op: Op): readonly Cause[];
}

export function createCauses(): Causes {
  return createIndex();
}

/** A layer on `below`, which must not change while the layer is in use. */
export function createCausesLayer(below: KnownCauses): Causes {
  return createIndex(below);
}

function createIndex(below?: KnownCauses): Causes {
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
      const brought: Cause[] = [];
      if (op.type === 'insert' && !hasItem(op.id)) brought.push(op.id);
      if (!hasSignature(op.signature)) brought.push(op.signature);
      seen.add(op.key);
      signatures.add(op.signature);
      if (op.type === 'insert') items.add(op.id);
      return brought;
    },
    size: () => seen.size,
  };
}
