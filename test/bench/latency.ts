/**
 * Edit in page A to shown in page B, through the relay and stored before sent: two browsers with
 * profiles on disk. An edit is the key that blocks a story; shown is when B's card has changed in
 * the DOM, painted when the frame after that is done.
 */

import type { Page } from 'playwright-core';
import { type Figure, figure } from './figure.ts';
import { type Setting, SYNTHETIC_OPS } from './setting.ts';
import { quantile } from './timing.ts';
import type { Workload } from './workload.ts';

const EDITS = 300;
const EDITS_AT_SIZE = 100;

export async function* measureLatency(setting: Setting): AsyncGenerator<Figure> {
  yield* measureEdits(setting, setting.dump(), EDITS);
  yield* measureEdits(setting, setting.synthetic(SYNTHETIC_OPS), EDITS_AT_SIZE);
}

async function* measureEdits(
  setting: Setting,
  workload: Workload,
  edits: number,
): AsyncGenerator<Figure> {
  const { relay } = await setting.loadRelay(workload);
  const people = [setting.createSpectator(), setting.createSpectator()] as const;
  const [{ page: a }, { page: b }] = await Promise.all([
    people[0].open(relay.origin),
    people[1].open(relay.origin),
  ]);
  for (const page of [a, b]) {
    await page.evaluate((items) => pageProbe.milestones(items, true), workload.visibleItems);
  }
  const own: number[] = [];
  const shown: number[] = [];
  const painted: number[] = [];
  // Cards that both have on the screen.
  const [shownInA, shownInB] = await Promise.all([a, b].map(shownCards));
  const cards = (shownInA ?? []).filter((id) => shownInB?.includes(id));
  const [offsetA, offsetB] = await Promise.all([a, b].map(unixOffsetMs));
  for (let edit = 0; edit < edits; edit += 1) {
    const card = cards[(edit * 37) % cards.length] ?? '';
    await Promise.all([a, b].map((page) => page.evaluate((id) => pageProbe.watchCard(id), card)));
    const pressedMs = await a.evaluate((id) => pageProbe.press(id, 'b'), card);
    const inB = await b.evaluate(() => pageProbe.cardChange());
    const inA = await a.evaluate(() => pageProbe.cardChange());
    const pressedInB = pressedMs + (offsetA ?? 0) - (offsetB ?? 0);
    own.push(inA.shownMs - pressedMs);
    shown.push(inB.shownMs - pressedInB);
    painted.push(inB.paintedMs - pressedInB);
  }
  for (const { closeBrowser } of people) await closeBrowser();
  await relay.dispose();

  const name = (what: string): string => `latency.${what}.${workload.name}`;
  const ownFigure = figure(name('shown-in-a.p50'), 'ms', quantile(own, 0.5));
  yield ownFigure;
  yield figure(name('shown-in-b.p50'), 'ms', quantile(shown, 0.5), ownFigure);
  yield figure(name('shown-in-b.p99'), 'ms', quantile(shown, 0.99), ownFigure);
  yield figure(name('painted-in-b.p50'), 'ms', quantile(painted, 0.5), ownFigure);
  yield figure(name('painted-in-b.p99'), 'ms', quantile(painted, 0.99), ownFigure);
}

/** Those that are in view as a whole: others may lose their elements. */
function shownCards(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-item-id]')]
      .filter((card) => {
        const { top, bottom, left, right } = card.getBoundingClientRect();
        return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
      })
      .map((card) => String(card.getAttribute('data-item-id'))),
  );
}

function unixOffsetMs(page: Page): Promise<number> {
  return page.evaluate(() => pageProbe.unixOffsetMs());
}
