/**
 * A fresh profile opens the page of a relay that holds 10,000 or 36,000 ops: received, verified,
 * stored and shown. Times count from the navigation; the profile is on disk, the browser runs already.
 */

import type { Milestones } from './browser/pageProbe.ts';
import { toBase64 } from './checks.ts';
import { type Figure, figure } from './figure.ts';
import { type Setting, SYNTHETIC_OPS } from './setting.ts';
import { quantile } from './timing.ts';

const RUNS = 3;
/** As many changes as `--peers` makes. */
const PEERS_OPS = 36_000;

export async function* measureFirstSync(setting: Setting): AsyncGenerator<Figure> {
  const { ops, name } = setting.synthetic(SYNTHETIC_OPS);
  const packed = toBase64(ops);
  const worker = await setting.chromiumWorker();
  const { elapsedMs: unsignedMs } = await worker.run({ task: 'parse-hash-apply', ops: packed });
  yield figure(`first-sync.core-alone-unsigned.${name}`, 'ms', unsignedMs);
  const { elapsedMs } = await worker.run({ task: 'take-in', ops: packed });
  const core = figure(`first-sync.core-alone.${name}`, 'ms', elapsedMs);
  yield core;

  yield* measureSyncs(setting, SYNTHETIC_OPS, RUNS, core);
  yield* measureSyncs(setting, PEERS_OPS, 1);
}

async function* measureSyncs(
  setting: Setting,
  count: number,
  times: number,
  core?: Figure,
): AsyncGenerator<Figure> {
  const workload = setting.synthetic(count);
  const { relay } = await setting.syntheticRelay(count);
  const runs: Seen[] = [];
  for (let run = 1; run < times; run += 1) {
    const { spectator, milestones, cpuMs } = await setting.syncFresh(relay, workload);
    await spectator.closeBrowser();
    runs.push({ ...milestones, cpuMs });
  }
  const { spectator, milestones, cpuMs } = await setting.syntheticSpectator(count);
  await spectator.closeBrowser();
  runs.push({ ...milestones, cpuMs });
  const seen = (what: string, of: (run: Seen) => number): Figure =>
    figure(`first-sync.${what}.${workload.name}`, 'ms', quantile(runs.map(of), 0.5), core);
  yield seen('first-card', (run) => run.firstCardMs);
  yield seen('all-shown', (run) => run.shownMs);
  yield seen('all-stored', (run) => run.liveMs);
  yield seen('done', (run) => Math.max(run.paintedMs, run.liveMs));
  yield seen('page-cpu', (run) => run.cpuMs);
}

interface Seen extends Milestones {
  readonly cpuMs: number;
}
