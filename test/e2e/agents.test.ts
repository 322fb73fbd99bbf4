import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBarriers } from '../support/axe.ts';
import { eventually, openBoard } from '../support/boardPage.ts';
import { seedStories } from '../support/seededStories.ts';
import { focusedLabel } from '../support/together.ts';
import { test } from '../support/world.ts';

/** What is said of each story, by lane: number of the story and the names of what it rests on. */
const shownLanes = (page: Page) =>
  page.locator('.agents-lane').evaluateAll((lanes) =>
    Object.fromEntries(
      lanes.map((lane) => [
        lane.querySelector('h3')?.textContent ?? '',
        [...lane.querySelectorAll('li')].map((row) => {
          const names = [...row.querySelectorAll('dt')].map((name) => name.textContent);
          return [row.querySelector('.card-number')?.textContent, ...names].join(', ');
        }),
      ]),
    ),
  );

test('E2E65 the lanes say what agents do and what needs a person, as another window changes it', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await world.newVisitor('Ann');
  const board = await openBoard(ann, relay.origin);
  await seedStories(board.page);
  const agents = await ann.open(`${relay.origin}/?view=agents`);

  await eventually(() => shownLanes(agents)).toEqual({
    'Needs a person 2 stories': ['30, Blocked, Not claimed', '26, Retry loop, Stale claim'],
    'coder-1 1 story': ['27, Claimed'],
    'coder-2 1 story': ['26, Retry loop, Stale claim'],
    'mergemaster 1 story': ['22, Claimed'],
    'qa-1 1 story': ['24, Claimed'],
  });
  await board.editStory('Choose the night camp by wind', { Agent: 'coder-2' });
  await board.cardButton('Choose the night camp by wind').press('b');
  await board.moveStory('The map is upside down after a whiteout', 'Done');
  await eventually(() => shownLanes(agents)).toEqual({
    'Needs a person 2 stories': ['30, Blocked, Not claimed', '25, Blocked, Not claimed'],
    'coder-1 1 story': ['27, Claimed'],
    'coder-2 1 story': ['25, Blocked, Not claimed'],
    'mergemaster 1 story': ['22, Claimed'],
    'qa-1 1 story': ['24, Claimed'],
  });
  expect(await findBarriers(agents, 'agents', '.view')).toEqual([]);
});

test('E2E66 by keyboard alone one goes from the lanes to what needs a person, and back, and opens a story', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const board = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const { page } = board;
  await seedStories(page);
  const focused = () => focusedLabel(page);
  const tabTo = async (wanted: string): Promise<void> => {
    await eventually(async () => {
      await page.keyboard.press('Tab');
      return focused();
    }).toBe(wanted);
  };

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('agents');
  await page.getByRole('option', { name: 'Agents' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Needs a person 2 stories' }).waitFor();
  await tabTo('2 stories');
  await page.keyboard.press('Enter');
  await eventually(async () => Object.values(await board.shownIds()).flat().length).toBe(2);
  await eventually(() => page.locator('[data-announcer]').textContent()).toContain('2 of 13');
  await page.goBack();
  await page.getByRole('region', { name: 'Needs a person 2 stories' }).waitFor();
  const story = '30 A glove that is lost twice is counted once, Backlog';
  await tabTo(story);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: /^Story 30/ }).waitFor();
  await page.keyboard.press('Escape');
  await eventually(focused).toBe(story);
});
