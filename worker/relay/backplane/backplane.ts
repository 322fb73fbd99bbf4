import type { PackedOp } from '../../crdt/packedOp.ts';

/**
 * What a relay needs of a broker between relays: a stream of messages for each pipeline, kept in the
 * order in which they were published. What comes out of it is as untrusted as what a peer sends.
 */

export interface Backplane {
  /** One attempt; it makes the stream where there is none. Never rejects. */
  connect(): Promise<Connecting>;
}

export type Connecting =
  | { readonly type: 'connected'; readonly session: Session }
  | { readonly type: 'failed'; readonly reason: string };

/** One connection to one stream. Nothing rejects. */
export interface Session {
  /** A name of this stream alone: one that is made in place of another has another. */
  readonly stream: string;
  /** Which broker it is, for the log. */
  readonly broker: string;
  /** Resolves to the reason when the connection or the stream is gone, or after `close`. */
  readonly ended: Promise<string>;
  /** A message whose `id` the pipeline had in the last minutes is not kept again. */
  publish(pipeline: string, message: Message): Promise<Publishing>;
  /** Reads on behind `after`; null: from the first message. */
  subscribe(pipeline: string, after: Place | null, reader: StreamReader): Promise<Subscribing>;
  close(): Promise<void>;
}

export interface Message {
  readonly id: string;
  readonly bytes: PackedOp;
}

/** Where a message stands. Ids are those of the messages, so that a stream that was cut is known. */
export interface Place {
  /** From 1, ascending, with gaps: other pipelines stand between. */
  readonly seq: number;
  readonly id: string;
}

/** A message as it was read; what it says is not known. */
export interface StreamedOp extends Place {
  readonly bytes: PackedOp;
}

export type Publishing =
  /** `seq`: where it stands, also when it was there before. */
  { readonly type: 'published'; readonly seq: number } | Failed;

export type Subscribing =
  /** `ahead`: messages that were there already and are now given to the reader. */
  | { readonly type: 'subscribed'; readonly ahead: number; stop(): void }
  /** The message at that place is not the one: the stream is not what it was. */
  | { readonly type: 'misplaced' }
  | Failed;

export interface Failed {
  readonly type: 'failed';
  readonly reason: string;
}

export interface StreamReader {
  /** Messages in order; further ones come when it has resolved. */
  take(ops: readonly StreamedOp[]): Promise<void>;
  /** Once at most, last, and not after `stop` or the end of the session. */
  onEnd(reason: string): void;
}
