import type { Clock } from '../ports.ts';

/**
 * When what was written to sockets goes to the system: all together at the end of a turn, and after
 * that not for twice as long as it took. So when many peers get many ops, a third of the time at most
 * is spent on sending, and each peer gets several ops by one call instead of none in time.
 */

/** What Node's streams have: what is written while a stream is corked waits in memory. */
export interface CorkedStream {
  cork(): void;
  uncork(): void;
}

export interface WriteTurns {
  /** To be called before something is written to `stream`. */
  note(stream: CorkedStream): void;
}

/** For each ms that sending took; with 3 the wait costs more than it saves (`npm run load`). */
const REST_FACTOR = 2;
/** However long the last time took, or the clock says so. */
const REST_MAX_MS = 100;

export function createWriteTurns(clock: Clock): WriteTurns {
  const waiting = new Set<CorkedStream>();
  let endMs = Number.NEGATIVE_INFINITY;
  let tookMs = 0;

  function flush(): void {
    const startMs = clock.nowMs();
    for (const stream of waiting) stream.uncork();
    waiting.clear();
    endMs = clock.nowMs();
    tookMs = endMs - startMs;
  }

  return {
    note(stream) {
      if (waiting.has(stream)) return;
      stream.cork();
      waiting.add(stream);
      if (waiting.size > 1) return;
      const restMs = endMs + REST_FACTOR * tookMs - clock.nowMs();
      if (restMs > 0) clock.startTimer(Math.min(restMs, REST_MAX_MS), flush);
      else void clock.yieldTurn().then(flush);
    },
  };
}
