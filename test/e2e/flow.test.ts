import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBarriers } from '../support/axe.ts';
import { eventually, openBoard } from '../support/boardPage.ts';
import { test } from '../support/world.ts';

/** The sentence of each figure, by its place on the page. */
function says(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.flow-says')].map((one) => one.textContent ?? ''),
  );
}

async function showFlow(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Flow').click();
  await page.locator('.flow[data-state=known]').waitFor();
}

test('E2E68 stories that one person moves, claims and sends back are counted anew where another looks', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  await showFlow(bob.page);
  await bob.page.getByText('There are no stories yet.').waitFor();
  for (const name of ['One', 'Two']) {
    await ann.addStory(name);
    await ann.moveStory(name, 'QA');
  }
  await eventually(() => says(bob.page)).toContain('No story has left QA yet.');
  await ann.moveStory('One', 'Current');
  await ann.moveStory('One', 'QA');
  for (const name of ['One', 'Two']) await ann.moveStory(name, 'Merge');
  await ann.cardButton('One').focus();
  await ann.page.keyboard.press('ControlOrMeta+k');
  await ann.page.getByRole('combobox').waitFor();
  await ann.page.keyboard.type('claim for');
  await ann.page.keyboard.press('Enter');
  await ann.moveStory('Two', 'Done');
  await eventually(() => says(bob.page)).toEqual([
    '0 of 1 done story had its last claim in these 14 days, 1 at no known time.',
    '1 of 2 stories that went on from QA passed at first: 50%.',
    'Not done: 1 of 2 stories.',
    '1 of 1 story not done is claimed, for less than a minute.',
    'No story was tried again.',
  ]);
  // The same log gives the same figures.
  await showFlow(ann.page);
  await eventually(() => says(ann.page)).toEqual(await says(bob.page));
});

test('E2E69 the flow page has no barriers with its tables open, and is used by keyboard', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const { page, ...board } = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await board.addStory('One');
  await board.moveStory('One', 'QA');
  await board.moveStory('One', 'Done');
  await showFlow(page);
  const focused = () => page.evaluate(() => document.activeElement?.tagName ?? '');
  const tabTo = async (tag: string): Promise<void> => {
    for (let presses = 0; (await focused()) !== tag; presses += 1) {
      expect(presses, `presses of Tab to ${tag}`).toBeLessThan(30);
      await page.keyboard.press('Tab');
    }
  };
  await page.getByRole('navigation', { name: 'Views' }).getByText('Flow').focus();
  await tabTo('INPUT');
  await page.keyboard.press('ArrowRight');
  await eventually(() => says(page)).toContain(
    '0 of 1 done story had its last claim in these 12 weeks, 1 at no known time.',
  );
  await tabTo('SUMMARY');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: 'Time not known 1' }).waitFor();
  expect(await findBarriers(page, 'flow', null)).toEqual([]);
});
