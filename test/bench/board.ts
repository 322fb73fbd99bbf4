/**
 * The page at size: the built page in a real browser, with a worker double that holds 10,000 and
 * 28,000 items and lets others change them 1,000 times a second, each change a patch of its own; then
 * a few changes one at a time, for what one costs; then the first load again with somebody at the keys.
 */

import { launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { servePage } from '../support/staticServer.ts';
import type { Opened, Ridden } from './browser/boardProbe.ts';
import { bundleScript } from './browser/script.ts';
import { type Figure, figure } from './figure.ts';
import { quantile } from './timing.ts';

const SIZES = [10_000, 28_000] as const;
const LOAD = { opsPerS: 1000, durationMs: 5000 } as const;
/** Slow enough that each has a frame of its own. */
const ONE_AT_A_TIME = { opsPerS: 20, durationMs: 3000 } as const;
/** A hand that walks through the cards. */
const KEY_EVERY_MS = 40;

interface Spent {
  readonly script: number;
  readonly task: number;
}

interface Seen {
  readonly opened: Opened;
  readonly loaded: Ridden & { readonly spentMs: Spent };
  readonly single: Ridden & { readonly spentMs: Spent };
  readonly inputDelaysMs: readonly number[];
}

export async function* measureBoard(): AsyncGenerator<Figure> {
  const server = await servePage();
  const browser = await launchBrowser();
  try {
    for (const items of SIZES) {
      const visitor = await newVisitor(browser, 'the bench');
      yield* report(items, await watch(visitor, server.origin, items));
      await visitor.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

async function watch(visitor: Visitor, origin: string, items: number): Promise<Seen> {
  const double = await bundleScript('boardWorker.ts');
  await visitor.alterWorker(() => double);
  const page = await visitor.open('about:blank');
  await page.addInitScript(await bundleScript('boardProbe.ts'));
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spentMs = async (): Promise<Spent> => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    const read = (wanted: string): number =>
      1000 * (metrics.find(({ name }) => name === wanted)?.value ?? 0);
    return { script: read('ScriptDuration'), task: read('TaskDuration') };
  };
  const ride = async (load: typeof LOAD | typeof ONE_AT_A_TIME): Promise<Seen['loaded']> => {
    const before = await spentMs();
    const ridden = await page.evaluate((asked) => boardProbe.ride(asked), load);
    const after = await spentMs();
    const spent = { script: after.script - before.script, task: after.task - before.task };
    return { ...ridden, spentMs: spent };
  };

  // No relay: the double says that it is live.
  await page.goto(`${origin}/?pipeline=items-${items}`, { waitUntil: 'commit' });
  const opened = await page.evaluate((count) => boardProbe.opened(count), items);
  const loaded = await ride(LOAD);
  const single = await ride(ONE_AT_A_TIME);
  let isRiding = true;
  const riding = ride(LOAD).finally(() => {
    isRiding = false;
  });
  await page.locator('.card-open').first().focus();
  for (let keys = 0; isRiding; keys += 1) {
    await page.keyboard.press(keys % 8 < 4 ? 'ArrowDown' : 'ArrowUp', { delay: KEY_EVERY_MS });
  }
  const { inputDelaysMs } = await riding;
  return { opened, loaded, single, inputDelaysMs };
}

function* report(
  items: number,
  { opened, loaded, single, inputDelaysMs }: Seen,
): Generator<Figure> {
  const of = (what: string): string => `board.${what}.items-${items}`;
  const paint = figure(of('first-paint'), 'ms', opened.firstPaintMs);
  yield paint;
  yield figure(of('first-card'), 'ms', opened.firstCardMs, paint);
  yield figure(of('all-items'), 'ms', opened.allItemsMs, paint);
  yield figure(of('open.longest-task'), 'ms', opened.longestTaskMs);
  yield figure(of('open.long-tasks'), 'tasks', opened.longTasks);
  yield figure(of('load.frames'), 'frames/s', loaded.framesPerS);
  yield figure(of('load.longest-frame'), 'ms', loaded.longestFrameMs);
  yield figure(of('load.longest-task'), 'ms', loaded.longestTaskMs);
  yield figure(of('load.long-tasks'), 'tasks', loaded.longTasks);
  const median = figure(of('load.input-delay.p50'), 'ms', quantile(inputDelaysMs, 0.5));
  yield median;
  yield figure(of('load.input-delay.p99'), 'ms', quantile(inputDelaysMs, 0.99), median);
  for (const [name, { ops, cardsMade, spentMs }] of [
    ['load', loaded],
    ['one-at-a-time', single],
  ] as const) {
    yield figure(of(`${name}.script-cpu`), 'µs/op', (1000 * spentMs.script) / ops);
    yield figure(of(`${name}.page-cpu`), 'µs/op', (1000 * spentMs.task) / ops);
    yield figure(of(`${name}.cards-made`), 'cards/op', cardsMade / ops);
  }
}
