/**
 * Navigation to board painted, from a local log of 10,000 and of 100,000 ops with a snapshot of it.
 * The page is served by the relay; in `alone` it is told to sync with a port where nobody listens,
 * in `connected` with that relay.
 */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type Figure, figure } from './figure.ts';
import { MANY_OPS, type Setting, type Spectator, SYNTHETIC_OPS } from './setting.ts';
import { quantile } from './timing.ts';

const RUNS = 5;
const RUNS_OF_MANY = 3;

export async function* measureStart(setting: Setting): AsyncGenerator<Figure> {
  const empty = setting.createSpectator();
  const nobody = `ws://127.0.0.1:${await unusedPort()}/crdt-sync`;
  const { relay: host } = await setting.syntheticRelay(SYNTHETIC_OPS);
  const nothing = await measurePage(
    empty,
    `${host.origin}/?relay=${nobody}&pipeline=empty`,
    0,
    RUNS,
  );
  const painted = figure('start.alone.empty-log', 'ms', nothing.paintedMs);
  const cpu = figure('start.alone.page-cpu.empty-log', 'ms', nothing.cpuMs);
  yield painted;
  yield cpu;
  await empty.closeBrowser();
  for (const [count, runs] of [
    [SYNTHETIC_OPS, RUNS],
    [MANY_OPS, RUNS_OF_MANY],
  ] as const) {
    const { name, visibleItems } = setting.synthetic(count);
    const { relay } = await setting.syntheticRelay(count);
    const { spectator } = await setting.syntheticSpectator(count);
    for (const [how, url] of [
      ['alone', `${relay.origin}/?relay=${nobody}`],
      ['connected', relay.origin],
    ] as const) {
      const start = await measurePage(spectator, url, visibleItems, runs);
      yield figure(`start.${how}.${name}`, 'ms', start.paintedMs, painted);
      yield figure(`start.${how}.page-cpu.${name}`, 'ms', start.cpuMs, cpu);
    }
    await spectator.closeBrowser();
  }
}

/** Medians. */
async function measurePage(
  spectator: Spectator,
  url: string,
  items: number,
  runs: number,
): Promise<{ readonly paintedMs: number; readonly cpuMs: number }> {
  const painted: number[] = [];
  const cpu: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const { page, cpuMs } = await spectator.open(url);
    const { paintedMs } = await page.evaluate((count) => pageProbe.milestones(count, false), items);
    // The first run may find no snapshot, and neither the scripts nor their compiled code in the
    // browser's cache.
    if (run === 0 && items > 0) await page.evaluate(() => pageProbe.snapshotStored());
    if (run > 0) {
      painted.push(paintedMs);
      cpu.push(await cpuMs());
    }
    await page.close();
  }
  return { paintedMs: quantile(painted, 0.5), cpuMs: quantile(cpu, 0.5) };
}

/** A port that was free a moment ago. */
export async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
