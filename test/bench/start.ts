/**
 * Navigation to board painted, from a local log of 10,000 ops. The page is served by the relay; in
 * `alone` it is told to sync with a port where nobody listens, in `connected` with that relay, which
 * sends its whole bulk while the board is being shown.
 */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type Figure, figure } from './figure.ts';
import type { Setting, Spectator } from './setting.ts';
import { quantile } from './timing.ts';

const RUNS = 5;

export async function* measureStart(setting: Setting): AsyncGenerator<Figure> {
  const { name, visibleItems } = setting.synthetic();
  const { relay } = await setting.syntheticRelay();
  const { spectator } = await setting.syntheticSpectator();
  const empty = setting.createSpectator();
  const nobody = await unusedPort();
  const alone = `${relay.origin}/?relay=ws://127.0.0.1:${nobody}/crdt-sync`;
  const nothing = await measurePage(empty, `${alone}&pipeline=empty`, 0);
  const painted = figure('start.alone.empty-log', 'ms', nothing.paintedMs);
  const cpu = figure('start.alone.page-cpu.empty-log', 'ms', nothing.cpuMs);
  yield painted;
  yield cpu;
  for (const [how, url] of [
    ['alone', alone],
    ['connected', relay.origin],
  ] as const) {
    const start = await measurePage(spectator, url, visibleItems);
    yield figure(`start.${how}.${name}`, 'ms', start.paintedMs, painted);
    yield figure(`start.${how}.page-cpu.${name}`, 'ms', start.cpuMs, cpu);
  }
}

/** Medians. */
async function measurePage(
  spectator: Spectator,
  url: string,
  cards: number,
): Promise<{ readonly paintedMs: number; readonly cpuMs: number }> {
  const painted: number[] = [];
  const cpu: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const { page, cpuMs } = await spectator.open(url);
    const { paintedMs } = await page.evaluate((count) => pageProbe.milestones(count, false), cards);
    // The first run may find neither the scripts nor their compiled code in the browser's cache.
    if (run > 0) {
      painted.push(paintedMs);
      cpu.push(await cpuMs());
    }
    await page.close();
  }
  return { paintedMs: quantile(painted, 0.5), cpuMs: quantile(cpu, 0.5) };
}

/** A port that was free a moment ago. */
async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
