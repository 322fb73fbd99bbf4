/** One record of the log in IndexedDB: a batch of ops and a checksum over it. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { OpRecord } from '../ports.ts';

export interface LogRecord {
  readonly ops: readonly OpRecord[];
  /** SHA-256 over keys and texts, hex. */
  readonly checksum: string;
}

export interface CheckedRecords {
  /** The ops of the records that are as they were written. */
  readonly sound: readonly (readonly OpRecord[])[];
  readonly damaged: readonly unknown[];
}

export async function sealLogRecord(ops: readonly OpRecord[]): Promise<LogRecord> {
  return { ops, checksum: await checksum(ops) };
}

/** `records` come from a disk and may be anything. */
export async function checkLogRecords(records: readonly unknown[]): Promise<CheckedRecords> {
  const isSound = await Promise.all(records.map(isSoundRecord));
  return {
    sound: records.filter((_, index) => isSound[index]).map((record) => (record as LogRecord).ops),
    damaged: records.filter((_, index) => !isSound[index]),
  };
}

async function isSoundRecord(record: unknown): Promise<boolean> {
  if (!isLogRecord(record)) return false;
  return record.checksum === (await checksum(record.ops));
}

function isLogRecord(record: unknown): record is LogRecord {
  return (
    typeof record === 'object' &&
    record !== null &&
    'checksum' in record &&
    'ops' in record &&
    Array.isArray(record.ops) &&
    record.ops.every(isOpRecord)
  );
}

function isOpRecord(op: unknown): op is OpRecord {
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
async function checksum(ops: readonly OpRecord[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(ops.map(({ key, text }) => [key, text])));
  const digest = crypto.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    : sha256(bytes);
  return bytesToHex(digest);
}
