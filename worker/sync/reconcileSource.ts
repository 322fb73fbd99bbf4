/** What reconciling needs of the replica or relay whose ops a connection carries. */

import type { OpRecord } from '../ports.ts';
import type { KeySet } from './keySet.ts';

export interface ReconcileSource {
  /** Seen-keys of all ops that are applied here when this resolves. */
  freezeKeys(): Promise<KeySet>;
  /** Those of `keys`, 64 hex digits each, that are here, in causal order. */
  readOps(keys: ReadonlySet<string>): AsyncIterable<readonly OpRecord[]>;
  /** Own ops that no peer has acknowledged, in causal order. */
  unacknowledged(): readonly OpRecord[];
  /** null: the log here has no name that lasts, and nobody remembers offsets in it. */
  readonly namedLog: NamedLog | null;
  /** How far the log of that peer is known to be here; null: not at all. */
  placeIn(peer: string): LogPlace | null;
  /** All ops of that log before the offset have been received. A hint, kept as well as can be. */
  notePlace(peer: string, place: LogPlace): void;
}

/** A log whose offsets peers remember between connections. */
export interface NamedLog {
  /** 32 hex digits, made at random with the log. */
  readonly id: string;
  /** One more than the highest offset. */
  end(): number;
  /** From that offset on, up to what the log held when reading began. */
  readFrom(offset: number): AsyncIterable<readonly OpRecord[]>;
}

/** A place in a log of that id. */
export interface LogPlace {
  readonly log: string;
  readonly offset: number;
}
