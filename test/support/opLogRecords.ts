import { createHash } from 'node:crypto';
import { type OpId, type Signature, toBytes } from '../../worker/crdt/bytes.ts';
import type { IndexedOp } from '../../worker/crdt/causes.ts';
import type { OpRecord } from '../../worker/ports.ts';
import type { LoggedOp, OpLog, PipelineLog } from '../../worker/relay/opLog.ts';
import { textRecord } from './opRecords.ts';

/** `count` records that count up from `first`, with characters of one to four bytes. */
export const records = (count: number, first = 0): readonly OpRecord[] =>
  Array.from({ length: count }, (_, index) =>
    textRecord(
      (first + index).toString(16).padStart(64, '0'),
      `{"seq":${first + index},"name":"Übung \u{1f43a} ${'x'.repeat((first + index) % 7)}"}`,
    ),
  );

/** As they are appended, with signatures made up; two of three are inserts. */
export const logged = (appended: readonly OpRecord[]): readonly LoggedOp[] =>
  appended.map(({ key, bytes }) => {
    const signature = createHash('sha512').update(key).digest('hex') as Signature;
    const isInsert = Number.parseInt(key.slice(-8), 16) % 3 > 0;
    return { key, bytes, signature, itemId: isInsert ? (signature.slice(64) as OpId) : null };
  });

export async function openLog(opLog: OpLog, name: string): Promise<PipelineLog> {
  const opening = await opLog.openPipeline(name);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  return opening.log;
}

/** All that comes in slices. */
export async function collect<Item>(slices: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const slice of slices) all.push(...slice);
  return all;
}

export function readAll(log: PipelineLog, fromOffset = 0): Promise<readonly OpRecord[]> {
  return collect(log.read(fromOffset));
}

/** What the log notes of its ops, as bytes of their own, and what came of it. */
export async function replay(log: PipelineLog) {
  const noted: IndexedOp[] = [];
  const outcome = await log.replay(({ seenKey, signature, item }) => {
    const copy = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
    noted.push({
      seenKey: copy(seenKey),
      signature: copy(signature),
      item: item === null ? null : copy(item),
    });
  });
  return { outcome, noted };
}

/** What a start has to know of an op. */
export function indexedOf({ key, signature, itemId }: LoggedOp): IndexedOp {
  const item = itemId === null ? null : toBytes(itemId);
  return { seenKey: toBytes(key), signature: toBytes(signature), item };
}
