/**
 * What a batch of new ops would do, found out without doing it: a log is written in causal order
 * and before anything is applied, so the order must be known first.
 */

import { type Cause, createCausesLayer, type KnownCauses } from './causes.ts';
import type { HeldOps } from './held.ts';
import type { Op } from './op.ts';

export interface BatchPlan {
  /** Ops of the batch and held ops that can be applied now, each after what it needs. */
  readonly ready: readonly Op[];
  /** Ops of the batch that must wait, and what for. */
  readonly waiting: readonly { readonly op: Op; readonly cause: Cause }[];
}

/** `ops`: examined, verified, distinct, neither seen nor held. */
export function planBatch(
  causes: KnownCauses,
  held: Pick<HeldOps, 'waitingFor'>,
  ops: readonly Op[],
): BatchPlan {
  const layer = createCausesLayer(causes);
  const parked = new Map<Cause, Op[]>();
  const ready: Op[] = [];

  function place(op: Op, last?: Cause): void {
    const missing = layer.missing(op, last);
    if (missing === undefined) {
      ready.push(op);
      return;
    }
    const others = parked.get(missing);
    if (others === undefined) parked.set(missing, [op]);
    else others.push(op);
  }

  let recorded = 0;
  for (const op of ops) {
    place(op);
    for (let next = ready[recorded]; next !== undefined; next = ready[recorded]) {
      recorded += 1;
      for (const cause of layer.record(next)) {
        const released = [...held.waitingFor(cause), ...(parked.get(cause) ?? [])];
        parked.delete(cause);
        for (const waited of released) place(waited, cause);
      }
    }
  }
  const waiting = ops.flatMap((op) => {
    const cause = layer.missing(op);
    return cause === undefined ? [] : [{ op, cause }];
  });
  return { ready, waiting };
}
