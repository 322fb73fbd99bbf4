import { isIPv6 } from 'node:net';
import type { Clock, RefusalBudget } from '../../ports.ts';
import { plainAddress } from './accessList.ts';

/**
 * How often somebody may fail to show who they are. A token or key cannot be guessed; this keeps those
 * who try from taking the time that checking costs, and from filling the log.
 */

/** Failures of one address at once, and how long until it may fail once more. */
export const ATTEMPTS_MAX = 10;
export const ATTEMPT_REFILL_MS = 6000;

/** Addresses that are remembered; the one that has been longest is forgotten first. */
const ADDRESSES_MAX = 4096;

export interface Attempts {
  of(address: string): RefusalBudget;
}

interface Failures {
  count: number;
  sinceMs: number;
}

export function createAttempts(clock: Clock): Attempts {
  const failures = new Map<string, Failures>();

  /** Failures that are not made good by time. */
  function current(name: string): number {
    const known = failures.get(name);
    if (known === undefined) return 0;
    const passedMs = Math.max(0, clock.nowMs() - known.sinceMs);
    const left = known.count - Math.floor(passedMs / ATTEMPT_REFILL_MS);
    if (left <= 0) failures.delete(name);
    return Math.max(0, left);
  }

  return {
    of(address) {
      const name = networkOf(address);
      return {
        isSpent: () => current(name) >= ATTEMPTS_MAX,
        spend() {
          const before = current(name);
          const known = failures.get(name);
          if (known === undefined) {
            failures.set(name, { count: 1, sinceMs: clock.nowMs() });
            const [oldest] = failures.keys();
            if (failures.size > ADDRESSES_MAX && oldest !== undefined) failures.delete(oldest);
          } else if (before < ATTEMPTS_MAX) {
            known.count += 1;
          }
        },
      };
    },
  };
}

/** One who has an IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  const plain = plainAddress(address);
  return isIPv6(plain) ? expand(plain).slice(0, 4).join(':') : plain;
}

function expand(address: string): readonly string[] {
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter((group) => group !== '');
  if (tail === undefined) return before;
  const after = tail.split(':').filter((group) => group !== '');
  const zeros = Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
}
