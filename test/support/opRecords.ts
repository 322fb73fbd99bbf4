/** Ops as stores keep them, from their texts and back. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOp } from '../../worker/crdt/op.ts';
import { opText, type PackedOp, packText } from '../../worker/crdt/packedOp.ts';
import type { OpRecord } from '../../worker/ports.ts';
import type { LoggedOp } from '../../worker/relay/opLog.ts';

const DUMP = join(import.meta.dirname, '../vectors/pipeline-dump.json');

/** The first `count` ops of the pipeline dump. */
export function dumpRecords(count: number): readonly OpRecord[] {
  const { frame } = JSON.parse(readFileSync(DUMP, 'utf8')) as { frame: string };
  const { ops } = JSON.parse(frame) as { ops: string[] };
  return ops.slice(0, count).map(recordOf);
}

/** Of an op that can be read. */
export function recordOf(text: string): OpRecord {
  const op = readOp(text);
  if (op.type === 'rejected') throw new Error(`a bad op: ${op.detail}`);
  return { key: op.key, bytes: op.bytes };
}

/** A record of an op that can be read, as the relay appends it. */
export function loggedOf({ key, bytes }: OpRecord): LoggedOp {
  const op = readOp(bytes, key);
  if (op.type === 'rejected') throw new Error(`a bad op: ${op.detail}`);
  return { key, bytes, signature: op.signature, itemId: op.type === 'insert' ? op.id : null };
}

/** Of any text under any key. */
export function textRecord(key: string, text: string): OpRecord {
  return { key, bytes: packText(text) };
}

/** The JSON text of an op or a record. */
export function textOf({ bytes }: { readonly bytes: PackedOp }): string {
  return opText(bytes);
}
