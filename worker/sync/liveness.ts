/**
 * Notices a peer that is gone without having said so: a network that changed, a machine that slept.
 * Browsers answer pings unseen, so between ends of our own kind each sends an empty bulk when it has
 * sent nothing for a while, and gives up a peer that it has not heard for longer than two of them.
 */

import type { Clock, Timer } from '../ports.ts';

export const BEAT_MS = 30_000;
/** Two beats missed, and some slack. */
export const SILENCE_MAX_MS = 75_000;
const CHECK_EVERY_MS = 15_000;

export interface Liveness {
  noteHeard(): void;
  noteSent(): void;
  /** Looks now: time may have jumped. */
  check(): void;
  stop(): void;
}

export interface LivenessOptions {
  readonly clock: Clock;
  /** Whether the peer is of our own kind, and so sends beats. */
  readonly isExpected: () => boolean;
  /** This end does not read now, so that silence means nothing. Absent: it always reads. */
  readonly isDeaf?: () => boolean;
  readonly sendBeat: () => void;
  readonly onSilent: () => void;
}

/** Starts at once. */
export function createLiveness(options: LivenessOptions): Liveness {
  const { clock } = options;
  let heardMs = clock.nowMs();
  let sentMs = clock.nowMs();
  let timer: Timer = clock.startTimer(CHECK_EVERY_MS, checkAgain);

  function checkAgain(): void {
    timer = clock.startTimer(CHECK_EVERY_MS, checkAgain);
    check();
  }

  function check(): void {
    if (!options.isExpected()) return;
    const nowMs = clock.nowMs();
    if (options.isDeaf?.() === true) heardMs = nowMs;
    if (nowMs - heardMs >= SILENCE_MAX_MS) options.onSilent();
    else if (nowMs - sentMs >= BEAT_MS) options.sendBeat();
  }

  return {
    noteHeard() {
      heardMs = clock.nowMs();
    },
    noteSent() {
      sentMs = clock.nowMs();
    },
    check,
    stop: () => timer.cancel(),
  };
}
