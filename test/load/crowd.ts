import { setTimeout as delay } from 'node:timers/promises';
import { createHistogram, type Histogram } from './histogram.ts';
import { dialLoadClient, dialLoadClients, type LoadClient } from './loadClient.ts';
import { indexFrames, loadOps } from './loadOps.ts';

/** Clients of whom now one and now another makes an op, which all others of its pipeline are to get. */
export interface CrowdOptions {
  /** Where each connects. */
  readonly addresses: readonly string[];
  /** Client `index` is in pipeline `index % pipelines`, as its address says. */
  readonly pipelines: number;
  /** Of all clients together. */
  readonly opsPerSecond: number;
  readonly seconds: number;
  /** Longer ops: characters of a name. */
  readonly padding?: number;
  /** When all are synced, before the first op. */
  onReady?(): Promise<unknown>;
  /** CPU time that what is loaded took so far. */
  cpuMs(): number;
}

export interface Crowd {
  /** Times that an op did not come to a client that was there. */
  readonly lost: number;
  /** Times that one came again. */
  readonly again: number;
  /** From the moment that it was due at its client until another client has it. */
  readonly latency: Histogram;
  /** Of what is loaded; 100: one core. */
  readonly cpuPercent: number;
  /** While all are still connected. */
  close(): void;
}

/** Ops of the first seconds are not counted: the engine gets to know the code. */
const WARM_UP_S = 3;
/** How long nothing may come before the rest counts as lost. */
const PATIENCE_MS = 15_000;
const TICK_MS = 1;

export async function gatherCrowd(options: CrowdOptions): Promise<Crowd> {
  const { addresses, pipelines, opsPerSecond, seconds, padding = 0 } = options;
  const count = addresses.length;
  const warmUp = WARM_UP_S * opsPerSecond;
  const pipelineOf = (op: number): number => (op % count) % pipelines;
  const streams = Array.from({ length: pipelines }, () => loadOps(padding));
  const ops = Array.from(
    { length: warmUp + seconds * opsPerSecond },
    (_, op) => (streams[pipelineOf(op)] ?? loadOps()).next().value,
  );
  const indexOf = indexFrames(ops);
  const acksOf = ops.map(({ key }) => [key]);
  const dueMs = new Float64Array(ops.length);
  const latency = createHistogram();
  let received = 0;
  let again = 0;
  let lastMs = performance.now();
  const dial = (client: number): Promise<LoadClient> => {
    const had = new Uint8Array(ops.length);
    return dialLoadClient(addresses[client] ?? '', {
      onLive(frame) {
        lastMs = performance.now();
        const index = indexOf(frame);
        if (index === undefined) throw new Error('a frame that nobody sent');
        if (had[index] === 1) again += 1;
        else received += 1;
        had[index] = 1;
        if (index >= warmUp) latency.add(lastMs - (dueMs[index] ?? 0));
        return acksOf[index] ?? [];
      },
    });
  };
  const clients = await dialLoadClients(count, dial);
  await Promise.all(clients.map(({ synced }) => synced));
  await options.onReady?.();

  const startMs = performance.now();
  let cpuMs = options.cpuMs();
  let countedMs = startMs;
  for (let next = 0; next < ops.length; ) {
    const due = ((performance.now() - startMs) * opsPerSecond) / 1000;
    for (; next < Math.min(due, ops.length); next += 1) {
      if (next === warmUp) [cpuMs, countedMs] = [options.cpuMs(), performance.now()];
      dueMs[next] = startMs + (next * 1000) / opsPerSecond;
      clients[next % count]?.socket.send(ops[next]?.frame ?? '');
    }
    await delay(TICK_MS);
  }
  const cpuPercent = (100 * (options.cpuMs() - cpuMs)) / (performance.now() - countedMs);

  const membersOf = (pipeline: number): number => Math.ceil((count - pipeline) / pipelines);
  const wanted = ops.reduce((sum, _, op) => sum + membersOf(pipelineOf(op)) - 1, 0);
  while (received < wanted && performance.now() - lastMs < PATIENCE_MS) await delay(TICK_MS);
  return {
    ...{ lost: wanted - received, again, latency, cpuPercent },
    close() {
      for (const client of clients) client.close();
    },
  };
}
