/**
 * What has been applied, as far as it matters to what may come next: seen-keys, items, signatures.
 * A relay holds nothing else of its pipeline in memory. Kept as bytes; texts are only asked with.
 *
 * A layer on top of another index says what would be if some ops were applied; it is dropped after
 * use, so an op whose storing failed was never seen.
 */

import { copyHex, type OpId, ROOT, type SeenKey, type Signature } from './bytes.ts';
import { createKeyTable, type KeyTable } from './keyTable.ts';
import type { Op } from './op.ts';

/** What an op waits for: an item's id or a dependency's signature. */
export type Cause = OpId | Signature;

/** The index as a reader sees it. */
export interface KnownCauses {
  hasSeen(key: SeenKey): boolean;
  hasSignature(signature: Signature): boolean;
  hasItem(id: OpId): boolean;
  /**
   * The first thing that `op` needs and that is not here; undefined if it can be applied. `last`: the
   * answer that was given for it before; what it needs before that is here.
   */
  missing(op: Op, last?: Cause): Cause | undefined;
  /** Ops recorded here. */
  size(): number;
  /** Seen-keys (32 bytes) of the ops recorded here, in the order of recording. */
  seenKeys(): Pick<KeyTable, 'size' | 'at' | 'indexOf' | 'bytes'>;
}

export interface Causes extends KnownCauses {
  /**
   * Marks `op` as applied. Returns the causes that it brings first; another op may have brought the
   * same item or signature before, and then nothing waits for it any more.
   */
  record(op: Op): readonly Cause[];
  /** Marks an op that a store gives back as applied, when nothing waits yet. */
  restore(op: IndexedOp): void;
  /** All of it; each part is a view that holds until the next op is recorded. */
  contents(): CausesContents;
}

/** What is kept of an op. */
export interface IndexedOp {
  /** 32 bytes. */
  readonly seenKey: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  /** 32 bytes: the item that it inserts; null: it inserts none. */
  readonly item: Uint8Array | null;
}

/** Distinct keys, one behind another in the order of recording. */
export interface CausesContents {
  /** 32 bytes each. */
  readonly seenKeys: Uint8Array;
  /** 64 bytes each. */
  readonly signatures: Uint8Array;
  /** 32 bytes each. */
  readonly items: Uint8Array;
}

const FIXED_SEED = 0x5eed;

/**
 * `seed`: 32 random bits, so that peers cannot choose keys that meet in one place. `contents`: what
 * is recorded from the start.
 */
export function createCauses(seed = FIXED_SEED, contents?: CausesContents): Causes {
  return createIndex({ seed, contents });
}

/** A layer on `below`, which must not change while the layer is in use. */
export function createCausesLayer(below: KnownCauses): Causes {
  return createIndex({ seed: FIXED_SEED, below });
}

interface IndexOptions {
  readonly seed: number;
  readonly contents?: CausesContents | undefined;
  readonly below?: KnownCauses;
}

function createIndex({ seed, contents, below }: IndexOptions): Causes {
  const seen = createKeyTable(32, seed, contents?.seenKeys);
  const signatures = createKeyTable(64, seed, contents?.signatures);
  const items = createKeyTable(32, seed, contents?.items);

  const hasItem = (id: OpId): boolean =>
    id === ROOT || items.indexOf(bytes32(id)) >= 0 || (below?.hasItem(id) ?? false);
  const hasSignature = (signature: Signature): boolean =>
    signatures.indexOf(bytes64(signature)) >= 0 || (below?.hasSignature(signature) ?? false);

  return {
    hasSeen: (key) => seen.indexOf(bytes32(key)) >= 0 || (below?.hasSeen(key) ?? false),
    hasSignature,
    hasItem,
    missing(op, last) {
      const item = op.type === 'insert' ? op.origin : op.target;
      const from = last === undefined ? -1 : op.dependsOn.indexOf(last as Signature);
      if (from < 0 && !hasItem(item)) return item;
      for (let at = Math.max(0, from); at < op.dependsOn.length; at += 1) {
        const signature = op.dependsOn[at];
        if (signature !== undefined && !hasSignature(signature)) return signature;
      }
      return undefined;
    },
    record(op) {
      const brought: Cause[] = [];
      if (op.type === 'insert' && !hasItem(op.id)) brought.push(op.id);
      if (!hasSignature(op.signature)) brought.push(op.signature);
      seen.add(bytes32(op.key));
      signatures.add(bytes64(op.signature));
      if (op.type === 'insert') items.add(bytes32(op.id));
      return brought;
    },
    restore({ seenKey, signature, item }) {
      seen.add(seenKey);
      signatures.add(signature);
      if (item !== null) items.add(item);
    },
    size: seen.size,
    seenKeys: () => seen,
    contents: () => ({
      seenKeys: seen.bytes(),
      signatures: signatures.bytes(),
      items: items.bytes(),
    }),
  };
}

const scratch32 = new Uint8Array(32);
const scratch64 = new Uint8Array(64);

/** Holds until the next call. */
function bytes32(hex: string): Uint8Array {
  copyHex(hex, scratch32);
  return scratch32;
}

/** Holds until the next call. */
function bytes64(hex: string): Uint8Array {
  copyHex(hex, scratch64);
  return scratch64;
}
