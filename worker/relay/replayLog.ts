import type { Causes } from '../crdt/causes.ts';
import { readOp } from '../crdt/op.ts';
import type { PipelineLog } from './opLog.ts';

/**
 * Records what the log holds. Answers with the offsets of damaged ops: their text is none, or is
 * not the one that the key was computed from. Throws when the disk cannot be read.
 */
export async function replayLog(log: PipelineLog, causes: Causes): Promise<ReadonlySet<number>> {
  const damaged = new Set<number>();
  let offset = 0;
  for await (const slice of log.read(0)) {
    for (const { key, text } of slice) {
      const op = readOp(text);
      if (op.type === 'rejected' || op.key !== key) damaged.add(offset);
      else causes.record(op);
      offset += 1;
    }
  }
  return damaged;
}
