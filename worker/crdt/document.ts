/**
 * The document: items, what has been applied, and what waits. Takes ops that were examined and
 * whose signature holds, in any order, any number of times.
 *
 * Invariant 1: the state depends on the set of applied ops alone.
 * Invariant 2: an op is marked seen when it is applied, not before.
 * Invariant 3: releasing is a loop over a queue; nothing recurses.
 */

import { copyHex } from './bytes.ts';
import { type Causes, createCauses, type KnownCauses } from './causes.ts';
import { CAUSAL_QUEUE_MAX, createHeldOps, type HeldLimits, type HeldOps } from './held.ts';
import { createItems, type Items, type ItemsContents, restoreItems } from './items.ts';
import type { Op } from './op.ts';
import type { Change } from './view.ts';

export interface Application {
  /** What became of the op itself. */
  readonly outcome: 'applied' | 'duplicate' | 'held';
  /** Ops that were applied: the op itself first, then those it released. */
  readonly applied: readonly Op[];
  /** What changed in view, in order. */
  readonly changes: readonly Change[];
  /** Held ops that had to go to keep the bounds. */
  readonly evicted: readonly Op[];
}

export interface Document {
  apply(op: Op): Application;
  readonly items: Omit<Items, 'apply'>;
  readonly causes: KnownCauses;
  readonly held: Pick<HeldOps, 'has' | 'waitingFor' | 'entries' | 'ops' | 'bytes'>;
  /** What was applied, at this moment. What waits is not in it. */
  contents(): DocumentContents;
}

/** What a document is made of again, but for the ops that wait. Later ops change nothing in it. */
export interface DocumentContents {
  readonly items: ItemsContents;
  /** 32 bytes each, in the order in which the ops were applied. */
  readonly seenKeys: Uint8Array;
  /** 64 bytes each. */
  readonly signatures: Uint8Array;
}

export function createDocument(limits: HeldLimits = CAUSAL_QUEUE_MAX, seed?: number): Document {
  return createFrom(createItems(), createCauses(seed), limits);
}

/** `contents`: as that of another document. Undefined: no document has such contents. */
export function restoreDocument(
  contents: DocumentContents,
  limits: HeldLimits = CAUSAL_QUEUE_MAX,
  seed?: number,
): Document | undefined {
  const { elements } = contents.items;
  const items = restoreItems(contents.items);
  if (items === undefined) return undefined;
  const ids = new Uint8Array(elements.length * 32);
  for (const [index, { id }] of elements.entries()) copyHex(id, ids, index * 32);
  const { seenKeys, signatures } = contents;
  const causes = createCauses(seed, { seenKeys, signatures, items: ids });
  return createFrom(items, causes, limits);
}

function createFrom(items: Items, causes: Causes, limits: HeldLimits): Document {
  const held = createHeldOps(limits);

  function apply(op: Op): Application {
    if (causes.hasSeen(op.key)) return nothing('duplicate');
    const missing = causes.missing(op);
    if (missing !== undefined) return { ...nothing('held'), evicted: held.hold(op, missing) };
    const applied: Op[] = [];
    const changes: Change[] = [];
    const evicted: Op[] = [];
    const ready: Op[] = [op];
    for (let next = ready[0]; next !== undefined; next = ready[applied.length]) {
      applied.push(next);
      const change = items.apply(next);
      if (change !== undefined) changes.push(change);
      for (const cause of causes.record(next)) {
        for (const released of held.release(cause)) {
          const further = causes.missing(released, cause);
          if (further === undefined) ready.push(released);
          else evicted.push(...held.hold(released, further));
        }
      }
    }
    return { outcome: 'applied', applied, changes, evicted };
  }

  return {
    apply,
    items,
    causes,
    held,
    contents() {
      const { seenKeys, signatures } = causes.contents();
      const copies = { seenKeys: seenKeys.slice(), signatures: signatures.slice() };
      return { items: items.contents(), ...copies };
    },
  };
}

function nothing(outcome: 'duplicate' | 'held'): Application {
  return { outcome, applied: [], changes: [], evicted: [] };
}
