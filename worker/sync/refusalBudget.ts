/**
 * How many wrong signatures one connection may cost. A yes is quick where the platform verifies; a
 * no is asked again of the slow ZIP215 verifier. Who sends valid ops spends nothing, also where they
 * are valid by ZIP215 alone, so a peer that checks what it passes on never runs out.
 */

import type { Clock, RefusalBudget } from '../ports.ts';
import { REFUSAL_REFILL_MS, REFUSALS_MAX } from '../wire/limits.ts';
import { createBucket, overdrawnMs, type Rate, takeTokens } from './tokenBucket.ts';

const REFUSALS: Rate = { burst: REFUSALS_MAX, intervalMs: REFUSAL_REFILL_MS };

/** Full at first. */
export function createRefusalBudget(clock: Clock, rate = REFUSALS): RefusalBudget {
  let bucket = createBucket(clock.nowMs());
  const after = (spent: number) => takeTokens(bucket, rate, spent, clock.nowMs());
  return {
    isSpent: () => overdrawnMs(after(1), rate) > 0,
    spend() {
      bucket = after(1);
    },
  };
}
