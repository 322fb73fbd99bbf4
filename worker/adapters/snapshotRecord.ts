/** The one record of the snapshot in IndexedDB: a replica's parts and a checksum over all of it. */

import type { ReplicaSnapshot } from '../ports.ts';
import { checkLogRecords, checksum, type LogRecord, sealLogRecord } from './logRecord.ts';

export interface SnapshotRecord extends Omit<ReplicaSnapshot, 'unacknowledged'> {
  /** How many records the log had up to its place. */
  readonly logRecords: number;
  readonly unacknowledged: LogRecord;
  /** SHA-256 over the numbers and the checksums of the parts, hex. */
  readonly checksum: string;
}

export async function sealSnapshot(
  snapshot: ReplicaSnapshot,
  logRecords: number,
): Promise<SnapshotRecord> {
  const unacknowledged = await sealLogRecord(snapshot.unacknowledged);
  const parts = { ...snapshot, logRecords, unacknowledged };
  return { ...parts, checksum: await checksumOf(parts) };
}

/** `record` comes from a disk and may be anything. null: it is not what was written. */
export async function openSnapshot(
  record: unknown,
): Promise<{ readonly snapshot: ReplicaSnapshot; readonly logRecords: number } | null> {
  if (!isSnapshotRecord(record) || record.checksum !== (await checksumOf(record))) return null;
  const { checksum: _, logRecords, unacknowledged, ...parts } = record;
  const { sound, damaged } = await checkLogRecords([unacknowledged]);
  if (damaged.length > 0) return null;
  return { snapshot: { ...parts, unacknowledged: sound.flat() }, logRecords };
}

async function checksumOf(record: Omit<SnapshotRecord, 'checksum'>): Promise<string> {
  const { logEnd, loggedOps, logRecords, items, index, unacknowledged } = record;
  const parts = await Promise.all([items, index].map(checksum));
  const all = [logEnd, loggedOps, logRecords, ...parts, unacknowledged.checksum];
  return checksum(new TextEncoder().encode(all.join()));
}

function isSnapshotRecord(record: unknown): record is SnapshotRecord {
  return (
    typeof record === 'object' &&
    record !== null &&
    'logEnd' in record &&
    Number.isSafeInteger(record.logEnd) &&
    'loggedOps' in record &&
    Number.isSafeInteger(record.loggedOps) &&
    'logRecords' in record &&
    Number.isSafeInteger(record.logRecords) &&
    'items' in record &&
    record.items instanceof Uint8Array &&
    'index' in record &&
    record.index instanceof Uint8Array &&
    'unacknowledged' in record &&
    typeof record.unacknowledged === 'object' &&
    record.unacknowledged !== null &&
    'checksum' in record.unacknowledged &&
    'checksum' in record
  );
}
