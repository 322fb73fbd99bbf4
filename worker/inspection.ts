/**
 * What somebody who looks at the sync sees: the latest frames and ops, and what was refused.
 *
 * Invariant 1: frames and ops are recorded while somebody asks, and for `LEASE_MS` after; at other
 *   times they cost a comparison each.
 * Invariant 2: memory is bounded, whatever peers send.
 */

import type {
  FrameEntry,
  InspectedSoFar,
  Inspection,
  OpEntry,
  OpFacts,
  OpOutcome,
  Refusal,
} from './api.ts';
import { type Op, readOp } from './crdt/op.ts';
import { describeFrame } from './describeFrame.ts';
import type { IntakeResult } from './intake.ts';
import type { Clock, OpRecord } from './ports.ts';
import { createRecent } from './recent.ts';
import { itemOf } from './unacknowledgedOps.ts';

/** Longer than a page in the background may wait between two questions. */
export const LEASE_MS = 90_000;

export const FRAMES_MAX = 500;
export const OPS_MAX = 500;
export const REFUSALS_MAX = 100;
const ROUND_TRIPS_MAX = 50;
/** Own ops on their way whose round trip is measured. */
const UNDER_WAY_MAX = 1000;
const DETAIL_MAX = 300;

/** What became of a batch from a peer. */
export interface ReceivedBatch {
  readonly intake: IntakeResult;
  /** What each verified op waits for; undefined: it was applied. */
  causeOf(op: Op): string | undefined;
  /** Ops that were applied, of this batch or of those that waited. */
  readonly applied: readonly Op[];
}

export interface Recorder {
  noteFrame(direction: 'in' | 'out', frame: string | Uint8Array): void;
  noteBadFrame(reason: string, detail: string): void;
  noteReceived(batch: ReceivedBatch): void;
  /** Applied ops that are about to go to peers, and came from none. `signer`: of the replica. */
  noteOwn(records: readonly OpRecord[], signer: string): void;
  noteAcknowledged(keys: readonly string[]): void;
  /** Nothing that was sent will be acknowledged over that connection. */
  noteClosed(): void;
  /** What is new since; keeps the recorder running. */
  read(
    since: InspectedSoFar | null,
  ): Pick<Inspection, 'recorder' | 'frames' | 'ops' | 'refusals' | 'roundTripsMs'>;
}

/** `name`: unlike that of every other recorder. */
export function createRecorder(name: string, clock: Clock): Recorder {
  const frames = createRecent<FrameEntry>(FRAMES_MAX);
  const ops = createRecent<OpEntry>(OPS_MAX);
  const refusals = createRecent<Refusal>(REFUSALS_MAX);
  const roundTripsMs = createRecent<{ readonly number: number; readonly ms: number }>(
    ROUND_TRIPS_MAX,
  );
  const sentAtMs = new Map<string, number>();
  let askedAtMs = Number.NEGATIVE_INFINITY;

  const isOn = (): boolean => clock.nowMs() - askedAtMs < LEASE_MS;

  function noteOp(outcome: OpOutcome, op: Op | null, key: string | null, why = ''): void {
    ops.add((number) => ({
      number,
      atMs: clock.nowMs(),
      outcome,
      key,
      op: op && factsOf(op),
      why: why.slice(0, DETAIL_MAX),
    }));
  }

  function noteRefusal(what: Refusal['what'], reason: string, detail: string): void {
    refusals.add((number) => ({
      number,
      atMs: clock.nowMs(),
      what,
      reason,
      detail: detail.slice(0, DETAIL_MAX),
    }));
  }

  return {
    noteFrame(direction, frame) {
      if (!isOn()) return;
      const atMs = clock.nowMs();
      const bytes = frame.length;
      frames.add((number) => ({ number, atMs, direction, bytes, ...describeFrame(frame) }));
    },
    noteBadFrame: (reason, detail) => noteRefusal('frame', reason, detail),
    noteReceived({ intake, causeOf, applied }) {
      for (const { reason, detail } of intake.rejected) noteRefusal('op', reason, detail);
      if (!isOn()) return;
      const came = new Set<string>();
      for (const op of intake.verified) {
        came.add(op.key);
        const cause = causeOf(op);
        if (cause === undefined) noteOp('applied', op, op.key);
        else noteOp('held', op, op.key, cause);
      }
      for (const op of applied) if (!came.has(op.key)) noteOp('released', op, op.key);
      for (const key of intake.known) noteOp('duplicate', null, key);
      for (const { reason, detail } of intake.rejected) {
        noteOp('rejected', null, null, `${reason}: ${detail}`);
      }
    },
    noteOwn(records, signer) {
      if (!isOn()) return;
      for (const { key, bytes } of records) {
        const op = readOp(bytes, key);
        if (op.type === 'rejected' || op.signer !== signer) continue;
        noteOp('own', op, key);
        if (sentAtMs.size < UNDER_WAY_MAX) sentAtMs.set(key, clock.nowMs());
      }
    },
    noteAcknowledged(keys) {
      if (sentAtMs.size === 0) return;
      for (const key of keys) {
        const sentAt = sentAtMs.get(key);
        if (sentAt === undefined || !sentAtMs.delete(key)) continue;
        roundTripsMs.add((number) => ({ number, ms: clock.nowMs() - sentAt }));
      }
    },
    noteClosed: () => sentAtMs.clear(),
    read(since) {
      if (!isOn()) {
        frames.clear();
        ops.clear();
      }
      askedAtMs = clock.nowMs();
      const known = since?.recorder === name ? since : null;
      return {
        recorder: name,
        frames: frames.after(known?.frame ?? 0),
        ops: ops.after(known?.op ?? 0),
        refusals: refusals.after(0),
        roundTripsMs: roundTripsMs.after(0).map(({ ms }) => ms),
      };
    },
  };
}

export function factsOf(op: Op): OpFacts {
  const { type, signer } = op;
  return { type, item: itemOf(op), field: op.type === 'set' ? op.field : null, signer };
}
