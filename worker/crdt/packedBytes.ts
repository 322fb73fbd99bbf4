/**
 * Binary reading and writing: integers as LEB128 of the fewest bytes, UTF-8 texts, byte strings.
 *
 * Reading moves a cursor and fails by throwing `PackedError`, as `json.ts` does; `attemptPacked` at
 * the boundary turns that into a value. Nothing is allocated on the word of a length: it is compared
 * with the bytes that are left first.
 */

import type { Attempt } from './json.ts';

export interface ByteCursor {
  readonly bytes: Uint8Array;
  /** Index of the next byte. */
  at: number;
}

/** Why bytes were not read. Thrown inside readers, returned by `attemptPacked`. */
export class PackedError extends Error {}

/** Runs a reader over all of `bytes`. */
export function attemptPacked<T>(bytes: Uint8Array, read: (cursor: ByteCursor) => T): Attempt<T> {
  const cursor: ByteCursor = { bytes, at: 0 };
  try {
    const value = read(cursor);
    if (cursor.at < bytes.length) failPacked(cursor, 'trailing bytes');
    return { type: 'read', value };
  } catch (error) {
    if (error instanceof PackedError) return { type: 'unreadable', detail: error.message };
    throw error;
  }
}

export function failPacked(cursor: ByteCursor, detail: string): never {
  throw new PackedError(`${detail} at byte ${cursor.at}`);
}

export function readByte(cursor: ByteCursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) return failPacked(cursor, 'unexpected end');
  cursor.at += 1;
  return byte;
}

/** A view, not a copy. */
export function takeBytes(cursor: ByteCursor, count: number): Uint8Array {
  const end = cursor.at + count;
  if (end > cursor.bytes.length) failPacked(cursor, 'unexpected end');
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

/** Place value of the eighth and last byte that an integer can have. */
const LAST_SCALE = 2 ** 49;

/** An integer of 0 to 2^53 − 1. */
export function readVarint(cursor: ByteCursor): number {
  let value = 0;
  for (let scale = 1; ; scale *= 0x80) {
    const byte = readByte(cursor);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      if (byte === 0 && scale > 1) failPacked(cursor, 'integer longer than it need be');
      return value <= Number.MAX_SAFE_INTEGER ? value : failPacked(cursor, 'integer out of range');
    }
    if (scale === LAST_SCALE) failPacked(cursor, 'integer out of range');
  }
}

/** A count of things of at least `bytesEach` bytes, which must all be there. */
export function readCount(cursor: ByteCursor, bytesEach: number): number {
  const count = readVarint(cursor);
  if (count * bytesEach > cursor.bytes.length - cursor.at) failPacked(cursor, 'unexpected end');
  return count;
}

/** Takes what is UTF-8 and nothing else; a byte order mark is a character like any other. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Its length in bytes, and the text. */
export function readText(cursor: ByteCursor): string {
  const length = readVarint(cursor);
  return length === 0 ? '' : decodeText(cursor, takeBytes(cursor, length));
}

export function decodeText(cursor: ByteCursor, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return failPacked(cursor, 'invalid UTF-8');
  }
}

/** Bytes that grow as they are written. */
export interface ByteWriter {
  bytes: Uint8Array;
  /** Written so far. */
  length: number;
}

export function createByteWriter(capacity: number): ByteWriter {
  return { bytes: new Uint8Array(capacity), length: 0 };
}

/** What was written, in memory of its own. */
export function writtenBytes(writer: ByteWriter): Uint8Array {
  return writer.bytes.slice(0, writer.length);
}

/** Makes room for `count` more bytes. */
export function reserve(writer: ByteWriter, count: number): void {
  const needed = writer.length + count;
  if (needed <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, writer.bytes.length * 2));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
}

export function writeByte(writer: ByteWriter, byte: number): void {
  reserve(writer, 1);
  writer.bytes[writer.length] = byte;
  writer.length += 1;
}

export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

/** `value`: an integer of 0 to 2^53 − 1. */
export function writeVarint(writer: ByteWriter, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    writeByte(writer, (rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  writeByte(writer, rest);
}

const encoder = new TextEncoder();

/** `text`: well-formed. */
export function writeText(writer: ByteWriter, text: string): void {
  const bytes = encoder.encode(text);
  writeVarint(writer, bytes.length);
  writeBytes(writer, bytes);
}
