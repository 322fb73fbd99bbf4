/**
 * Frames of packed ops, where both ends named `compact1`. A name (32 bytes) or dependency (64) stands
 * where it first comes, and later by its number: most ops of a frame share their signers and items.
 *
 * Invariant: what reading needs in memory is bounded before it is taken.
 */

import { toHex } from '../crdt/bytes.ts';
import {
  type ByteCursor,
  type ByteWriter,
  createByteWriter,
  failPacked,
  PackedError,
  readByte,
  readVarint,
  takeBytes,
  writeByte,
  writeBytes,
  writeVarint,
  writtenBytes,
} from '../crdt/packedBytes.ts';
import {
  NAME_BYTES,
  type PackedOp,
  readPackedHead,
  SIGNATURE_BYTES,
  TEXT,
} from '../crdt/packedOp.ts';
import type { BadFrame, Frame } from './frames.ts';
import { COMPACT_OPS_BYTES_MAX, FRAME_OVERHEAD_BYTES, MAX_COMPACT_FRAME_BYTES } from './limits.ts';

export const COMPACT_KIND = 0x02;
export const COMPACT_VERSION = 1;

const LIVE = 0;
const BULK = 1;

type CompactFrame = Extract<Frame, { readonly type: 'compact' }>;

/** Numbers of byte strings, in hex, in the order in which they came, from 1. */
type Names = Map<string, number>;

/** `ops`: packed here. */
export function encodeCompact({ ops, left }: Omit<CompactFrame, 'type'>): Uint8Array {
  const writer = createByteWriter(16 + ops.reduce((sum, op) => sum + op.length, 0));
  writeByte(writer, COMPACT_KIND);
  writeByte(writer, COMPACT_VERSION);
  writeByte(writer, left === null ? LIVE : BULK);
  if (left !== null) writeVarint(writer, left);
  const names: Names = new Map();
  const dependencies: Names = new Map();
  for (const op of ops) writeOp(writer, op, names, dependencies);
  return writtenBytes(writer);
}

/** What `op` adds to a frame at most. */
export function compactBytes(op: PackedOp): number {
  return op.length + (op.length >> 5) + 4;
}

function writeOp(writer: ByteWriter, op: PackedOp, names: Names, dependencies: Names): void {
  const cursor: ByteCursor = { bytes: op, at: 0 };
  if (op[0] === TEXT) {
    cursor.at = 1;
    writeByte(writer, TEXT);
  } else {
    const head = readPackedHead(cursor, SIGNATURE_BYTES);
    writeBytes(writer, op.subarray(0, cursor.at));
    for (let count = head.names; count > 0; count -= 1) {
      writeName(writer, takeBytes(cursor, NAME_BYTES), names);
    }
    for (let count = head.dependencies; count > 0; count -= 1) {
      writeName(writer, takeBytes(cursor, SIGNATURE_BYTES), dependencies);
    }
  }
  writeVarint(writer, op.length - cursor.at);
  writeBytes(writer, op.subarray(cursor.at));
}

function writeName(writer: ByteWriter, name: Uint8Array, numbers: Names): void {
  const hex = toHex(name);
  const known = numbers.get(hex);
  writeVarint(writer, known ?? 0);
  if (known !== undefined) return;
  writeBytes(writer, name);
  numbers.set(hex, numbers.size + 1);
}

/** Whether these bytes are a compact frame with a bulk, if they are one at all. */
export function isCompactBulk(bytes: Uint8Array): boolean {
  return bytes[0] === COMPACT_KIND && bytes[2] === BULK;
}

/**
 * Reads a whole frame, and pauses each time it has read about `sliceBytes` more. The ops are in
 * memory of their own, and what they say is not looked at.
 */
export function* readCompact(
  bytes: Uint8Array,
  sliceBytes: number,
): Generator<undefined, Frame, undefined> {
  if (bytes.length > MAX_COMPACT_FRAME_BYTES) return bad('too-large', `${bytes.length} bytes`);
  const reader: Reader = {
    cursor: { bytes, at: 1 },
    names: [],
    dependencies: [],
    room: COMPACT_OPS_BYTES_MAX,
  };
  const { cursor } = reader;
  try {
    const version = readByte(cursor);
    if (version !== COMPACT_VERSION) return bad('unknown-version', `${version}`);
    const left = readLeft(cursor);
    const ops: PackedOp[] = [];
    for (let pauseAt = sliceBytes; cursor.at < bytes.length; ) {
      ops.push(readOp(reader));
      if (cursor.at < pauseAt) continue;
      pauseAt = cursor.at + sliceBytes;
      yield;
    }
    if (left === null && ops.length === 0) failPacked(cursor, 'no live op');
    return { type: 'compact', ops, left };
  } catch (error) {
    if (error instanceof PackedError) return bad('bad-compact', error.message);
    throw error;
  }
}

function bad(reason: BadFrame, detail: string): Frame {
  return { type: 'bad', reason, detail };
}

interface Reader {
  readonly cursor: ByteCursor;
  readonly names: Uint8Array[];
  readonly dependencies: Uint8Array[];
  /** Bytes that further ops may take. */
  room: number;
}

function readLeft(cursor: ByteCursor): number | null {
  const type = readByte(cursor);
  if (type === LIVE) return null;
  return type === BULK ? readVarint(cursor) : failPacked(cursor, 'unknown type');
}

function readOp(reader: Reader): PackedOp {
  const { cursor } = reader;
  const start = cursor.at;
  const isText = cursor.bytes[start] === TEXT;
  if (isText) cursor.at += 1;
  const { names, dependencies } = isText ? NO_NAMES : readPackedHead(cursor, 1);
  const head = cursor.bytes.subarray(start, cursor.at);
  const namesBytes = names * NAME_BYTES + dependencies * SIGNATURE_BYTES;
  spend(reader, head.length + namesBytes + FRAME_OVERHEAD_BYTES);
  const op = createByteWriter(head.length + namesBytes + TYPICAL_REST_BYTES);
  writeBytes(op, head);
  for (let count = names; count > 0; count -= 1) {
    writeBytes(op, readName(cursor, reader.names, NAME_BYTES));
  }
  for (let count = dependencies; count > 0; count -= 1) {
    writeBytes(op, readName(cursor, reader.dependencies, SIGNATURE_BYTES));
  }
  const rest = takeBytes(cursor, readVarint(cursor));
  spend(reader, rest.length);
  writeBytes(op, rest);
  return writtenBytes(op) as PackedOp;
}

const NO_NAMES = { names: 0, dependencies: 0 };
const TYPICAL_REST_BYTES = 128;

function spend(reader: Reader, bytes: number): void {
  reader.room -= bytes;
  if (reader.room < 0) failPacked(reader.cursor, 'more ops than fit');
}

function readName(cursor: ByteCursor, known: Uint8Array[], length: number): Uint8Array {
  const number = readVarint(cursor);
  if (number > 0) return known[number - 1] ?? failPacked(cursor, 'a name that did not come');
  const name = takeBytes(cursor, length);
  known.push(name);
  return name;
}
