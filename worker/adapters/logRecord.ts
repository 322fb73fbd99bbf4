/** One record of the log in IndexedDB: a batch of ops as one run of bytes, and a checksum over it. */

import { toBytes, toHex } from '../crdt/bytes.ts';
import { packStored } from '../crdt/op.ts';
import type { PackedOp } from '../crdt/packedOp.ts';
import { sha256 } from '../crdt/sha256.ts';
import type { OpRecord } from '../ports.ts';

export interface LogRecord {
  /** Of each op: seen-key (32 bytes), length of the packed op (4 bytes, little-endian), packed op. */
  readonly bytes: Uint8Array;
  /** SHA-256 over `bytes`, hex. */
  readonly checksum: string;
}

/** As version 1 of the database has it. */
export interface TextLogRecord {
  readonly ops: readonly TextRecord[];
  /** SHA-256 over keys and texts, hex. */
  readonly checksum: string;
}

export interface TextRecord {
  /** Seen-key, 64 hex digits. */
  readonly key: string;
  /** The op's JSON text. */
  readonly text: string;
}

export interface CheckedRecords {
  /** The ops of the records that are as they were written. */
  readonly sound: readonly (readonly OpRecord[])[];
  readonly damaged: readonly unknown[];
}

const KEY_BYTES = 32;
const HEADER_BYTES = KEY_BYTES + 4;

export async function sealLogRecord(ops: readonly OpRecord[]): Promise<LogRecord> {
  const length = ops.reduce((sum, { bytes }) => sum + HEADER_BYTES + bytes.length, 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const op of ops) {
    bytes.set(toBytes(op.key), at);
    view.setUint32(at + KEY_BYTES, op.bytes.length, true);
    bytes.set(op.bytes, at + HEADER_BYTES);
    at += HEADER_BYTES + op.bytes.length;
  }
  return { bytes, checksum: await checksum(bytes) };
}

/** `records` come from a disk and may be anything. */
export async function checkLogRecords(records: readonly unknown[]): Promise<CheckedRecords> {
  const opened = await Promise.all(records.map(openRecord));
  return {
    sound: opened.filter((ops) => ops !== null),
    damaged: records.filter((_, index) => opened[index] === null),
  };
}

/** The ops of a record; null: it is damaged. */
async function openRecord(record: unknown): Promise<readonly OpRecord[] | null> {
  if (isLogRecord(record)) {
    return record.checksum === (await checksum(record.bytes)) ? split(record.bytes) : null;
  }
  if (!isTextLogRecord(record)) return null;
  const texts = JSON.stringify(record.ops.map(({ key, text }) => [key, text]));
  const isSound = record.checksum === (await checksum(new TextEncoder().encode(texts)));
  return isSound ? record.ops.map(packTextRecord) : null;
}

/** Of bytes that are as they were written. */
function split(bytes: Uint8Array): readonly OpRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ops: OpRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + HEADER_BYTES;
    const end = start + view.getUint32(at + KEY_BYTES, true);
    const key = toHex(bytes.subarray(at, at + KEY_BYTES));
    ops.push({ key, bytes: bytes.subarray(start, end) as PackedOp });
    at = end;
  }
  return ops;
}

export function packTextRecord({ key, text }: TextRecord): OpRecord {
  return { key, bytes: packStored(text, key) };
}

function isLogRecord(record: unknown): record is LogRecord {
  return (
    typeof record === 'object' &&
    record !== null &&
    'checksum' in record &&
    'bytes' in record &&
    record.bytes instanceof Uint8Array
  );
}

function isTextLogRecord(record: unknown): record is TextLogRecord {
  return (
    typeof record === 'object' &&
    record !== null &&
    'checksum' in record &&
    'ops' in record &&
    Array.isArray(record.ops) &&
    record.ops.every(isTextRecord)
  );
}

export function isTextRecord(op: unknown): op is TextRecord {
  return (
    typeof op === 'object' &&
    op !== null &&
    'key' in op &&
    typeof op.key === 'string' &&
    'text' in op &&
    typeof op.text === 'string'
  );
}

/** WebCrypto's hash where there is one: a start checks the whole log. */
export async function checksum(bytes: Uint8Array): Promise<string> {
  return toHex(
    crypto.subtle
      ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
      : sha256(bytes),
  );
}
