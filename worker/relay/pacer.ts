import type { Clock, Timer, Valve } from '../ports.ts';
import {
  type Bucket,
  createBucket,
  overdrawnMs,
  type Rate,
  takeTokens,
} from '../sync/tokenBucket.ts';
import { REFUSALS_MAX } from '../wire/limits.ts';

/**
 * How fast one peer may send. Nothing of what it sends is dropped: it is left unread until the rate
 * allows it, and the peer's network makes it wait. One that never stops is sent away for a while.
 */

export type Paced = 'frames' | 'ops';

export type Rates = { readonly [What in Paced | 'refusals']: Rate };

export interface PaceLimits {
  readonly maxFramesPerSecond: number;
  readonly maxFramesAtOnce: number;
  readonly maxOpsPerSecond: number;
  readonly maxOpsAtOnce: number;
  readonly maxWrongSignaturesPerMinute: number;
}

export function ratesOf(limits: PaceLimits): Rates {
  return {
    frames: { burst: limits.maxFramesAtOnce, intervalMs: 1000 / limits.maxFramesPerSecond },
    ops: { burst: limits.maxOpsAtOnce, intervalMs: 1000 / limits.maxOpsPerSecond },
    refusals: { burst: REFUSALS_MAX, intervalMs: 60_000 / limits.maxWrongSignaturesPerMinute },
  };
}

export interface Pacer {
  /** So many have come. */
  note(what: Paced, count: number): void;
  stop(): void;
}

export interface PacerOptions {
  readonly rates: Pick<Rates, Paced>;
  readonly clock: Clock;
  readonly valve: Valve;
  /** The peer is too fast now, and was not before. */
  onSlowed(what: Paced): void;
  /** It has been for `SLOWED_MS_MAX`. Once, and nothing follows. */
  onTooFast(): void;
}

/** Some 1,500,000 ops: more than a first sync takes. */
export const SLOWED_MS_MAX = 600_000;
/** Who leaves so much of its rate unused is no longer too fast. */
const REST_MS = 1000;

interface Flow {
  readonly rate: Rate;
  bucket: Bucket;
  slowedSinceMs: number | null;
}

export function createPacer({ rates, clock, valve, onSlowed, onTooFast }: PacerOptions): Pacer {
  const startMs = clock.nowMs();
  const createFlow = (rate: Rate): Flow => ({
    rate,
    bucket: createBucket(startMs),
    slowedSinceMs: null,
  });
  const flows = { frames: createFlow(rates.frames), ops: createFlow(rates.ops) };
  let timer: Timer | null = null;
  let shutUntilMs = startMs;
  let isOver = false;

  function take(flow: Flow, what: Paced, count: number): number {
    const nowMs = clock.nowMs();
    const { rate } = flow;
    const before = takeTokens(flow.bucket, rate, 0, nowMs);
    flow.bucket = takeTokens(before, rate, count, nowMs);
    const tooMuchMs = overdrawnMs(flow.bucket, rate);
    const fullMs = rate.burst * rate.intervalMs;
    if (before.fullInMs <= fullMs - Math.min(REST_MS, fullMs / 2)) flow.slowedSinceMs = null;
    if (tooMuchMs > 0 && flow.slowedSinceMs === null) {
      flow.slowedSinceMs = nowMs;
      onSlowed(what);
    }
    return tooMuchMs;
  }

  function wait(delayMs: number): void {
    const untilMs = clock.nowMs() + delayMs;
    if (timer !== null && untilMs <= shutUntilMs) return;
    shutUntilMs = untilMs;
    if (timer === null) valve.shut();
    timer?.cancel();
    timer = clock.startTimer(delayMs, goOn);
  }

  function goOn(): void {
    timer = null;
    valve.open();
  }

  function isTooFast({ slowedSinceMs }: Flow): boolean {
    return slowedSinceMs !== null && clock.nowMs() - slowedSinceMs >= SLOWED_MS_MAX;
  }

  return {
    note(what, count) {
      if (isOver) return;
      const flow = flows[what];
      const tooMuchMs = take(flow, what, count);
      if (tooMuchMs === 0) return;
      if (!isTooFast(flow)) {
        wait(Math.ceil(tooMuchMs));
        return;
      }
      isOver = true;
      onTooFast();
    },
    stop() {
      isOver = true;
      timer?.cancel();
    },
  };
}
