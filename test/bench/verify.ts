/** Signatures verified a second: by noble one by one and in sums, and natively, in Node and in a Chromium worker. */

import { createWebCryptoVerifier } from '../../worker/adapters/webCryptoVerifier.ts';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { SLICE_OPS } from '../../worker/wire/limits.ts';
import {
  checksOf,
  createBatchVerifier,
  createNobleVerifier,
  toBase64,
  verifyAll,
} from './checks.ts';
import { type Figure, figure } from './figure.ts';
import { type Setting, SYNTHETIC_OPS } from './setting.ts';
import { fastestMs, perSecond } from './timing.ts';

const RUNS = 3;
const CHECKS = 3000;
const NOBLE_CHECKS = 500;
const BATCH_CHECKS = 4 * SLICE_OPS;

export async function* measureVerify(setting: Setting): AsyncGenerator<Figure> {
  const ops = setting.synthetic(SYNTHETIC_OPS).ops.slice(0, CHECKS);
  const checks = checksOf(ops);
  const few = checks.slice(0, NOBLE_CHECKS);
  const rate = async (of: typeof checks, ...args: VerifierAndBatch): Promise<number> => {
    return perSecond(of.length, await fastestMs(RUNS, () => verifyAll(of, ...args)));
  };

  const noble = await rate(few, createNobleVerifier(), SLICE_OPS);
  const nobleInNode = figure('verify.noble.node', 'check/s', noble);
  yield nobleInNode;
  const batch = await rate(checks.slice(0, BATCH_CHECKS), createBatchVerifier(), SLICE_OPS);
  yield figure('verify.noble-batch.node', 'check/s', batch, nobleInNode);
  const native = await rate(checks, createNodeVerifier(nodeClock.yieldTurn), SLICE_OPS);
  yield figure('verify.native.node', 'check/s', native, nobleInNode);
  const webCrypto = await rate(checks, createWebCryptoVerifier(nodeClock), SLICE_OPS);
  yield figure('verify.webcrypto.node', 'check/s', webCrypto, nobleInNode);

  const packed = toBase64(ops);
  const worker = await setting.chromiumWorker();
  const slow = await worker.run({ task: 'verify-noble', ops: packed.slice(0, NOBLE_CHECKS) });
  const nobleInWorker = figure(
    'verify.noble.chromium-worker',
    'check/s',
    perSecond(NOBLE_CHECKS, slow.elapsedMs),
  );
  yield nobleInWorker;
  const summed = await worker.run({ task: 'verify-batch', ops: packed.slice(0, BATCH_CHECKS) });
  yield figure(
    'verify.noble-batch.chromium-worker',
    'check/s',
    perSecond(BATCH_CHECKS, summed.elapsedMs),
    nobleInWorker,
  );
  const fast = await worker.run({ task: 'verify-webcrypto', ops: packed });
  yield figure(
    'verify.webcrypto.chromium-worker',
    'check/s',
    perSecond(CHECKS, fast.elapsedMs),
    nobleInWorker,
  );
}

type VerifierAndBatch = [verifier: Parameters<typeof verifyAll>[1], batchSize: number];
