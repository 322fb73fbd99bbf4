import type { Clock, Logger, Timer } from '../ports.ts';
import type { PipelineLog, StoreFailure } from './opLog.ts';

/**
 * What follows when the log cannot be written: it is said once, tried again by and by, and when it
 * works, those whose ops were lost are asked to come again with all they hold. Closing their
 * connections at once was rejected: they would come back every second, for nothing.
 */

export interface StoreWatch {
  /** `peer`: whose ops were lost. */
  noteFailure(failure: StoreFailure, peer: string): void;
  noteSuccess(): void;
  close(): void;
}

export interface StoreWatchOptions {
  readonly pipeline: string;
  readonly log: PipelineLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `peers`: those whose ops were lost. */
  onRecovered(peers: readonly string[]): void;
}

export const STORE_RETRY_MS = 10_000;

export function createStoreWatch(options: StoreWatchOptions): StoreWatch {
  const { pipeline, log, clock, logger } = options;
  /** Peers whose ops were lost; null: the store works. */
  let lostOf: Set<string> | null = null;
  let timer: Timer | null = null;

  function tell({ reason, detail }: StoreFailure): void {
    const fields = { pipeline, reason, detail };
    logger.error('cannot store ops: they are not kept, acknowledged or passed on', fields);
  }

  function retryLater(): void {
    timer = clock.startTimer(STORE_RETRY_MS, retry);
  }

  async function retry(): Promise<void> {
    const outcome = await log.append([]);
    if (lostOf === null) return;
    if (outcome.type === 'stored') recover(lostOf);
    else {
      tell(outcome);
      retryLater();
    }
  }

  function recover(peers: ReadonlySet<string>): void {
    timer?.cancel();
    lostOf = null;
    logger.info('the store works again', { pipeline });
    options.onRecovered([...peers]);
  }

  return {
    noteFailure(failure, peer) {
      if (lostOf === null) {
        lostOf = new Set();
        tell(failure);
        retryLater();
      }
      lostOf.add(peer);
    },
    noteSuccess() {
      if (lostOf !== null) recover(lostOf);
    },
    close() {
      timer?.cancel();
      lostOf = null;
    },
  };
}
