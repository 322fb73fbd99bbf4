/** What the tab that leads offers to somebody who looks at its sync: a recorder on its connection, and lag. */

import type { HeldEntry, InspectedSoFar, Inspection, PeerFacts } from './api.ts';
import type { HeldOp } from './crdt/held.ts';
import { createRecorder, factsOf, type Recorder } from './inspection.ts';
import type { Clock, Dialler } from './ports.ts';
import type { OpExchange } from './sync/exchange.ts';
import { createLaggedDialler } from './sync/laggedDialler.ts';
import { createWatchedDialler } from './sync/watchedDialler.ts';

/** Held ops that are listed. */
export const HELD_LISTED_MAX = 100;

/** Longest delay that can be added to each frame. */
export const ADDED_LAG_MAX_MS = 10_000;

export interface Inspector extends Pick<Recorder, 'noteReceived' | 'noteOwn' | 'noteBadFrame'> {
  /** To be dialled with instead. */
  readonly dialler: Dialler;
  /** To be connected instead of `exchange`. */
  watch(exchange: OpExchange): OpExchange;
  addedLagMs(): number;
  /** What is no time is none, and what is too long is cut. */
  addLag(lagMs: number): void;
  inspect(since: InspectedSoFar | null, now: Inspected): Inspection;
}

/** What cannot be seen on the wire. */
export interface Inspected {
  readonly address: string | null;
  readonly capabilities: readonly string[] | null;
  readonly held: Iterable<HeldOp>;
}

export interface InspectorDeps {
  /** Unlike every other inspector's. */
  readonly name: string;
  readonly dialler: Dialler;
  readonly clock: Clock;
}

export function createInspector({ name, dialler, clock }: InspectorDeps): Inspector {
  const recorder = createRecorder(name, clock);
  const lagged = createLaggedDialler(dialler, clock);
  const watched = createWatchedDialler(lagged, clock, {
    onFrame: recorder.noteFrame,
    onClosed: recorder.noteClosed,
  });

  function peer({ address, capabilities }: Inspected): PeerFacts | null {
    const connection = watched.connection();
    if (connection === null || address === null) return null;
    const { openedAtMs, received, sent } = connection;
    return {
      address,
      openedAtMs,
      capabilities,
      received: { ...received },
      sent: { ...sent },
    };
  }

  return {
    noteReceived: recorder.noteReceived,
    noteOwn: recorder.noteOwn,
    noteBadFrame: recorder.noteBadFrame,
    dialler: watched,
    watch: (exchange) => ({
      ...exchange,
      acknowledged(keys) {
        recorder.noteAcknowledged(keys);
        exchange.acknowledged(keys);
      },
    }),
    addedLagMs: lagged.lagMs,
    addLag(lagMs) {
      const isTime = typeof lagMs === 'number' && lagMs > 0;
      lagged.setLagMs(isTime ? Math.min(Math.round(lagMs), ADDED_LAG_MAX_MS) : 0);
    },
    inspect: (since, now) => ({
      ...recorder.read(since),
      held: listHeld(now.held),
      peer: peer(now),
    }),
  };
}

function listHeld(held: Iterable<HeldOp>): readonly HeldEntry[] {
  const listed: HeldEntry[] = [];
  for (const { op, cause } of held) {
    if (listed.length === HELD_LISTED_MAX) break;
    listed.push({ key: op.key, op: factsOf(op), cause, bytes: op.bytes.length });
  }
  return listed;
}
