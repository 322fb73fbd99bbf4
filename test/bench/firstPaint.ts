/**
 * Navigation to the first paint, and to the cards painted, of a board of 400 stories: for a browser
 * that has neither scripts nor data (`fresh`), and for one that has both (`again`), on no relay.
 */

import { type Figure, figure } from './figure.ts';
import type { Setting, Spectator } from './setting.ts';
import { unusedPort } from './start.ts';
import { quantile } from './timing.ts';

const RUNS = 5;

interface Painted {
  /** The first pixels of content, by the Paint Timing API. */
  readonly firstMs: number;
  /** The frame after the columns counted all stories. */
  readonly cardsMs: number;
}

export async function* measureFirstPaint(setting: Setting): AsyncGenerator<Figure> {
  const { visibleItems, name } = setting.dump();
  const { relay } = await setting.loadRelay(setting.dump());
  const nobody = `ws://127.0.0.1:${await unusedPort()}/crdt-sync`;
  const fresh: Painted[] = [];
  const again: Painted[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const spectator = setting.createSpectator();
    // The browser itself shall run.
    await spectator.open('about:blank');
    fresh.push(await paint(spectator, relay.origin, visibleItems, true));
    const offline = `${relay.origin}/?relay=${nobody}`;
    await paint(spectator, offline, visibleItems, false);
    again.push(await paint(spectator, offline, visibleItems, false));
    await spectator.closeBrowser();
  }
  await relay.dispose();
  for (const [how, runs] of [
    ['fresh', fresh],
    ['again', again],
  ] as const) {
    const first = figure(`first-paint.${how}.${name}`, 'ms', medianOf(runs, 'firstMs'));
    yield first;
    yield figure(`first-paint.${how}.cards.${name}`, 'ms', medianOf(runs, 'cardsMs'), first);
  }
}

/** `leavesSnapshot`: waits until the next start has one. */
async function paint(
  spectator: Spectator,
  url: string,
  items: number,
  leavesSnapshot: boolean,
): Promise<Painted> {
  const { page } = await spectator.open(url);
  const { paintedMs } = await page.evaluate(
    ([count, untilLive]) => pageProbe.milestones(count, untilLive),
    [items, leavesSnapshot] as const,
  );
  const firstMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  if (leavesSnapshot) await page.evaluate(() => pageProbe.snapshotStored());
  await page.close();
  return { firstMs, cardsMs: paintedMs };
}

function medianOf(runs: readonly Painted[], what: keyof Painted): number {
  return quantile(
    runs.map((run) => run[what]),
    0.5,
  );
}
