import { setTimeout as delay } from 'node:timers/promises';
import { startRelay } from '../support/relayProcess.ts';
import { createHistogram, type Histogram } from './histogram.ts';
import { dialLoadClient, dialLoadClients, type LoadClient } from './loadClient.ts';
import { indexFrames, makeLoadOps } from './loadOps.ts';
import { cpuMsOf, residentBytesOf } from './processUse.ts';

/** Many clients of one pipeline, of whom now one and now another makes an op. */
export interface FanOutOptions {
  readonly clients: number;
  /** Of all clients together. */
  readonly opsPerSecond: number;
  readonly seconds: number;
  /** Longer ops: characters of a name. */
  readonly padding?: number;
  /** One more client that connects and reads nothing. */
  readonly hasStalled?: boolean;
}

export interface FanOut {
  /** Times that an op did not come to a client that was there. */
  readonly lost: number;
  /** Times that one came again. */
  readonly again: number;
  /** From the moment that it is handed to its client's socket until another client has it. */
  readonly latency: Histogram;
  /** Of the relay's process; 100: one core. */
  readonly cpuPercent: number;
  readonly residentBytes: number;
}

/** Ops of the first seconds are not counted: the engine gets to know the code. */
const WARM_UP_S = 3;
/** How long nothing may come before the rest counts as lost. */
const PATIENCE_MS = 15_000;
const TICK_MS = 5;

export async function measureFanOut(options: FanOutOptions): Promise<FanOut> {
  const { clients: count, opsPerSecond, seconds, padding = 0, hasStalled = false } = options;
  const relay = await startRelay();
  const warmUp = WARM_UP_S * opsPerSecond;
  const ops = makeLoadOps(warmUp + seconds * opsPerSecond, padding);
  const indexOf = indexFrames(ops);
  const acksOf = ops.map(({ key }) => [key]);
  const sentMs = new Float64Array(ops.length);
  const latency = createHistogram();
  let received = 0;
  let again = 0;
  let lastMs = performance.now();
  const dial = (): Promise<LoadClient> => {
    const had = new Uint8Array(ops.length);
    return dialLoadClient(relay.address, {
      onLive(frame) {
        lastMs = performance.now();
        const index = indexOf(frame);
        if (index === undefined) throw new Error('a frame that nobody sent');
        if (had[index] === 1) again += 1;
        else received += 1;
        had[index] = 1;
        if (index >= warmUp) latency.add(lastMs - (sentMs[index] ?? 0));
        return acksOf[index] ?? [];
      },
    });
  };
  try {
    const clients = await dialLoadClients(count, dial);
    await Promise.all(clients.map(({ synced }) => synced));
    if (hasStalled) (await dialLoadClient(relay.address)).socket.pause();
    const startMs = performance.now();
    let cpuMs = 0;
    let countedMs = startMs;
    for (let next = 0; next < ops.length; ) {
      const due = ((performance.now() - startMs) * opsPerSecond) / 1000;
      for (; next < Math.min(due, ops.length); next += 1) {
        if (next === warmUp) [cpuMs, countedMs] = [cpuMsOf(relay.pid()), performance.now()];
        sentMs[next] = performance.now();
        clients[next % count]?.socket.send(ops[next]?.frame ?? '');
      }
      await delay(TICK_MS);
    }
    const elapsedMs = performance.now() - countedMs;
    const cpuPercent = (100 * (cpuMsOf(relay.pid()) - cpuMs)) / elapsedMs;
    const wanted = ops.length * (count - 1);
    while (received < wanted && performance.now() - lastMs < PATIENCE_MS) await delay(TICK_MS);
    const residentBytes = residentBytesOf(relay.pid());
    for (const client of clients) client.close();
    return { lost: wanted - received, again, latency, cpuPercent, residentBytes };
  } finally {
    await relay.dispose();
  }
}
