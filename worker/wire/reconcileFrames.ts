/** Binary frames of reconciliation, where both ends named `rbsr1`: 0x03, one byte that tells which, and its content. */

import { MAX_RECONCILE_FRAME_BYTES, WANTED_KEYS_MAX } from './limits.ts';
import { decodeVarint, encodeVarint } from './varint.ts';

export type ReconcileMessage =
  /** The peer has all of the sender's log before that offset: it was sent, or the peer said so. */
  | { readonly type: 'offset'; readonly offset: number }
  /** Digest of the dialler's set, and the first Negentropy message. */
  | { readonly type: 'open'; readonly digest: Uint8Array; readonly query: Uint8Array }
  /** Digest of the listener's set; no reply where the two are equal. */
  | { readonly type: 'answer'; readonly digest: Uint8Array; readonly reply: Uint8Array }
  | { readonly type: 'query'; readonly query: Uint8Array }
  | { readonly type: 'reply'; readonly reply: Uint8Array }
  /** Seen-keys, 32 bytes each, of ops that the dialler asks for. */
  | { readonly type: 'want'; readonly keys: readonly Uint8Array[] }
  /** What the reconciliation comes to; `differs`: both ends send all they hold. */
  | { readonly type: 'done'; readonly result: 'equal' | 'differs' };

export const RECONCILE_KIND = 0x03;

const OFFSET = 0x00;
const OPEN = 0x01;
const ANSWER = 0x02;
const QUERY = 0x03;
const REPLY = 0x04;
const WANT = 0x05;
const DONE = 0x06;

const EQUAL = 0x00;
const DIFFERS = 0x01;

const HEAD_BYTES = 2;
const DIGEST_BYTES = 32;
const KEY_BYTES = 32;

export function encodeReconcile(message: ReconcileMessage): Uint8Array {
  switch (message.type) {
    case 'offset':
      return join(OFFSET, encodeVarint(message.offset));
    case 'open':
      return join(OPEN, message.digest, message.query);
    case 'answer':
      return join(ANSWER, message.digest, message.reply);
    case 'query':
      return join(QUERY, message.query);
    case 'reply':
      return join(REPLY, message.reply);
    case 'want':
      return join(WANT, ...message.keys);
    case 'done':
      return join(DONE, Uint8Array.of(message.result === 'equal' ? EQUAL : DIFFERS));
  }
}

/** `frame`: begins with `RECONCILE_KIND`. undefined: it is none of these messages. */
export function decodeReconcile(frame: Uint8Array): ReconcileMessage | undefined {
  if (frame.length > MAX_RECONCILE_FRAME_BYTES) return undefined;
  const content = frame.subarray(HEAD_BYTES);
  const digest = content.slice(0, DIGEST_BYTES);
  const rest = content.slice(DIGEST_BYTES);
  const hasDigest = digest.length === DIGEST_BYTES;
  switch (frame[1]) {
    case OFFSET:
      return decodeOffset(content);
    case OPEN:
      return hasDigest ? { type: 'open', digest, query: rest } : undefined;
    case ANSWER:
      return hasDigest ? { type: 'answer', digest, reply: rest } : undefined;
    case QUERY:
      return { type: 'query', query: content.slice() };
    case REPLY:
      return { type: 'reply', reply: content.slice() };
    case WANT:
      return decodeWant(content);
    case DONE:
      return decodeDone(content);
    default:
      return undefined;
  }
}

function decodeOffset(content: Uint8Array): ReconcileMessage | undefined {
  const decoded = decodeVarint(content, 0);
  return decoded?.end === content.length ? { type: 'offset', offset: decoded.value } : undefined;
}

function decodeWant(content: Uint8Array): ReconcileMessage | undefined {
  const count = content.length / KEY_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > WANTED_KEYS_MAX) return undefined;
  const keys = Array.from({ length: count }, (_, at) =>
    content.slice(KEY_BYTES * at, KEY_BYTES * (at + 1)),
  );
  return { type: 'want', keys };
}

function decodeDone(content: Uint8Array): ReconcileMessage | undefined {
  if (content.length !== 1) return undefined;
  if (content[0] === EQUAL) return { type: 'done', result: 'equal' };
  return content[0] === DIFFERS ? { type: 'done', result: 'differs' } : undefined;
}

function join(kind: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, HEAD_BYTES);
  const frame = new Uint8Array(length);
  frame.set([RECONCILE_KIND, kind]);
  parts.reduce((at, part) => {
    frame.set(part, at);
    return at + part.length;
  }, HEAD_BYTES);
  return frame;
}
