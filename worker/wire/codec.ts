/**
 * Reads frames. Whatever arrives, the answer is a frame; a frame that makes no sense is `bad`.
 *
 * Invariant 1: sizes are looked at before contents.
 * Invariant 2: the text of a live op is the slice that arrived, never written anew.
 * Invariant 3: a frame is read to its end before any op of it is used.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import {
  attempt,
  type Cursor,
  close,
  createCursor,
  fail,
  hasNext,
  JsonError,
  open,
  peek,
  readKey,
  readUnsigned,
} from '../crdt/json.ts';
import { skipValue } from '../crdt/skipValue.ts';
import { COMPACT_KIND, readCompact } from './compactFrames.ts';
import { ACK_KIND, type BadFrame, type Frame, KEY_BYTES } from './frames.ts';
import { ACK_KEYS_MAX, MAX_FRAME_BYTES, MAX_LIVE_FRAME_BYTES } from './limits.ts';
import { decodeReconcile, RECONCILE_KIND } from './reconcileFrames.ts';
import { readTextFields, type TextFields } from './textFields.ts';

const JSON_KIND = 0x7b; // {

/** Takes what is UTF-8 and nothing else; a byte order mark is no first byte of any kind of frame. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeBinary(bytes: Uint8Array): Frame {
  const kind = bytes[0];
  if (kind === JSON_KIND) return decodeLiveOp(bytes);
  if (kind === ACK_KIND) return decodeAck(bytes);
  if (kind === COMPACT_KIND) return finish(readCompact(bytes, MAX_FRAME_BYTES));
  if (kind === RECONCILE_KIND) return decodeReconcileFrame(bytes);
  return bad('unknown-kind', kind === undefined ? 'empty' : `first byte ${kind}`);
}

/** Reads a text frame in one go. */
export function decodeText(text: string): Frame {
  return finish(readTextFrame(text, MAX_FRAME_BYTES));
}

function finish(reading: Generator<undefined, Frame, undefined>): Frame {
  for (;;) {
    const slice = reading.next();
    if (slice.done === true) return slice.value;
  }
}

/** Reads a text frame, and pauses each time it has read about `sliceCharacters` more. */
export function* readTextFrame(
  text: string,
  sliceCharacters: number,
): Generator<undefined, Frame, undefined> {
  if (text.length > MAX_FRAME_BYTES) return bad('too-large', `${text.length} characters`);
  if (!text.isWellFormed()) return bad('unparsable', 'ill-formed UTF-16');
  const cursor = createCursor(text);
  try {
    const fields = yield* readTextFields(cursor, sliceCharacters);
    if (peek(cursor) !== '') fail(cursor, 'trailing characters');
    return toFrame(fields);
  } catch (error) {
    if (error instanceof JsonError) return bad('unparsable', error.message);
    throw error;
  }
}

function toFrame({ type, ops, op, caps, left, log, since }: TextFields): Frame {
  if (type === 'bulk' && ops !== undefined) {
    const introduction = {
      ...(log !== undefined && { log }),
      ...(since !== undefined && { since }),
    };
    return { type, ops, caps: caps ?? null, left: left ?? 0, ...introduction };
  }
  if (type === 'op' && op !== undefined) return { type, text: op };
  return type === undefined || type === 'bulk' || type === 'op'
    ? bad('unparsable', 'a field is missing')
    : bad('unknown-type', type.slice(0, 64));
}

function decodeLiveOp(bytes: Uint8Array): Frame {
  if (bytes.length > MAX_LIVE_FRAME_BYTES) return bad('too-large', `${bytes.length} bytes`);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return bad('invalid-utf8', `${bytes.length} bytes`);
  }
  const fields = attempt(text, readLiveFields);
  if (fields.type === 'unreadable') return bad('unparsable', fields.detail);
  const { v, op } = fields.value;
  if (v !== undefined && v !== 1) return bad('unknown-version', String(v));
  if (v === undefined || op === undefined) return bad('unparsable', 'a field is missing');
  return { type: 'op', text: op };
}

interface LiveFields {
  v?: number | bigint;
  op?: string;
}

function readLiveFields(cursor: Cursor): LiveFields {
  const fields: LiveFields = {};
  open(cursor, '{');
  if (peek(cursor) === '}') {
    close(cursor, '}');
    return fields;
  }
  do {
    const key = readKey(cursor);
    if (Object.hasOwn(fields, key)) fail(cursor, 'duplicate field');
    if (key === 'v') fields.v = readUnsigned(cursor);
    else if (key === 'op') fields.op = sliceOp(cursor);
    else skipValue(cursor);
  } while (hasNext(cursor, '}'));
  return fields;
}

/** An op is an object or, as serde_json also reads a struct, an array of its fields. */
function sliceOp(cursor: Cursor): string {
  if (!'{['.includes(peek(cursor) || ' ')) fail(cursor, 'expected an op');
  const { start, end } = skipValue(cursor);
  return cursor.text.slice(start, end);
}

function decodeAck(bytes: Uint8Array): Frame {
  const count = (bytes.length - 1) / KEY_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > ACK_KEYS_MAX) {
    return bad('bad-ack', `${bytes.length} bytes`);
  }
  const keys = Array.from({ length: count }, (_, index) =>
    bytesToHex(bytes.subarray(1 + KEY_BYTES * index, 1 + KEY_BYTES * (index + 1))),
  );
  return { type: 'ack', keys };
}

function decodeReconcileFrame(bytes: Uint8Array): Frame {
  const message = decodeReconcile(bytes);
  return message === undefined
    ? bad('bad-reconcile', `${bytes.length} bytes of kind ${bytes[1] ?? 'none'}`)
    : { type: 'reconcile', message };
}

/** `detail` is for the log: short, and of the peer's making only in part. */
function bad(reason: BadFrame, detail: string): Frame {
  return { type: 'bad', reason, detail };
}
