/**
 * Ops that wait for another op. Each waits for one cause at a time, so that ten thousand ops that
 * wait for one item cost no more than ten thousand that do not.
 *
 * Invariant 1: an op is held once, whatever number of times it comes.
 * Invariant 2: number and bytes stay within the bounds: over them, the oldest op of the signer that
 * holds most bytes is evicted, so that a flood evicts itself. An evicted op is forgotten and can
 * come again.
 */

import type { PublicKey, SeenKey } from './bytes.ts';
import type { Cause } from './causes.ts';
import type { Op } from './op.ts';

/** DESIGN calls this CAUSAL_QUEUE_MAX. */
export interface HeldLimits {
  readonly ops: number;
  readonly bytes: number;
}

export const CAUSAL_QUEUE_MAX: HeldLimits = { ops: 16_384, bytes: 32 * 1024 * 1024 };

export interface HeldOp {
  readonly op: Op;
  readonly cause: Cause;
}

export interface HeldOps {
  has(key: SeenKey): boolean;
  /** Holds `op` until `cause` comes. Returns what had to be evicted, `op` itself at worst. */
  hold(op: Op, cause: Cause): readonly Op[];
  /** The ops that wait for `cause`, oldest first. */
  waitingFor(cause: Cause): readonly Op[];
  /** Takes out the ops that wait for `cause`, oldest first. */
  release(cause: Cause): readonly Op[];
  /** Takes out those that are not to wait any more. */
  drop(isUnwanted: (op: Op) => boolean): readonly Op[];
  /** In order of arrival. */
  entries(): Iterable<HeldOp>;
  ops(): number;
  /** Of the held ops, packed. */
  bytes(): number;
}

type Entry = HeldOp;

interface Share {
  /** In order of arrival. */
  readonly entries: Map<SeenKey, Entry>;
  bytes: number;
}

export function createHeldOps(limits: HeldLimits = CAUSAL_QUEUE_MAX): HeldOps {
  const entries = new Map<SeenKey, Entry>();
  const waiting = new Map<Cause, Map<SeenKey, Op>>();
  const shares = new Map<PublicKey, Share>();
  let bytes = 0;

  function remove({ op, cause }: Entry): void {
    entries.delete(op.key);
    bytes -= op.bytes.length;
    const share = shares.get(op.signer);
    if (share !== undefined) {
      share.entries.delete(op.key);
      share.bytes -= op.bytes.length;
      if (share.entries.size === 0) shares.delete(op.signer);
    }
    const others = waiting.get(cause);
    others?.delete(op.key);
    if (others?.size === 0) waiting.delete(cause);
  }

  /** A scan over the signers; their number is bounded by `limits.ops`. */
  function oldestOfHeaviest(): Entry | undefined {
    let heaviest: Share | undefined;
    for (const share of shares.values()) {
      if (heaviest === undefined || share.bytes > heaviest.bytes) heaviest = share;
    }
    return heaviest?.entries.values().next().value;
  }

  function evict(): readonly Op[] {
    const evicted: Op[] = [];
    while (entries.size > limits.ops || bytes > limits.bytes) {
      const entry = oldestOfHeaviest();
      if (entry === undefined) break;
      remove(entry);
      evicted.push(entry.op);
    }
    return evicted;
  }

  const waitingFor = (cause: Cause): readonly Op[] => [...(waiting.get(cause)?.values() ?? [])];

  return {
    has: (key) => entries.has(key),
    waitingFor,
    hold(op, cause) {
      if (entries.has(op.key)) return [];
      const entry: Entry = { op, cause };
      entries.set(op.key, entry);
      getOrAdd(waiting, cause, () => new Map()).set(op.key, op);
      const share = getOrAdd(shares, op.signer, (): Share => ({ entries: new Map(), bytes: 0 }));
      share.entries.set(op.key, entry);
      share.bytes += op.bytes.length;
      bytes += op.bytes.length;
      return evict();
    },
    release(cause) {
      const released = waitingFor(cause);
      for (const op of released) remove({ op, cause });
      return released;
    },
    drop(isUnwanted) {
      const dropped = [...entries.values()].filter(({ op }) => isUnwanted(op));
      for (const entry of dropped) remove(entry);
      return dropped.map(({ op }) => op);
    },
    entries: () => entries.values(),
    ops: () => entries.size,
    bytes: () => bytes,
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
