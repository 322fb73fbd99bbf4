import type { Clock, Logger, Socket, SocketHandlers, Valve } from '../ports.ts';
import type { OpExchange } from '../sync/exchange.ts';
import { withRetryHint } from '../sync/retryHint.ts';
import { type BulkPlaces, createBulkPlaces } from './bulkPlaces.ts';
import { type Metrics, NO_METRICS } from './metrics.ts';
import {
  createPacer,
  type PaceLimits,
  type Pacer,
  type PacerOptions,
  type Rates,
  ratesOf,
} from './pacer.ts';

/** Puts a pacer between a peer and the relay. */

export interface Pace {
  readonly valve: Valve;
  readonly rates: Rates;
  /** Of those who bring bulks, and of those who get them. */
  readonly bulksIn: BulkPlaces;
  readonly bulksOut: BulkPlaces;
}

export interface PaceSettings extends PaceLimits {
  readonly maxBulks: number;
}

/** What all peers share. */
export function createPace(
  limits: PaceSettings,
  clock: Clock,
  metrics: Metrics,
): Omit<Pace, 'valve'> {
  const createPlaces = (limit: 'bulks-in' | 'bulks-out'): BulkPlaces =>
    createBulkPlaces({
      most: limits.maxBulks,
      clock,
      onWait: () => metrics.count('limit_hits', limit),
    });
  return {
    rates: ratesOf(limits),
    bulksIn: createPlaces('bulks-in'),
    bulksOut: createPlaces('bulks-out'),
  };
}

/** Policy Violation, for a while. */
const TOO_FAST_CODE = 1008;
const TOO_FAST_RETRY_SECONDS = 60;

interface PacedPeer {
  readonly peer: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export function startPacer(
  { valve, rates }: Pick<PacerOptions, 'valve' | 'rates'>,
  { peer, clock, logger, metrics = NO_METRICS }: PacedPeer,
  close: (code: number, reason: string) => void,
): Pacer {
  return createPacer({
    valve,
    rates,
    clock,
    onSlowed(what) {
      metrics.count('limit_hits', `${what}-rate`);
      logger.warn('a peer sends too fast: it is slowed', { peer, what });
    },
    onTooFast() {
      metrics.count('limit_hits', 'too-fast-too-long');
      const reason = withRetryHint('you send too fast for too long', TOO_FAST_RETRY_SECONDS);
      close(TOO_FAST_CODE, reason);
    },
  });
}

interface Ends {
  readonly connect: (handlers: SocketHandlers) => Socket;
  readonly exchange: OpExchange;
}

/** The same, with frames and ops noted. */
export function paced({ connect, exchange }: Ends, pacer: Pacer): Ends {
  return {
    connect: (handlers) =>
      connect({
        ...handlers,
        onText(text) {
          pacer.note('frames', 1);
          handlers.onText(text);
        },
        onBinary(bytes) {
          pacer.note('frames', 1);
          handlers.onBinary(bytes);
        },
      }),
    exchange: {
      ...exchange,
      receive(ops, source) {
        pacer.note('ops', ops.length);
        return exchange.receive(ops, source);
      },
    },
  };
}
