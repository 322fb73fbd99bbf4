import type { Clock, Timer } from '../ports.ts';

/**
 * Notices a peer that is gone without a word (a cut network, a machine asleep), which TCP alone
 * tells after many minutes. A peer answers pings by itself (RFC 6455, section 5.5.2). Any byte of it
 * is a sign of life, as the answer to a ping waits behind a long frame on a slow line.
 */

export const PING_INTERVAL_MS = 30_000;
/** Intervals in a row without a byte from the peer, after which it counts as gone. */
export const SILENT_INTERVALS_MAX = 2;

export interface KeepAliveOptions {
  readonly clock: Clock;
  /** Absent: `PING_INTERVAL_MS`. */
  readonly intervalMs?: number;
  /** Bytes that came from the peer so far. */
  bytesRead(): number;
  /** This end does not read now, so that silence means nothing. Absent: it always reads. */
  isDeaf?(): boolean;
  ping(): void;
  /** The peer is gone. Called once, and nothing after it. */
  drop(): void;
}

/** Begins at once; `stop` when the connection is closed. */
export function startKeepAlive(options: KeepAliveOptions): { stop(): void } {
  const { clock, intervalMs = PING_INTERVAL_MS, bytesRead, ping, drop } = options;
  const isDeaf = options.isDeaf ?? (() => false);
  let known = bytesRead();
  let silentIntervals = 0;
  let hasPinged = false;
  let timer: Timer = clock.startTimer(intervalMs, check);

  function check(): void {
    const read = bytesRead();
    silentIntervals = hasPinged && read === known && !isDeaf() ? silentIntervals + 1 : 0;
    known = read;
    if (silentIntervals >= SILENT_INTERVALS_MAX) {
      drop();
      return;
    }
    ping();
    hasPinged = true;
    timer = clock.startTimer(intervalMs, check);
  }

  return { stop: () => timer.cancel() };
}
