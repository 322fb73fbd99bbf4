import type { Clock, Logger, Random } from '../ports.ts';
import { withRetryHint } from '../sync/retryHint.ts';
import type { Readiness } from './statusPages.ts';

/** The end of a relay: not ready from the first moment, peers sent off, and over in bounded time. */

export interface Drain {
  readiness(): Readiness;
  /** Reason for one of so many peers; each is asked to come again at another time. */
  farewell(peers: number): string;
  /** Does `work`, which closes everything. Resolves when it is done, or after `DRAIN_MAX_MS`. */
  run(work: () => Promise<void>): Promise<void>;
  /** Resolves when what is in hand is stored and sent, or after `FLUSH_MAX_MS`. */
  waitFor(flushed: Promise<void>): Promise<void>;
}

/** With what the process needs beside it, less than the 10 s after which supervisors kill. */
export const DRAIN_MAX_MS = 8000;

/** How long ops in hand may hold up the farewell: a disk or a peer may be stuck. */
export const FLUSH_MAX_MS = 3000;

/** A desk comes back after one second; a crowd so many a second, over at most half a minute. */
export const RETURNS_PER_S = 50;
export const RETURN_SPREAD_MAX_S = 30;

export function createDrain(deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): Drain {
  const { clock, random, logger } = deps;
  let isDraining = false;
  return {
    readiness: () => (isDraining ? { type: 'not-ready', reason: 'draining' } : { type: 'ready' }),
    farewell(peers) {
      const spreadS = Math.min(Math.ceil(peers / RETURNS_PER_S), RETURN_SPREAD_MAX_S);
      return withRetryHint('the relay stops', 1 + Math.floor(random.fraction() * spreadS));
    },
    run(work) {
      isDraining = true;
      return new Promise((done, fail) => {
        const timer = clock.startTimer(DRAIN_MAX_MS, () => {
          logger.error('could not end in time: what is not stored was not acknowledged');
          done();
        });
        work()
          .finally(() => timer.cancel())
          .then(done, fail);
      });
    },
    waitFor(flushed) {
      return new Promise((done, fail) => {
        const timer = clock.startTimer(FLUSH_MAX_MS, done);
        flushed.finally(() => timer.cancel()).then(done, fail);
      });
    },
  };
}
