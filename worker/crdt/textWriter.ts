/**
 * Texts that only a hash will read, written as UTF-8 at once: a string of so many small pieces takes
 * longer to join and to encode than SHA-256 takes to hash it.
 */

import { type ByteWriter, createByteWriter, reserve, writeBytes } from './packedBytes.ts';

const utf8 = new TextEncoder();

/** A writer that is used over and over: what is in it is gone when it is begun anew. */
export function createScratch(): ByteWriter {
  return createByteWriter(4096);
}

export function begin(scratch: ByteWriter): void {
  scratch.length = 0;
}

/** A view of what was written, good until the scratch is begun anew. */
export function writtenView(scratch: ByteWriter): Uint8Array {
  return scratch.bytes.subarray(0, scratch.length);
}

/** `text`: well-formed. */
export function writeUtf8(writer: ByteWriter, text: string): void {
  const { length } = text;
  reserve(writer, length);
  const { bytes, length: start } = writer;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) {
      writeBytes(writer, utf8.encode(text));
      return;
    }
    bytes[start + at] = code;
  }
  writer.length = start + length;
}

const ZERO = 0x30;
const COMMA = 0x2c;
const SPACE = 0x20;

/** As serde_json writes a byte array, `[0,1,255]`, or as Rust's Debug does, `[0, 1, 255]`. */
export function writeByteArray(
  writer: ByteWriter,
  array: Uint8Array,
  notation: 'serde-json' | 'debug',
): void {
  reserve(writer, 5 * array.length + 2);
  const { bytes } = writer;
  const isDebug = notation === 'debug';
  let at = writer.length;
  bytes[at++] = 0x5b;
  for (let index = 0; index < array.length; index += 1) {
    if (index > 0) {
      bytes[at++] = COMMA;
      if (isDebug) bytes[at++] = SPACE;
    }
    const byte = array[index] ?? 0;
    const hundreds = byte >= 200 ? 2 : byte >= 100 ? 1 : 0;
    if (hundreds > 0) bytes[at++] = ZERO + hundreds;
    const below = byte - 100 * hundreds;
    // x * 205 >> 11 is x / 10, rounded down, for x below 100.
    const tens = (below * 205) >> 11;
    if (byte >= 10) bytes[at++] = ZERO + tens;
    bytes[at++] = ZERO + below - 10 * tens;
  }
  bytes[at++] = 0x5d;
  writer.length = at;
}

const HEX_DIGITS = utf8.encode('0123456789abcdef');

export function writeHex(writer: ByteWriter, array: Uint8Array): void {
  reserve(writer, 2 * array.length);
  for (const byte of array) {
    writer.bytes[writer.length] = HEX_DIGITS[byte >> 4] ?? 0;
    writer.bytes[writer.length + 1] = HEX_DIGITS[byte & 15] ?? 0;
    writer.length += 2;
  }
}
