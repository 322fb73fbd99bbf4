/**
 * A bulk into a fresh relay, through a real socket, to the ack of the last op: as our own peers send
 * it, and as Rust nodes do.
 */

import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { checksOf, verifyAll } from './checks.ts';
import { type Figure, figure } from './figure.ts';
import { type Setting, SYNTHETIC_OPS } from './setting.ts';
import { fastestMs, perSecond, quantile } from './timing.ts';

const RUNS = 3;

export async function* measureRelayBulk(setting: Setting): AsyncGenerator<Figure> {
  const workload = setting.synthetic(SYNTHETIC_OPS);
  const { ops, name } = workload;
  const checks = checksOf(ops);
  const verifier = createNodeVerifier(async () => undefined);
  const verifyMs = await fastestMs(2, () => verifyAll(checks, verifier, checks.length));
  const verification = figure(`relay.verification-alone.${name}`, 'ms', verifyMs);
  yield verification;
  for (const [form, suffix] of [
    ['compact', ''],
    ['json', '-json'],
  ] as const) {
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const { relay, elapsedMs } = await setting.loadRelay(workload, form);
      samples.push(elapsedMs);
      await relay.dispose();
    }
    const elapsedMs = quantile(samples, 0.5);
    yield figure(`relay.bulk-to-ack${suffix}.${name}`, 'ms', elapsedMs, verification);
    yield figure(`relay.bulk-rate${suffix}.${name}`, 'op/s', perSecond(ops.length, elapsedMs));
  }
}
