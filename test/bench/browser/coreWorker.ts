/** What the bench has the worker's own code do alone, in a Chromium worker. */

import { systemClock } from '../../../worker/adapters/system.ts';
import { createWebCryptoVerifier } from '../../../worker/adapters/webCryptoVerifier.ts';
import { createDocument } from '../../../worker/crdt/document.ts';
import { examineOp } from '../../../worker/crdt/op.ts';
import { takeIn } from '../../../worker/intake.ts';
import type { Verifier } from '../../../worker/ports.ts';
import { SLICE_OPS } from '../../../worker/wire/limits.ts';
import { checksOf, createNobleVerifier, verifyAll } from '../checks.ts';

export interface CoreTask {
  readonly task: 'verify-noble' | 'verify-webcrypto' | 'parse-hash-apply' | 'take-in';
  /** Ops in causal order. */
  readonly texts: readonly string[];
}

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

async function carryOut({ task, texts }: CoreTask): Promise<number> {
  switch (task) {
    case 'verify-noble':
      return timeChecks(texts, createNobleVerifier());
    case 'verify-webcrypto':
      return timeChecks(texts, webCrypto);
    case 'parse-hash-apply':
      return time(async () => examineAll(texts));
    case 'take-in':
      return time(() => takeInAll(texts));
  }
}

/** The batch that warms up is not counted. */
async function timeChecks(texts: readonly string[], verifier: Verifier): Promise<number> {
  const checks = checksOf(texts.map((text) => ({ text })));
  await verifyAll(checks.slice(0, SLICE_OPS), verifier, SLICE_OPS);
  return time(() => verifyAll(checks, verifier, SLICE_OPS));
}

function examineAll(texts: readonly string[]): void {
  const document = createDocument();
  for (const text of texts) {
    const examined = examineOp(text, document.causes.hasSeen);
    if (examined.type === 'candidate') document.apply(examined.op);
  }
  if (document.causes.size() !== texts.length) throw new Error('an op was not applied');
}

async function takeInAll(texts: readonly string[]): Promise<void> {
  const document = createDocument();
  for (let at = 0; at < texts.length; at += SLICE_OPS) {
    const slice = texts.slice(at, at + SLICE_OPS);
    const { verified } = await takeIn(slice, document.causes.hasSeen, webCrypto);
    for (const op of verified) document.apply(op);
  }
  if (document.causes.size() !== texts.length) throw new Error('an op was not accepted');
}

async function time(run: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}
