import type { Causes } from '../crdt/causes.ts';
import { readOp } from '../crdt/op.ts';
import type { OpRecord } from '../ports.ts';
import type { PipelineLog, StoreFailure } from './opLog.ts';

export type Replay =
  /** `damagedOps`: how many were taken out of the log. */
  { readonly type: 'replayed'; readonly damagedOps: number } | StoreFailure;

/**
 * Records what the log holds, and puts damaged ops in quarantine. Throws when the disk cannot be
 * read.
 */
export async function replayLog(log: PipelineLog, causes: Causes): Promise<Replay> {
  let damagedOps = 0;
  for await (const slice of log.read(0)) {
    for (const record of slice) {
      const op = readSound(record);
      if (op === undefined) damagedOps += 1;
      else causes.record(op);
    }
  }
  if (damagedOps === 0) return { type: 'replayed', damagedOps };
  const outcome = await log.quarantine((record) => readSound(record) === undefined);
  return outcome.type === 'failed' ? outcome : { type: 'replayed', damagedOps };
}

/** undefined: it is no op, or is not the one that the key was computed from. */
function readSound({ key, bytes }: OpRecord) {
  const op = readOp(bytes);
  return op.type === 'rejected' || op.key !== key ? undefined : op;
}
