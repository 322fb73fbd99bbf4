/** What a page may see of the sync underneath its board. Types only; `api.ts` passes them on. */

import type { FieldName, ItemId } from './crdt/view.ts';

/** What a frame is, as far as can be told cheaply. `beat`: an empty bulk, as a sign of life. */
export type FrameKind =
  | 'greeting'
  | 'beat'
  | 'bulk'
  | 'op'
  | 'ack'
  | 'reconcile'
  /** Of no kind that this end knows. */
  | 'unknown';

export interface FrameEntry {
  /** Rises by one with each frame recorded. */
  readonly number: number;
  /** Unix time. */
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly kind: FrameKind;
  /** UTF-16 units of a text frame. */
  readonly bytes: number;
  /** Ops in it, or acknowledged by it; null: not counted, as the frame is long. */
  readonly ops: number | null;
  /** Capabilities of a greeting, `packed` or `text` of ops, the step of a reconciliation. */
  readonly detail: string;
}

/** What an op is about. */
export interface OpFacts {
  readonly type: 'insert' | 'set' | 'delete';
  readonly item: ItemId;
  /** null: it is about the whole item. */
  readonly field: FieldName | null;
  /** Public key, 64 hex digits. */
  readonly signer: string;
}

export type OpOutcome =
  /** Made here. */
  | 'own'
  /** New, and shown. */
  | 'applied'
  | 'duplicate'
  /** Waits for another op. */
  | 'held'
  /** Waited, and what it waited for has come. */
  | 'released'
  | 'rejected';

export interface OpEntry {
  /** Rises by one with each op recorded. */
  readonly number: number;
  readonly atMs: number;
  readonly outcome: OpOutcome;
  /** null for one that was rejected. */
  readonly key: string | null;
  /** null: it was not read that far. */
  readonly op: OpFacts | null;
  /** Why it was rejected or what it waits for; else empty. */
  readonly why: string;
}

/** Something of a peer that was not taken. */
export interface Refusal {
  readonly number: number;
  readonly atMs: number;
  readonly what: 'op' | 'frame';
  readonly reason: string;
  /** Of the peer's making in part. */
  readonly detail: string;
}

export interface HeldEntry {
  /** Seen-key, 64 hex digits. */
  readonly key: string;
  readonly op: OpFacts;
  /** 64 hex digits: an item; 128: the signature of an op. */
  readonly cause: string;
  readonly bytes: number;
}

export interface Traffic {
  readonly frames: number;
  readonly bytes: number;
}

/** Of the connection that is open, if one is. */
export interface PeerFacts {
  readonly address: string;
  readonly openedAtMs: number;
  /** That both ends named; null: the peer has not greeted. */
  readonly capabilities: readonly string[] | null;
  readonly received: Traffic;
  readonly sent: Traffic;
}

export interface Inspection {
  /** Whose entries these are: with another recorder all numbers begin anew. */
  readonly recorder: string;
  /** Entries behind the numbers that the query gave, oldest first; of many, the latest. */
  readonly frames: readonly FrameEntry[];
  readonly ops: readonly OpEntry[];
  /** The latest since the replica opened, oldest first. */
  readonly refusals: readonly Refusal[];
  /** The first of them. */
  readonly held: readonly HeldEntry[];
  readonly peer: PeerFacts | null;
  /** From sending an own op until the peer said it stored it, oldest first. */
  readonly roundTripsMs: readonly number[];
}

/** How far a page has read; null: not at all. */
export interface InspectedSoFar {
  readonly recorder: string;
  readonly frame: number;
  readonly op: number;
}
