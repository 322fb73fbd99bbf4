/**
 * How many wrong signatures one connection may cost. A yes is quick where the platform verifies; a
 * no is asked again of the slow ZIP215 verifier. Who sends valid ops spends nothing, also where they
 * are valid by ZIP215 alone, so a peer that checks what it passes on never runs out.
 */

import type { Clock, RefusalBudget } from '../ports.ts';
import { REFUSAL_REFILL_MS, REFUSALS_MAX } from '../wire/limits.ts';

/** A token bucket: full at first, and filled again by one each `REFUSAL_REFILL_MS`. */
export function createRefusalBudget(clock: Clock): RefusalBudget {
  let left = REFUSALS_MAX;
  let knownMs = clock.nowMs();

  function refill(): void {
    const tokens = Math.floor((clock.nowMs() - knownMs) / REFUSAL_REFILL_MS);
    // A clock that was set back gives nothing, and takes nothing.
    left = Math.min(REFUSALS_MAX, left + Math.max(0, tokens));
    knownMs += tokens * REFUSAL_REFILL_MS;
  }

  return {
    isSpent() {
      refill();
      return left <= 0;
    },
    spend() {
      refill();
      left -= 1;
    },
  };
}
