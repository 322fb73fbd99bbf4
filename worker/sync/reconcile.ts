/**
 * How two ends that both named `rbsr1` come together: the listener sends what it has appended since
 * the place that the dialler remembers, the dialler its own ops that nobody acknowledged, and then
 * they compare digests of all they hold and, if these differ, find out what each lacks.
 *
 * Invariant 1: offsets are hints. What counts is that the digest of one end's set, with what it lacks
 *   and without what it alone has, is the digest of the other's.
 * Invariant 2: where that does not come out, or a peer does not keep to it, both send all they hold.
 * Invariant 3: what a peer can make this end do or keep is bounded by the sets and by rounds.
 */

import type { Clock, Logger, OpRecord } from '../ports.ts';
import type { Introduction } from '../wire/frames.ts';
import type { ReconcileMessage } from '../wire/reconcileFrames.ts';
import type { ReconcileSource } from './reconcileSource.ts';

export interface ReconcileOptions {
  readonly peer: string;
  readonly source: ReconcileSource;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Behind all that was sent before, live ops too; live ops may overtake it. */
  readonly send: (message: ReconcileMessage) => void;
  /** The same with ops, as a bulk. `total`: how many there are, as far as known. */
  readonly sendOps: (ops: AsyncIterable<readonly OpRecord[]>, total: number) => void;
  /** The same with all that this end holds; calls `noteLogSent`. */
  readonly sendLog: () => void;
  /** The peer will send about so many ops. */
  readonly onExpected: (ops: number) => void;
  /** Once. `differs`: this end sends all it holds, and so does the peer. */
  readonly onOver: (result: 'equal' | 'differs') => void;
  /** The peer sent what it should not have. */
  readonly onBad: (detail: string) => void;
}

export interface ReconcileRole {
  /** Both ends have greeted; this is what the peer's first frame told. */
  start(introduction: Introduction): void;
  /** Called in order, when all ops that came before are dealt with. May reject: the log failed. */
  take(message: ReconcileMessage): Promise<void>;
  /** All that this end holds is on its way. */
  noteLogSent(): void;
  /** The log here may have grown. */
  noteGrowth(): void;
  stop(): void;
}

/** Longest Negentropy message that is sent. */
export const MESSAGE_BYTES = 60_000;

/** Queries of one reconciliation: 400,000 keys that one end alone has take fewer. */
export const ROUNDS_MAX = 256;

/** Runs a sliced computation and gives a turn away between slices. */
export async function inSlices<T>(
  work: Generator<undefined, T, undefined>,
  clock: Clock,
): Promise<T> {
  for (;;) {
    const slice = work.next();
    if (slice.done === true) return slice.value;
    await clock.yieldTurn();
  }
}
