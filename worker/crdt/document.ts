/**
 * The document: items, what has been applied, and what waits. Takes ops that were examined and
 * whose signature holds, in any order, any number of times.
 *
 * Invariant 1: the state depends on the set of applied ops alone.
 * Invariant 2: an op is marked seen when it is applied, not before.
 * Invariant 3: releasing is a loop over a queue; nothing recurses.
 */

import { createCauses, type KnownCauses } from './causes.ts';
import { CAUSAL_QUEUE_MAX, createHeldOps, type HeldLimits, type HeldOps } from './held.ts';
import { createItems, type Items } from './items.ts';
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
  readonly held: Pick<HeldOps, 'has' | 'waitingFor' | 'ops' | 'bytes'>;
}

export function createDocument(limits: HeldLimits = CAUSAL_QUEUE_MAX): Document {
  const items = createItems();
  const causes = createCauses();
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

  return { apply, items, causes, held };
}

function nothing(outcome: 'duplicate' | 'held'): Application {
  return { outcome, applied: [], changes: [], evicted: [] };
}
