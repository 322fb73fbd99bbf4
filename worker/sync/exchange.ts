/** What a connection needs of the replica or relay whose ops it carries. */

import type { ReceivedOp } from '../crdt/packedOp.ts';
import type { OpRecord, RefusalBudget } from '../ports.ts';
import type { ReconcileSource } from './reconcileSource.ts';

export interface OpSource {
  /** Name of the connection that the ops came in on; they are not forwarded to it. */
  readonly peer: string;
  /**
   * `bulk`: the peer holds these ops. `live`: it has just made or forwarded them. `file`: no peer
   * may have them, so they are stored as durably as own ops.
   */
  readonly frame: 'bulk' | 'live' | 'file';
  /** Absent: no bound. */
  readonly refusals?: RefusalBudget;
}

export interface Received {
  /** Seen-keys of those ops that are on disk here now, also when they were before. */
  readonly stored: readonly string[];
}

export interface OpExchange {
  /** Takes ops as they came, in order, good or bad. One call at a time a connection. */
  receive(ops: readonly ReceivedOp[], source: OpSource): Promise<Received>;
  /**
   * What is stored here from one place to another (absent: everything), in causal order; an op stored
   * while this runs may be in it or not.
   */
  readLog(from?: number, to?: number): AsyncIterable<readonly OpRecord[]>;
  /** Place behind all that connections were offered: `readLog` up to it gives none that is offered later. */
  logEnd(): number;
  /** How many ops `readLog` would give now. */
  logLength(): number;
  /** The peer has these ops on disk. */
  acknowledged(keys: readonly string[]): void;
  /** Absent: this end sends and wants all there is, each time. */
  readonly reconcile?: ReconcileSource;
}
