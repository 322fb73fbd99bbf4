/**
 * Messages of Negentropy V1 over keys without timestamps: all are 0.
 * https://github.com/hoytech/negentropy/blob/master/docs/negentropy-protocol-v1.md
 *
 * message = 0x61 range*; range = bound mode payload; bound = timestamp, length, first bytes of a key
 */

import { decodeVarint, encodeVarint } from '../wire/varint.ts';
import { compareKeyBytes } from './keySet.ts';
import { FINGERPRINT_BYTES, KEY_BYTES } from './keySum.ts';

/** Where a range ends: below a key, or the start of one (then zeros follow); null: above every key. */
export type Bound = Uint8Array | null;

/** Begins where the range before it ends. */
export type KeyRange =
  /** Nothing more to say about it. */
  | { readonly mode: 'skip'; readonly upper: Bound }
  | { readonly mode: 'fingerprint'; readonly upper: Bound; readonly fingerprint: Uint8Array }
  /** All that the sender has there, in order. */
  | { readonly mode: 'keys'; readonly upper: Bound; readonly keys: readonly Uint8Array[] };

export type ReadMessage =
  | { readonly type: 'message'; readonly ranges: readonly KeyRange[] }
  | { readonly type: 'bad'; readonly detail: string };

const VERSION = 0x61;
/** A timestamp travels as one more than its difference to the one before, infinity as 0. */
const INFINITY = 0;
const ZERO = 1;
const SKIP = 0;
const FINGERPRINT = 1;
const KEYS = 2;

interface Writer {
  readonly bytes: Uint8Array;
  length: number;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

export function encodeMessage(ranges: readonly KeyRange[]): Uint8Array {
  const bytes = ranges.reduce((sum, range) => sum + encodedBytes(range), 1);
  const writer: Writer = { bytes: new Uint8Array(bytes), length: 0 };
  write(writer, Uint8Array.of(VERSION));
  for (const range of ranges) writeRange(writer, range);
  return writer.bytes;
}

/** How long `range` is in a message. */
export function encodedBytes(range: KeyRange): number {
  const head = 1 + 1 + (range.upper?.length ?? 0) + 1;
  if (range.mode === 'skip') return head;
  if (range.mode === 'fingerprint') return head + FINGERPRINT_BYTES;
  return head + encodeVarint(range.keys.length).length + range.keys.length * KEY_BYTES;
}

/**
 * Total: whatever `bytes` are. Taken is what the specification allows where each timestamp is 0, in
 * its one spelling: bounds ascend, and so do the keys of a range, which lie within it.
 */
export function readMessage(bytes: Uint8Array): ReadMessage {
  if (bytes[0] !== VERSION) return bad('not version 1');
  const reader: Reader = { bytes, at: 1 };
  const ranges: KeyRange[] = [];
  let lower: Bound = new Uint8Array();
  while (reader.at < bytes.length) {
    if (lower === null) return bad('a range behind the last');
    const range = readRange(reader);
    if (range === undefined) return bad(`no range at ${reader.at}`);
    if (!isWithin(range, lower)) return bad(`out of order at ${reader.at}`);
    ranges.push(range);
    lower = range.upper;
  }
  return { type: 'message', ranges };
}

function isWithin(range: KeyRange, lower: Uint8Array): boolean {
  const { upper } = range;
  if (upper !== null && compareKeyBytes(lower, upper) > 0) return false;
  if (range.mode !== 'keys') return true;
  const [first] = range.keys;
  const last = range.keys.at(-1);
  if (first === undefined || last === undefined) return true;
  if (compareKeyBytes(first, lower) < 0) return false;
  if (upper !== null && compareKeyBytes(last, upper) >= 0) return false;
  return range.keys.every((key, at) => at === 0 || isBelow(range.keys[at - 1], key));
}

function isBelow(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && compareKeyBytes(one, other) < 0;
}

function readRange(reader: Reader): KeyRange | undefined {
  const upper = readBound(reader);
  const mode = readVarint(reader);
  if (upper === undefined || mode === undefined) return undefined;
  if (mode === SKIP) return { mode: 'skip', upper };
  if (mode === FINGERPRINT) {
    const fingerprint = readBytes(reader, FINGERPRINT_BYTES);
    return fingerprint && { mode: 'fingerprint', upper, fingerprint };
  }
  const count = mode === KEYS ? readVarint(reader) : undefined;
  if (count === undefined || count * KEY_BYTES > reader.bytes.length - reader.at) return undefined;
  const keys: Uint8Array[] = [];
  for (let at = 0; at < count; at += 1) keys.push(readBytes(reader, KEY_BYTES) ?? new Uint8Array());
  return { mode: 'keys', upper, keys };
}

/** undefined: it cannot be read; null is a bound. */
function readBound(reader: Reader): Bound | undefined {
  const timestamp = readVarint(reader);
  const length = readVarint(reader);
  if (length === undefined) return undefined;
  if (timestamp === INFINITY) return length === 0 ? null : undefined;
  return timestamp === ZERO && length <= KEY_BYTES ? readBytes(reader, length) : undefined;
}

function readVarint(reader: Reader): number | undefined {
  const decoded = decodeVarint(reader.bytes, reader.at);
  if (decoded === undefined) return undefined;
  reader.at = decoded.end;
  return decoded.value;
}

function readBytes(reader: Reader, length: number): Uint8Array | undefined {
  const end = reader.at + length;
  if (end > reader.bytes.length) return undefined;
  const bytes = reader.bytes.slice(reader.at, end);
  reader.at = end;
  return bytes;
}

function writeRange(writer: Writer, range: KeyRange): void {
  const { upper } = range;
  write(writer, Uint8Array.of(upper === null ? INFINITY : ZERO, upper?.length ?? 0));
  if (upper !== null) write(writer, upper);
  if (range.mode === 'skip') {
    write(writer, Uint8Array.of(SKIP));
  } else if (range.mode === 'fingerprint') {
    write(writer, Uint8Array.of(FINGERPRINT));
    write(writer, range.fingerprint);
  } else {
    write(writer, Uint8Array.of(KEYS));
    write(writer, encodeVarint(range.keys.length));
    for (const key of range.keys) write(writer, key);
  }
}

function write(writer: Writer, bytes: Uint8Array): void {
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

function bad(detail: string): ReadMessage {
  return { type: 'bad', detail };
}
