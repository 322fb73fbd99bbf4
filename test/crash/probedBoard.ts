/** A visitor whose boards carry the probe of `tabProbe.ts`. */

import type { Page } from 'playwright-core';
import type { Visitor } from '../support/browser.ts';
import { bundlePageScript } from '../support/pageScript.ts';
import type { TabNote } from './tabProbe.ts';
import { until } from './until.ts';

let script: Promise<string> | null = null;

/** Resolves when the board shows what it has. */
export async function openProbedBoard(
  visitor: Visitor,
  url: string,
  onNote: (note: TabNote) => void,
): Promise<Page> {
  script ??= bundlePageScript('test/crash/tabProbe.ts');
  const content = await script;
  const page = await visitor.open('about:blank');
  // A binding of the driver's own would answer each note, which is more than it can do in time.
  const devTools = await page.context().newCDPSession(page);
  devTools.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name === 'noteInTab') for (const note of JSON.parse(payload) as TabNote[]) onNote(note);
  });
  await devTools.send('Runtime.enable');
  await devTools.send('Runtime.addBinding', { name: 'noteInTab' });
  await page.addInitScript({ content });
  await page.goto(url);
  await page.locator('[data-phase=ready], [data-phase=empty]').waitFor();
  return page;
}

/** Resolves when the board is connected, caught up, and has shared all of its own. */
export function untilInSync(page: Page): Promise<void> {
  return until('a tab is in sync', async () => {
    const { socket, sync, unacknowledged } = await page.evaluate(() => tabProbe.status());
    return socket === 'open' && sync === 'live' && unacknowledged === '0';
  });
}

/** Op texts, sorted. */
export async function exportedOps(page: Page): Promise<readonly string[]> {
  const text = await page.evaluate(() => tabProbe.exportOps());
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}
