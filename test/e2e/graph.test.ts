import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBarriers } from '../support/axe.ts';
import { eventually, openBoard } from '../support/boardPage.ts';
import { seedStories } from '../support/seededStories.ts';
import { test } from '../support/world.ts';

/** Name of what has the focus up to the stage, and whether all of it is in view. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const active = document.activeElement;
    const box = active?.getBoundingClientRect();
    const port = active?.closest('.graph-port')?.getBoundingClientRect();
    const isInView =
      box !== undefined &&
      port !== undefined &&
      box.left >= port.left &&
      box.right <= port.right &&
      box.top >= port.top &&
      box.bottom <= port.bottom;
    const name = active?.getAttribute('aria-label')?.split(', ').slice(0, 2).join(', ');
    return `${name}${isInView ? '' : ', out of view'}`;
  });
}

const node = (page: Page, name: string) =>
  page.getByRole('application').getByRole('button', { name });

test('E2E70 the graph is walked and a story opened by keyboard alone, on a phone too; axe finds no barrier', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const { page } = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await seedStories(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('link', { name: 'Graph' }).click();
  await page.locator('[data-graph=laid]').waitFor();
  const { keyboard } = page;
  await keyboard.press('/');
  await keyboard.press('Escape');
  const way = [await focused(page)];
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'End']) {
    await keyboard.press(key);
    way.push(await focused(page));
  }
  expect(way).toEqual([
    '26 The map is upside down after a whiteout, Current',
    '25 Choose the night camp by wind, Current',
    '29 Is the northern route open in March?, Backlog',
    '31 Read the ice before the dogs do, Backlog',
    '29 Is the northern route open in March?, Backlog',
    '21 Write the weather into the log, Done',
    '27 Harness sizes from the kennel book, Current',
  ]);
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Story 27' }).waitFor();
  await keyboard.press('Escape');
  await eventually(() => focused(page)).toBe(way.at(-1));
  expect(await findBarriers(page, 'graph', null)).toEqual([]);
  await page.getByRole('button', { name: 'List', exact: true }).click();
  expect(await findBarriers(page, 'list', '.graph')).toEqual([]);
});

test('E2E71 the graph follows another window, and the node with the focus stays where it is on the screen', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  await seedStories(bob.page);
  await bob.untilInSync();
  const ann = await world.newVisitor('Ann');
  const page = await ann.open(`${relay.origin}/?view=graph`);
  await page.setViewportSize({ width: 1000, height: 420 });
  const stayed = node(page, '27 Harness sizes from the kennel book');
  await stayed.focus();
  const top = () => stayed.evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await top();
  await bob.editStory('Feed plan for fourteen dogs', { 'Depends on': '26, 404' });
  await bob.editStory('Harness sizes from the kennel book', { Name: 'Harness sizes' });
  await node(page, '404, not in this pipeline, needed by 24').waitFor();
  await eventually(() => focused(page)).toBe('27 Harness sizes, Current');
  const after = await node(page, '27 Harness sizes').evaluate((element) =>
    Math.round(element.getBoundingClientRect().top),
  );
  expect(after).toBe(before);
});
