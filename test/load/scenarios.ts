/** What `npm run load` can do, by name. Each yields figures; `goals.ts` of the bench has their goals. */
import { join } from 'node:path';
import { type Figure, figure } from '../bench/figure.ts';
import { crashRelay } from '../crash/crashRelay.ts';
import { root } from '../support/sourceCode.ts';
import { measureFanOut } from './fanOut.ts';
import { measureGarbage } from './garbage.ts';
import { measureIdle } from './idle.ts';
import { measureMesh } from './mesh.ts';
import { measureSlowHttp } from './slowHttp.ts';
import { measureStorm } from './storm.ts';

export interface LoadOptions {
  /** How long ops are sent. */
  readonly seconds: number;
  /** Clients in place of those that the goal is about; null: those. */
  readonly clients: number | null;
  readonly rounds: number;
  readonly frames: number;
}

export interface Scenario {
  readonly about: string;
  run(options: LoadOptions): AsyncIterable<Figure>;
}

const OPS_PER_SECOND = 50;
const STALLED_CLIENTS = 50;
/** So that a reader that stands still has the relay's queue full after seconds. */
const STALLED_PADDING = 8000;

export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map<string, Scenario>([
  [
    'fanout',
    {
      about: '1,000 clients, 50 ops a second in all',
      run: ({ seconds, clients }) => fanOut('fanout', clients ?? 1000, seconds),
    },
  ],
  [
    'small',
    {
      about: '200 clients, 50 ops a second in all',
      run: ({ seconds, clients }) => fanOut('small', clients ?? 200, seconds),
    },
  ],
  ['stalled', { about: 'one of 50 clients reads nothing', run: stalled }],
  [
    'idle',
    {
      about: '2,000 clients that do nothing',
      async *run({ clients }) {
        const count = clients ?? 2000;
        const connection = await measureIdle(count, 1);
        yield figure('load.idle.connection', 'B', connection);
        yield figure('load.idle.pipeline', 'B', (await measureIdle(count, count)) - connection);
      },
    },
  ],
  ['storm', { about: '1,000 clients come back within 30 s of a restart', run: storm }],
  ['garbage', { about: '1,000,000 frames of rubbish', run: garbage }],
  ['mesh', { about: '1,000 clients of 100 pipelines over three relays and a broker', run: mesh }],
  ['kill', { about: 'the relay dies under load again and again', run: kill }],
  ['slowhttp', { about: 'slow heads and slow readers of slowhttptest', run: slowHttp }],
]);

async function* fanOut(name: string, clients: number, seconds: number): AsyncGenerator<Figure> {
  const { lost, again, latency, cpuPercent } = await measureFanOut({
    ...{ clients, seconds, opsPerSecond: OPS_PER_SECOND },
  });
  yield figure(`load.${name}.lost`, 'ops', lost);
  yield figure(`load.${name}.again`, 'ops', again);
  yield figure(`load.${name}.p50`, 'ms', latency.quantile(0.5));
  yield figure(`load.${name}.p99`, 'ms', latency.quantile(0.99));
  yield figure(`load.${name}.cpu`, '% of a core', cpuPercent);
}

async function* stalled({ seconds, clients }: LoadOptions): AsyncGenerator<Figure> {
  const options = {
    ...{ clients: clients ?? STALLED_CLIENTS, seconds, opsPerSecond: OPS_PER_SECOND },
    padding: STALLED_PADDING,
  };
  const without = await measureFanOut(options);
  const beside = await measureFanOut({ ...options, hasStalled: true });
  const p99 = figure('load.stalled.p99-without', 'ms', without.latency.quantile(0.99));
  yield p99;
  yield figure('load.stalled.p99', 'ms', beside.latency.quantile(0.99), p99);
  yield figure('load.stalled.lost', 'ops', beside.lost);
  yield figure('load.stalled.rss', 'B', beside.residentBytes - without.residentBytes);
}

async function* storm({ clients }: LoadOptions): AsyncGenerator<Figure> {
  const { syncedMs, pageCpuMs, peakBytes } = await measureStorm(clients ?? 1000);
  yield figure('load.storm.synced', 'ms', syncedMs);
  yield figure('load.storm.rss', 'B', peakBytes);
  yield figure('load.storm.page-cpu', 'ms', pageCpuMs);
}

async function* garbage({ frames }: LoadOptions): AsyncGenerator<Figure> {
  const { grownBytes, connections, rate } = await measureGarbage(frames);
  yield figure('load.garbage.rss-grown', 'B', grownBytes);
  yield figure('load.garbage.rate', 'frames/s', rate);
  yield figure('load.garbage.connections', 'requests', connections);
}

async function* mesh({ clients, seconds }: LoadOptions): AsyncGenerator<Figure> {
  const measured = await measureMesh({
    ...{ clients: clients ?? 1000, pipelines: 100, relays: 3, opsPerSecond: OPS_PER_SECOND },
    seconds,
  });
  if (measured === null) {
    console.error('nats-server is not installed (Debian: nats-server): skipped');
    return;
  }
  const { lost, again, latency, cpuPercent, residentBytes } = measured;
  yield figure('load.mesh.lost', 'ops', lost);
  yield figure('load.mesh.again', 'ops', again);
  yield figure('load.mesh.p50', 'ms', latency.quantile(0.5));
  yield figure('load.mesh.p99', 'ms', latency.quantile(0.99));
  yield figure('load.mesh.cpu', '% of a core', cpuPercent);
  yield figure('load.mesh.rss', 'B', residentBytes);
}

async function* kill({ rounds }: LoadOptions): AsyncGenerator<Figure> {
  const program = [process.execPath, join(root, 'dist/relay/main.js')];
  const { ackedOps, lostOps, misplacedOps, errors } = await crashRelay({
    ...{ rounds, seed: 1, program },
  });
  yield figure('load.kill.acknowledged', 'ops', ackedOps);
  yield figure('load.kill.lost', 'ops', lostOps + misplacedOps + errors.length);
}

async function* slowHttp({ seconds }: LoadOptions): AsyncGenerator<Figure> {
  for (const way of ['headers', 'read'] as const) {
    const measured = await measureSlowHttp(way, Math.min(seconds, 30));
    if (measured === null) {
      console.error('slowhttptest is not installed (Debian: slowhttptest): skipped');
      return;
    }
    yield figure(`load.slowhttp.${way}.failed`, 'requests', measured.failed);
    yield figure(`load.slowhttp.${way}.p99`, 'ms', measured.latency.quantile(0.99));
  }
}
