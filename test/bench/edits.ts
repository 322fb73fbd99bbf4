/**
 * Local edits in the built worker in Chromium, with a profile on disk and no peer: planned, signed,
 * stored and applied, with many commands in flight and one at a time.
 */

import { servePage } from '../support/staticServer.ts';
import type { EditRun } from './browser/replicaDriver.ts';
import { bundleScript } from './browser/script.ts';
import { type Figure, figure } from './figure.ts';
import type { Setting } from './setting.ts';
import { perSecond, quantile } from './timing.ts';

const ITEMS = 1000;
const EDITS = 3000;
const EDITS_IN_TURN = 300;
const RUNS = 3;

export async function* measureEdits(setting: Setting): AsyncGenerator<Figure> {
  const server = await servePage();
  const spectator = setting.createSpectator();
  try {
    const { page: board } = await spectator.open(server.origin);
    const worker = board.workers()[0] ?? (await board.waitForEvent('worker'));
    const workerUrl = worker.url();
    await board.close();

    const { page } = await spectator.open(`${server.origin}/icon.svg`);
    await page.evaluate(await bundleScript('replicaDriver.ts'));
    await page.evaluate((url) => replicaDriver.open(url, 'edits'), workerUrl);
    const rate = ({ ops, elapsedMs }: EditRun): number => perSecond(ops, elapsedMs);
    const added = await page.evaluate((count) => replicaDriver.addItems(count), ITEMS);
    yield figure('edits.additions-in-flight', 'op/s', rate(added));
    const edit = (count: number, how: 'in-flight' | 'in-turn'): Promise<EditRun> =>
      page.evaluate(([edits, way]) => replicaDriver.editItems(edits, way), [count, how] as const);
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run += 1) samples.push(rate(await edit(EDITS, 'in-flight')));
    const inFlight = figure('edits.in-flight', 'op/s', quantile(samples, 0.5));
    yield inFlight;
    yield figure('edits.in-turn', 'op/s', rate(await edit(EDITS_IN_TURN, 'in-turn')), inFlight);
  } finally {
    await spectator.closeBrowser();
    await server.close();
  }
}
