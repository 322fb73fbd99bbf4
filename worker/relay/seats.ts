import { plainAddress } from './access/accessList.ts';
import { isLoopback } from './access/listeningRule.ts';
import type { Metrics } from './metrics.ts';

/**
 * How many connections there may be, in all and from one address. Loopback addresses are bound by the
 * first alone: behind a proxy on this machine everybody has one.
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

export function createSeats(limits: SeatLimits, metrics: Metrics): Seats {
  const taken = new Map<string, number>();
  let all = 0;

  function refuse(limit: 'connections' | 'connections-per-address'): Seat {
    metrics.count('limit_hits', limit);
    return { type: 'full' };
  }

  return {
    take(address) {
      const name = plainAddress(address);
      const own = taken.get(name) ?? 0;
      if (all >= limits.maxConnections) return refuse('connections');
      if (own >= limits.maxConnectionsPerAddress && !isLoopback(name)) {
        return refuse('connections-per-address');
      }
      all += 1;
      taken.set(name, own + 1);
      return {
        type: 'taken',
        free() {
          all -= 1;
          const left = (taken.get(name) ?? 1) - 1;
          if (left > 0) taken.set(name, left);
          else taken.delete(name);
        },
      };
    },
  };
}
