/**
 * One more op from a peer at a replica of 10,000 items: from the op's bytes to the patch, verified
 * natively, stored in memory. In Node and in a Chromium worker.
 */

import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { toBase64 } from './checks.ts';
import { type Figure, figure } from './figure.ts';
import type { Setting } from './setting.ts';
import { LATER_OPS, timeOneOps } from './timeOneOps.ts';

const BOARD_OPS = 36_000;

export async function* measureOneOp(setting: Setting): AsyncGenerator<Figure> {
  const { ops } = setting.synthetic(BOARD_OPS + LATER_OPS);
  const verifier = createNodeVerifier(async () => undefined);
  const inNode = await timeOneOps(ops, verifier);
  const node = figure('one-op.to-patch.node', 'ms', inNode);
  yield node;
  const worker = await setting.chromiumWorker();
  const { elapsedMs } = await worker.run({ task: 'one-op', ops: toBase64(ops) });
  yield figure('one-op.to-patch.chromium-worker', 'ms', elapsedMs, node);
}
