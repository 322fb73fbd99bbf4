import { readOp } from '../crdt/op.ts';
import type { PipelineLog } from './opLog.ts';
import {
  openStoppedLog,
  openStoppedStore,
  type StoreCommandDeps,
  tellLosses,
} from './stoppedStore.ts';

/** `inspect`: what a stopped relay keeps, without checking it. */

const HELP = `Usage: npm run -s relay -- inspect DATA

Says what is in a relay's data folder, while no relay has it: a line of JSON for each pipeline, with
its ops, those that are damaged, and how many each signer made. Checks no signature (see verify).
Ends with 0; 1: something is damaged, or cannot be read; 2: wrong command line.
`;

export interface PipelineSummary {
  readonly pipeline: string;
  /** Name of the log, 32 hex digits. */
  readonly log: string;
  /** Damaged ones included. */
  readonly ops: number;
  readonly damaged: number;
  /** Ops by signer, 64 hex digits; who made most comes first. */
  readonly signers: { readonly [signer: string]: number };
}

/** `args`: behind `inspect`. Resolves to the exit status. */
export async function runInspect(args: readonly string[], deps: StoreCommandDeps): Promise<number> {
  const [data, ...others] = args;
  if (args.includes('--help')) {
    await deps.writeOut(HELP);
    return 0;
  }
  if (data === undefined || data.startsWith('-') || others.length > 0) {
    deps.writeError(HELP);
    return 2;
  }
  const store = await openStoppedStore(data, deps);
  if (store === null) return 1;
  let isDamaged = tellLosses(store.findings, deps);
  for (const pipeline of store.opLog.names()) {
    const log = await openStoppedLog(store, pipeline, deps);
    const summary = log && (await summarise(pipeline, log));
    if (summary) await deps.writeOut(`${JSON.stringify(summary)}\n`);
    isDamaged ||= summary === null || summary.damaged > 0;
  }
  await store.opLog.close();
  return isDamaged ? 1 : 0;
}

async function summarise(pipeline: string, log: PipelineLog): Promise<PipelineSummary> {
  const ops = new Map<string, number>();
  let read = 0;
  for await (const records of log.read(0)) {
    for (const { key, bytes } of records) {
      const op = readOp(bytes, key);
      if (op.type === 'rejected') continue;
      read += 1;
      ops.set(op.signer, (ops.get(op.signer) ?? 0) + 1);
    }
  }
  const signers = Object.fromEntries([...ops].sort(([, one], [, other]) => other - one));
  return { pipeline, log: log.id, ops: log.count(), damaged: log.count() - read, signers };
}
