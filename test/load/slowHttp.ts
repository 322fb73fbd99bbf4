import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { startRelay } from '../support/relayProcess.ts';
import { createHistogram, type Histogram } from './histogram.ts';

export interface SlowHttp {
  /** Requests of somebody else that were not answered with 200 within 5 s. */
  readonly failed: number;
  readonly latency: Histogram;
}

const WAYS = {
  headers: ['-H', '-i', '5'],
  read: ['-X', '-w', '10', '-y', '20', '-n', '5', '-z', '32'],
};
const CONNECTIONS = 1000;
const EVERY_MS = 50;
const PATIENCE_MS = 5000;

/** null: slowhttptest is not installed. */
export async function measureSlowHttp(
  way: keyof typeof WAYS,
  seconds: number,
): Promise<SlowHttp | null> {
  if (spawnSync('slowhttptest', ['-h']).error !== undefined) return null;
  const relay = await startRelay();
  const latency = createHistogram();
  let failed = 0;
  try {
    const args = [...WAYS[way], '-c', `${CONNECTIONS}`, '-r', '200', '-l', `${seconds}`];
    const attack = spawn('slowhttptest', [...args, '-u', `${relay.origin}/`], { stdio: 'ignore' });
    const ended = once(attack, 'exit');
    while (attack.exitCode === null && attack.signalCode === null) {
      const startMs = performance.now();
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const { status } = await fetch(`${relay.origin}/healthz`, {
          ...{ signal, headers: { connection: 'close' } },
        });
        if (status === 200) latency.add(performance.now() - startMs);
        else failed += 1;
      } catch {
        failed += 1;
      }
      await Promise.race([ended, delay(EVERY_MS)]);
    }
    return { failed, latency };
  } finally {
    await relay.dispose();
  }
}
