import { setTimeout as delay } from 'node:timers/promises';
import { sendBulk } from '../bench/bulkClient.ts';
import { startRelay } from '../support/relayProcess.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { dialLoadClient, dialLoadClients } from './loadClient.ts';
import { makeLoadOps } from './loadOps.ts';
import { peakBytesOf } from './processUse.ts';

export interface Storm {
  /** From the first that came back until the last one had the whole log. */
  readonly syncedMs: number;
  /** The most that the relay had resident. */
  readonly peakBytes: number;
  /** Of bulks, in all. */
  readonly bulkBytes: number;
}

const STORED_OPS = 10_000;
/** Within which all come back. */
const SPREAD_MS = 30_000;

/**
 * The relay is restarted under its clients, and all come back. Each takes the whole log, as if it had
 * nothing: a page that has the log asks only for what it lacks.
 */
export async function measureStorm(count: number): Promise<Storm> {
  const relay = await startRelay();
  const random = createSeededRandom('storm');
  try {
    const ops = makeLoadOps(STORED_OPS);
    await sendBulk(
      relay.address,
      ops.map(({ key, packed }) => ({ key, bytes: packed })),
    );
    const before = await dialLoadClients(count, () => dialLoadClient(relay.address));
    await Promise.all(before.map(({ synced }) => synced));
    await relay.stop();
    await Promise.all(before.map(({ closed }) => closed));
    await relay.restart();
    const startMs = performance.now();
    const sizes = await Promise.all(
      before.map(async () => {
        await delay(random.fraction() * SPREAD_MS);
        const client = await dialLoadClient(relay.address);
        const bytes = await client.synced;
        return { client, bytes };
      }),
    );
    const syncedMs = performance.now() - startMs;
    const peakBytes = peakBytesOf(relay.pid());
    for (const { client } of sizes) client.close();
    return { syncedMs, peakBytes, bulkBytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0) };
  } finally {
    await relay.dispose();
  }
}
