/** What the two ends say to each other, and how it is written. Reading is in `codec.ts`. */

import { toBytes } from '../crdt/bytes.ts';
import type { PackedOp } from '../crdt/packedOp.ts';
import { ACK_KEYS_MAX } from './limits.ts';
import type { ReconcileMessage } from './reconcileFrames.ts';

/** What an end can do beyond the frames of the Rust nodes. Counts when both ends name it. */
export type Capability = 'ack1' | 'compact1' | 'rbsr1';

export const OWN_CAPABILITIES: readonly Capability[] = ['ack1', 'compact1', 'rbsr1'];

/** Why a frame was not understood. */
export type BadFrame =
  | 'too-large'
  /** An empty frame, or one whose first byte belongs to no capability. */
  | 'unknown-kind'
  | 'invalid-utf8'
  /** Not JSON, or not an object with the fields of its type, once each. */
  | 'unparsable'
  | 'unknown-type'
  | 'unknown-version'
  | 'bad-ack'
  /** An ack where not both ends named `ack1`. */
  | 'unexpected-ack'
  | 'bad-compact'
  /** A compact frame where not both ends named `compact1`. */
  | 'unexpected-compact'
  | 'bad-reconcile'
  /** A message of reconciliation where not both ends named `rbsr1`, or out of turn. */
  | 'unexpected-reconcile';

export type Frame =
  | {
      readonly type: 'bulk';
      /** Op texts, neither parsed nor checked. */
      readonly ops: readonly string[];
      /** null: the frame names none at all, as those of Rust nodes. */
      readonly caps: readonly string[] | null;
      /** Ops of the sender's bulk still to come in further frames. */
      readonly left: number;
      /** Of a listener: the id of its log. Of a dialler: of the log that `since` is a place in. */
      readonly log?: string;
      /** Of a dialler: it has the listener's log before this offset; 0: it has nothing at all. */
      readonly since?: number;
    }
  | { readonly type: 'op'; readonly text: string }
  /** Ops that should be packed, neither unpacked nor checked. */
  | {
      readonly type: 'compact';
      readonly ops: readonly PackedOp[];
      /** As in `bulk`; null: these are live ops. */
      readonly left: number | null;
    }
  /** Seen-keys of ops that the sender has on disk. */
  | { readonly type: 'ack'; readonly keys: readonly string[] }
  | { readonly type: 'reconcile'; readonly message: ReconcileMessage }
  | { readonly type: 'bad'; readonly reason: BadFrame; readonly detail: string };

export const ACK_KIND = 0x01;
export const KEY_BYTES = 32;

declare const brand: unique symbol;

/** The bytes of a live op, made once and sent to every peer. */
export type LiveFrame = Uint8Array & { readonly [brand]: 'live-frame' };

const encoder = new TextEncoder();

/** What a first frame tells besides capabilities. */
export type Introduction = Pick<Extract<Frame, { readonly type: 'bulk' }>, 'log' | 'since'>;

export function encodeFirstFrame(
  caps: readonly Capability[],
  introduction: Introduction = {},
): string {
  return JSON.stringify({ type: 'bulk', ops: [], caps, ...introduction });
}

/** `left`: ops to come in further frames; left out when it is 0. */
export function encodeBulk(texts: readonly string[], left: number): string {
  return joinBulk(texts.map(quote), left);
}

/** `encodeBulk` for texts that are JSON strings already. */
export function joinBulk(quotedTexts: readonly string[], left: number): string {
  return `{"type":"bulk","ops":[${quotedTexts.join(',')}]${left > 0 ? `,"left":${left}` : ''}}`;
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

/** `text`: the op's; it stands in the frame as it is. */
export function encodeLiveOp(text: string): LiveFrame {
  return encoder.encode(`{"v":1,"op":${text}}`) as Uint8Array as LiveFrame;
}

/** `keys`: 64 hex digits each, at most `ACK_KEYS_MAX`. */
export function encodeAck(keys: readonly string[]): Uint8Array {
  if (keys.length > ACK_KEYS_MAX) throw new RangeError(`${keys.length} keys in one ack frame`);
  const frame = new Uint8Array(1 + KEY_BYTES * keys.length);
  frame[0] = ACK_KIND;
  keys.forEach((key, index) => {
    frame.set(toBytes(key), 1 + KEY_BYTES * index);
  });
  return frame;
}
