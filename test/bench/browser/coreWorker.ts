/** What the bench has the worker's own code do alone, in a Chromium worker. */

import { systemClock } from '../../../worker/adapters/system.ts';
import { createWebCryptoVerifier } from '../../../worker/adapters/webCryptoVerifier.ts';
import { createDocument } from '../../../worker/crdt/document.ts';
import { examineOp, type Op, readOp } from '../../../worker/crdt/op.ts';
import type { PackedOp } from '../../../worker/crdt/packedOp.ts';
import { takeIn } from '../../../worker/intake.ts';
import type { Verifier } from '../../../worker/ports.ts';
import { SLICE_OPS } from '../../../worker/wire/limits.ts';
import { checksOf, createBatchVerifier, createNobleVerifier, verifyAll } from '../checks.ts';
import { timeOneOps } from '../timeOneOps.ts';

export interface CoreTask {
  readonly task:
    | 'verify-noble'
    | 'verify-batch'
    | 'verify-webcrypto'
    | 'parse-hash-apply'
    | 'take-in'
    | 'one-op';
  /** Packed ops in base64, in causal order. */
  readonly ops: readonly string[];
}

/** `elapsedMs` of `one-op`: the median of the last `LATER_OPS`, each by itself. */
export type CoreTaskOutcome =
  | { readonly type: 'done'; readonly elapsedMs: number }
  | { readonly type: 'failed'; readonly detail: string };

const webCrypto = createWebCryptoVerifier(systemClock);

self.onmessage = async ({ data }: MessageEvent<CoreTask>) => {
  let outcome: CoreTaskOutcome;
  try {
    outcome = { type: 'done', elapsedMs: await carryOut(data) };
  } catch (error) {
    outcome = { type: 'failed', detail: String(error) };
  }
  self.postMessage(outcome);
};

async function carryOut({ task, ops: encoded }: CoreTask): Promise<number> {
  const ops = encoded.map(toPacked);
  switch (task) {
    case 'verify-noble':
      return timeChecks(ops, createNobleVerifier());
    case 'verify-batch':
      return timeChecks(ops, createBatchVerifier());
    case 'verify-webcrypto':
      return timeChecks(ops, webCrypto);
    case 'parse-hash-apply':
      return time(async () => examineAll(ops));
    case 'take-in':
      return time(() => takeInAll(ops));
    case 'one-op':
      return timeOneOps(ops.map(toOp), webCrypto);
  }
}

/** The batch that warms up is not counted. */
async function timeChecks(ops: readonly PackedOp[], verifier: Verifier): Promise<number> {
  const checks = checksOf(ops.map((bytes) => ({ bytes })));
  await verifyAll(checks.slice(0, SLICE_OPS), verifier, SLICE_OPS);
  return time(() => verifyAll(checks, verifier, SLICE_OPS));
}

function toPacked(base64: string): PackedOp {
  return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)) as unknown as PackedOp;
}

function toOp(bytes: PackedOp): Op {
  const op = readOp(bytes);
  if (op.type === 'rejected') throw new Error(op.detail);
  return op;
}

function examineAll(ops: readonly PackedOp[]): void {
  const document = createDocument();
  for (const op of ops) {
    const examined = examineOp(op, document.causes.hasSeen);
    if (examined.type === 'candidate') document.apply(examined.op);
  }
  if (document.causes.size() !== ops.length) throw new Error('an op was not applied');
}

async function takeInAll(ops: readonly PackedOp[]): Promise<void> {
  const document = createDocument();
  for (let at = 0; at < ops.length; at += SLICE_OPS) {
    const slice = ops.slice(at, at + SLICE_OPS);
    const { verified } = await takeIn(slice, document.causes.hasSeen, webCrypto);
    for (const op of verified) document.apply(op);
  }
  if (document.causes.size() !== ops.length) throw new Error('an op was not accepted');
}

async function time(run: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}
