/**
 * How long to wait before dialling again, and how loudly to say so.
 *
 * Two memories, because they end at different things: the step goes back after a connection that
 * closed cleanly and had been of use, the count of failures at the first sign of use. A peer that
 * greets and then drops is dialled ever less often, and is no outage.
 */

export const FIRST_STEP_MS = 1000;
export const LAST_STEP_MS = 30_000;

/** From this many failures in a row on, a failure is an error. */
export const RENDEZVOUS_ERROR_THRESHOLD = 10;

export interface Backoff {
  /** In a row. */
  readonly failures: number;
  /** The next wait lies in [0, `stepMs`). */
  readonly stepMs: number;
}

/** How one attempt ended. `heard`: its peer had sent a frame that made sense. */
export interface Ending {
  readonly clean: boolean;
  readonly heard: boolean;
}

export interface Wait {
  readonly delayMs: number;
  /** `info`: no failure. */
  readonly level: 'info' | 'warn' | 'error';
}

export const FRESH_BACKOFF: Backoff = { failures: 0, stepMs: FIRST_STEP_MS };

/** The peer has sent its first frame that made sense. */
export function noteSuccess(backoff: Backoff): Backoff {
  return { ...backoff, failures: 0 };
}

/** `fraction`: uniform in [0, 1); full jitter, so that peers of a relay that restarts spread out. */
export function noteEnd(
  backoff: Backoff,
  { clean, heard }: Ending,
  fraction: number,
): readonly [Backoff, Wait] {
  if (clean && heard) {
    const next = { failures: 0, stepMs: doubled(FIRST_STEP_MS) };
    return [next, { delayMs: Math.floor(FIRST_STEP_MS * fraction), level: 'info' }];
  }
  const failures = backoff.failures + 1;
  return [
    { failures, stepMs: doubled(backoff.stepMs) },
    {
      delayMs: Math.floor(backoff.stepMs * fraction),
      level: failures >= RENDEZVOUS_ERROR_THRESHOLD ? 'error' : 'warn',
    },
  ];
}

function doubled(stepMs: number): number {
  return Math.min(2 * stepMs, LAST_STEP_MS);
}
