import type { OpRecord } from '../../worker/ports.ts';
import type { OpLog, PipelineLog } from '../../worker/relay/opLog.ts';
import { textRecord } from './opRecords.ts';

/** `count` records that count up from `first`, with characters of one to four bytes. */
export const records = (count: number, first = 0): readonly OpRecord[] =>
  Array.from({ length: count }, (_, index) =>
    textRecord(
      (first + index).toString(16).padStart(64, '0'),
      `{"seq":${first + index},"name":"Übung \u{1f43a} ${'x'.repeat((first + index) % 7)}"}`,
    ),
  );

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
