import { setTimeout as delay } from 'node:timers/promises';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { createWebSocketDialler } from '../../worker/relay/webSocketDialler.ts';
import { MAX_FRAME_BYTES } from '../../worker/wire/limits.ts';
import { sendBulk } from '../bench/bulkClient.ts';
import { startRelay } from '../support/relayProcess.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { makeLoadOps } from './loadOps.ts';
import { cpuMsOf, peakBytesOf } from './processUse.ts';
import { createStormExchange, dialStormPage } from './stormPages.ts';

export interface Storm {
  /** From the start of the relay until the last page was in sync. */
  readonly syncedMs: number;
  /** CPU of the relay for each page. */
  readonly pageCpuMs: number;
  /** The most that the relay had resident. */
  readonly peakBytes: number;
}

const STORED_OPS = 10_000;
/** Within which all come back. */
const SPREAD_MS = 30_000;

/** The relay is restarted under its pages, who hold its log, and all come back. */
export async function measureStorm(count: number): Promise<Storm> {
  const relay = await startRelay();
  const random = createSeededRandom('storm');
  const dialler = createWebSocketDialler(MAX_FRAME_BYTES, nodeClock);
  try {
    const records = makeLoadOps(STORED_OPS).map(({ key, packed }) => ({ key, bytes: packed }));
    await sendBulk(relay.address, records);
    const exchange = createStormExchange(records);
    const dial = () => dialStormPage(relay.address, dialler, exchange);
    const before = [];
    for (let page = 0; page < count; page += 1) {
      const dialled = dial();
      await dialled.synced;
      before.push(dialled);
    }
    await relay.stop();
    await Promise.all(before.map(({ closed }) => closed));
    await relay.restart();
    const startMs = performance.now();
    const cpuMs = cpuMsOf(relay.pid());
    const after = await Promise.all(
      before.map(async () => {
        await delay(random.fraction() * SPREAD_MS);
        const dialled = dial();
        await dialled.synced;
        return dialled;
      }),
    );
    const syncedMs = performance.now() - startMs;
    const pageCpuMs = (cpuMsOf(relay.pid()) - cpuMs) / count;
    const peakBytes = peakBytesOf(relay.pid());
    for (const page of after) page.close();
    return { syncedMs, pageCpuMs, peakBytes };
  } finally {
    await relay.dispose();
  }
}
