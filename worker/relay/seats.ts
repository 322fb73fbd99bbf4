import { plainAddress } from './access/accessList.ts';
import { isLoopback } from './access/listeningRule.ts';
import type { Metrics } from './metrics.ts';

/**
 * How many connections there may be, in all, from one address, and with one key. Loopback addresses are
 * bound by the first alone: behind a proxy on this machine everybody has one.
 */

export interface Seats {
  /** `address`: IP address of the other end. */
  take(address: string): Seat;
}

export type Seat =
  /** `free`: once, when the connection is gone. */
  { readonly type: 'taken'; free(): void } | { readonly type: 'full' };

export interface SeatLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

export interface KeySeatLimits {
  readonly maxConnectionsPerKey: number;
}

export interface KeySeats {
  /** `key`: 64 hex digits, whose owner has proven to be there. */
  take(key: string): Seat;
}

export function createSeats(limits: SeatLimits, metrics: Metrics): Seats {
  const taken = createTally();
  return {
    take(address) {
      const name = plainAddress(address);
      if (taken.all() >= limits.maxConnections) {
        metrics.count('limit_hits', 'connections');
        return { type: 'full' };
      }
      if (taken.of(name) >= limits.maxConnectionsPerAddress && !isLoopback(name)) {
        metrics.count('limit_hits', 'connections-per-address');
        return { type: 'full' };
      }
      return { type: 'taken', free: taken.add(name) };
    },
  };
}

export function createKeySeats(
  { maxConnectionsPerKey }: KeySeatLimits,
  metrics: Metrics,
): KeySeats {
  const taken = createTally();
  return {
    take(key) {
      if (taken.of(key) < maxConnectionsPerKey) return { type: 'taken', free: taken.add(key) };
      metrics.count('limit_hits', 'connections-per-key');
      return { type: 'full' };
    },
  };
}

function createTally() {
  const counts = new Map<string, number>();
  let all = 0;
  const of = (name: string): number => counts.get(name) ?? 0;
  return {
    all: () => all,
    of,
    /** The answer takes it back. */
    add(name: string): () => void {
      all += 1;
      counts.set(name, of(name) + 1);
      return () => {
        all -= 1;
        if (of(name) > 1) counts.set(name, of(name) - 1);
        else counts.delete(name);
      };
    },
  };
}
