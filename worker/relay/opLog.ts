import type { OpId, Signature } from '../crdt/bytes.ts';
import type { IndexedOp } from '../crdt/causes.ts';
import type { OpRecord, StoreOutcome } from '../ports.ts';

/**
 * The relay's store: for each pipeline an append-only log of the ops it accepted, in causal order.
 * An op's offset is its place in that log, from 0; it never changes, also when an op before it was
 * damaged and is gone.
 */

export type StoreFailure = Extract<StoreOutcome, { type: 'failed' }>;

export interface OpLog {
  /** Pipelines that held ops when the store was opened. */
  names(): readonly string[];
  /** `name` as in the sync path, `[a-z0-9-]{1,64}`. The same log for the same name. */
  openPipeline(name: string): Promise<PipelineLogOpening>;
  /** A text kept about a pipeline; null: there is none. Throws as `read`. */
  readNote(name: string): Promise<string | null>;
  /** Instead of the one before. A crash may bring that back, but leaves no note without the ops before it. */
  writeNote(name: string, text: string): Promise<StoreOutcome>;
  /** After every append that was begun. Calls from then on fail as `broken`. */
  close(): Promise<void>;
}

export type PipelineLogOpening =
  | { readonly type: 'opened'; readonly log: PipelineLog }
  | StoreFailure;

/** An op as it is appended, with what a start has to know of it. */
export interface LoggedOp extends OpRecord {
  readonly signature: Signature;
  /** Of the item that it inserts; null: it inserts none. */
  readonly itemId: OpId | null;
}

export type Replay =
  /** `damagedOps`: how many were taken out of the log. */
  { readonly type: 'replayed'; readonly damagedOps: number } | StoreFailure;

export interface PipelineLog {
  /** 32 hex digits, made at random; kept from the first append on. */
  readonly id: string;
  /** How many ops the log holds. */
  count(): number;
  /** What its ops take before compression; what was in it at the start counts after `replay`. */
  bytes(): number;
  /** One more than the highest offset. */
  end(): number;
  /**
   * `stored`: all of `records`, in their order, survive a power cut. `failed`: the log is as it
   * was, and a later append can succeed. Appends take effect in the order of the calls.
   */
  append(records: readonly LoggedOp[]): Promise<StoreOutcome>;
  /**
   * The ops from one offset up to another, or up to what the log held when reading began, in slices.
   * The iteration throws when the disk cannot be read.
   */
  read(fromOffset: number, toOffset?: number): AsyncIterable<readonly OpRecord[]>;
  /** The ops at these offsets, which ascend, in slices; one that is gone is left out. Throws as `read`. */
  readAt(offsets: readonly number[]): AsyncIterable<readonly OpRecord[]>;
  /**
   * Notes each op, in order, in bytes that hold until `note` returns. Takes damaged records out of
   * the log, and keeps them apart for whoever wants to look. Throws as `read`.
   */
  replay(note: (op: IndexedOp) => void): Promise<Replay>;
}

/** What a store was found with when it was opened. */
export interface StoreFindings {
  readonly pipelines: number;
  readonly ops: number;
  /** The end of a write that was cut by a crash, and that nobody was told of. */
  readonly cutBytes: number;
  /** What did not match its checksum and was left out. */
  readonly droppedBytes: number;
  /** Ops that are missing between others, and were not missed before. */
  readonly lostOps: number;
  /** Why the database had to be repaired, one reason a repair. */
  readonly repairs: readonly string[];
}

/** What stands in the store under one of its keys; values are bytes of their own. */
export type StoreEntry = readonly [key: string, value: Uint8Array];

export type OpLogOpening =
  | {
      readonly type: 'opened';
      readonly opLog: OpLog;
      readonly findings: StoreFindings;
      /**
       * The whole store as it is when the first slice is asked for, with every append that was answered
       * before, whatever is written meanwhile. Throws as `read`, also when the log is closed.
       */
      entries(): AsyncIterable<readonly StoreEntry[]>;
    }
  | {
      readonly type: 'refused';
      readonly reason: 'in-use' | 'newer-format' | 'unreadable';
      readonly detail: string;
    };
