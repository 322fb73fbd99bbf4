/**
 * A fresh profile opens the page of a relay that holds 10,000 ops: received, verified, stored and
 * shown. Times count from the navigation; the profile is on disk, the browser runs already.
 */

import type { Milestones } from './browser/pageProbe.ts';
import { type Figure, figure } from './figure.ts';
import type { Setting } from './setting.ts';
import { quantile } from './timing.ts';

const RUNS = 3;

export async function* measureFirstSync(setting: Setting): AsyncGenerator<Figure> {
  const workload = setting.synthetic();
  const { ops, name } = workload;
  const texts = ops.map(({ text }) => text);
  const worker = await setting.chromiumWorker();
  const { elapsedMs: unsignedMs } = await worker.run({ task: 'parse-hash-apply', texts });
  yield figure(`first-sync.core-alone-unsigned.${name}`, 'ms', unsignedMs);
  const { elapsedMs } = await worker.run({ task: 'take-in', texts });
  const core = figure(`first-sync.core-alone.${name}`, 'ms', elapsedMs);
  yield core;

  const { relay } = await setting.syntheticRelay();
  const runs: Seen[] = [];
  for (let run = 1; run < RUNS; run += 1) {
    const { spectator, milestones, cpuMs } = await setting.syncFresh(relay, workload);
    await spectator.closeBrowser();
    runs.push({ ...milestones, cpuMs });
  }
  const { milestones, cpuMs } = await setting.syntheticSpectator();
  runs.push({ ...milestones, cpuMs });
  const median = (of: keyof Seen): number =>
    quantile(
      runs.map((run) => run[of]),
      0.5,
    );
  yield figure(`first-sync.first-card.${name}`, 'ms', median('firstCardMs'), core);
  yield figure(`first-sync.all-cards.${name}`, 'ms', median('shownMs'), core);
  yield figure(`first-sync.all-stored.${name}`, 'ms', median('liveMs'), core);
  yield figure(`first-sync.painted.${name}`, 'ms', median('paintedMs'), core);
  yield figure(`first-sync.page-cpu.${name}`, 'ms', median('cpuMs'), core);
}

interface Seen extends Milestones {
  readonly cpuMs: number;
}
