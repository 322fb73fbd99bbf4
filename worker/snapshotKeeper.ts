/**
 * Writes down what the replica is, in idle time, so that the next start reads that in the place of
 * the log. Encoding gives other work its turn; what is written is what was at one moment.
 */

import type { DocumentContents } from './crdt/document.ts';
import { encodeSnapshot } from './crdt/documentSnapshot.ts';
import type { Clock, ReplicaSnapshot, Timer } from './ports.ts';

/** A snapshot that is not encoded yet. */
export interface TakenSnapshot extends Omit<ReplicaSnapshot, 'items' | 'index'> {
  readonly contents: DocumentContents;
}

export interface SnapshotKeeperDeps {
  readonly clock: Clock;
  /** Ops in the log. */
  readonly loggedOps: () => number;
  /** Ops that the stored snapshot stands for; 0: there is none. */
  readonly snapshotOps: number;
  /** New ops that are worth a snapshot. */
  readonly leastOps: number;
  /** null: not now. */
  readonly take: () => Promise<TakenSnapshot | null>;
  readonly write: (snapshot: ReplicaSnapshot) => Promise<void>;
}

export interface SnapshotKeeper {
  /** The log has grown. */
  noteOps(): void;
  /** Stops, and writes what is due. */
  close(): Promise<void>;
}

export const SNAPSHOT_LEAST_OPS = 1_000;

/** Nothing must have come for so long. */
const PAUSE_MS = 2_000;

/** Where something always comes, a snapshot is written after so many pauses that were none. */
const MOST_PAUSES = 15;

/** A long log is worth a snapshot when it has grown by this part: writing one takes longer too. */
const LEAST_GROWTH = 1 / 32;

export function createSnapshotKeeper(deps: SnapshotKeeperDeps): SnapshotKeeper {
  const { clock, loggedOps } = deps;
  let covered = deps.snapshotOps;
  let timer: Timer | null = null;
  let writing: Promise<void> | null = null;
  let isClosed = false;

  const isDue = (): boolean =>
    loggedOps() - covered >= Math.max(deps.leastOps, covered * LEAST_GROWTH);

  function waitForPause(pauses: number): void {
    const before = loggedOps();
    timer = clock.startTimer(PAUSE_MS, () => {
      timer = null;
      if (loggedOps() === before || pauses >= MOST_PAUSES) start();
      else waitForPause(pauses + 1);
    });
  }

  function start(): void {
    writing = write().finally(() => {
      writing = null;
      noteOps();
    });
  }

  async function write(): Promise<void> {
    const taken = await deps.take();
    // One that could not be taken or stored is tried again when there is as much news again.
    covered = taken?.loggedOps ?? loggedOps();
    if (taken === null) return;
    const { contents, ...rest } = taken;
    const encoding = encodeSnapshot(contents);
    for (;;) {
      const step = encoding.next();
      if (step.done) return deps.write({ ...rest, ...step.value });
      await clock.yieldTurn();
    }
  }

  function noteOps(): void {
    if (!isClosed && timer === null && writing === null && isDue()) waitForPause(0);
  }

  noteOps();
  return {
    noteOps,
    async close() {
      isClosed = true;
      timer?.cancel();
      await writing;
      if (isDue()) await write();
    },
  };
}
