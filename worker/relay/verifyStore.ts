import { createCauses } from '../crdt/causes.ts';
import { takeIn } from '../intake.ts';
import type { OpRecord, Verifier } from '../ports.ts';
import type { OpLog, PipelineLog, StoreFailure } from './opLog.ts';

/**
 * Looks at every op of a store again as if it came from a stranger: checksum, hash, shape, signature,
 * and whether what it needs stands before it. Changes nothing.
 */

export interface PipelineReport {
  readonly pipeline: string;
  /** In the log, damaged ones included. */
  readonly ops: number;
  readonly signers: number;
  /** Their checksum is wrong, or they cannot be read; a start sets them aside. */
  readonly damaged: number;
  /** Not valid, by reason. */
  readonly rejected: { readonly [reason: string]: number };
  /** Stored under the key of another op, or twice. */
  readonly wrongKeys: number;
  /** Stand before what they need. A damaged op that came again stands behind those that need it. */
  readonly early: number;
}

export interface VerifyDeps {
  readonly opLog: OpLog;
  readonly verifier: Verifier;
  /** After every slice. `done`: ops of this pipeline so far. */
  onProgress(pipeline: string, done: number, ops: number): void;
}

export async function verifyStore(
  deps: VerifyDeps,
): Promise<readonly PipelineReport[] | StoreFailure> {
  const reports: PipelineReport[] = [];
  for (const pipeline of deps.opLog.names()) {
    const opening = await deps.opLog.openPipeline(pipeline);
    if (opening.type === 'failed') return opening;
    try {
      reports.push(await verifyPipeline(pipeline, opening.log, deps));
    } catch (error) {
      return { type: 'failed', reason: 'broken', detail: String(error) };
    }
  }
  return reports;
}

export function isSound({ damaged, rejected, wrongKeys, early }: PipelineReport): boolean {
  return damaged + wrongKeys + early + Object.keys(rejected).length === 0;
}

async function verifyPipeline(
  pipeline: string,
  log: PipelineLog,
  { verifier, onProgress }: VerifyDeps,
): Promise<PipelineReport> {
  const causes = createCauses();
  const signers = new Set<string>();
  const rejected = new Map<string, number>();
  let read = 0;
  let wrongKeys = 0;
  let early = 0;

  async function verifySlice(records: readonly OpRecord[]): Promise<void> {
    const intake = await takeIn(
      records.map(({ bytes }) => bytes),
      () => false,
      verifier,
    );
    for (const { reason } of intake.rejected) rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
    const keys = new Set(records.map(({ key }) => key));
    let right = 0;
    for (const op of intake.verified) {
      if (keys.has(op.key) && !causes.hasSeen(op.key)) right += 1;
      if (causes.missing(op) !== undefined) early += 1;
      signers.add(op.signer);
      causes.record(op);
    }
    wrongKeys += records.length - intake.rejected.length - right;
    read += records.length;
    onProgress(pipeline, read, log.count());
  }

  for await (const records of log.read(0)) await verifySlice(records);
  return {
    ...{ pipeline, ops: log.count(), signers: signers.size, damaged: log.count() - read },
    ...{ rejected: Object.fromEntries(rejected), wrongKeys, early },
  };
}
