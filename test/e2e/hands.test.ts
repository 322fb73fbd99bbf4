import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type BoardPage, eventually } from '../support/boardPage.ts';
import { focusedLabel, startTogether } from '../support/together.ts';
import { test } from '../support/world.ts';

test('E2E18 a story is moved by dragging its card onto a column', async ({ world }) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two']);
  // Dragging is loaded after the board is shown, so the first attempts may find it absent.
  await expect
    .poll(
      async () => {
        await drag(ann.page, await centreOf(ann, 'One'), await centreOfColumn(ann, '3_qa'));
        return ann.shown();
      },
      { timeout: 20_000, interval: 200 },
    )
    .toEqual({ '1_backlog': ['2 Two, story'], '3_qa': ['1 One, story'] });
  await eventually(bob.shown).toEqual({ '1_backlog': ['2 Two, story'], '3_qa': ['1 One, story'] });
  expect(await ann.page.getByRole('dialog').count()).toBe(0);
});

test('E2E19 a story is moved by the keyboard alone, and the focus goes with it', async ({
  world,
}) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two']);
  await ann.cardButton('Two').focus();
  await ann.page.keyboard.press('m');
  await ann.page.getByRole('menu').waitFor();
  // The menu opens on the stage that comes next.
  await ann.page.keyboard.press('ArrowDown');
  await ann.page.keyboard.press('Enter');

  await eventually(ann.shown).toEqual({ '1_backlog': ['1 One, story'], '3_qa': ['2 Two, story'] });
  await eventually(bob.shown).toEqual({ '1_backlog': ['1 One, story'], '3_qa': ['2 Two, story'] });
  await eventually(() => focusedLabel(ann.page)).toBe('2 Two, story');
});

test('E2E20 the keyboard reaches every story, blocks one, and adds another', async ({ world }) => {
  const { ann } = await startTogether(world, ['One', 'Two']);
  await ann.cardButton('One').focus();
  await ann.page.keyboard.press('ArrowDown');
  expect(await focusedLabel(ann.page)).toBe('2 Two, story');
  await ann.page.keyboard.press('b');
  await eventually(() => focusedLabel(ann.page)).toBe('2 Two, story, blocked');

  await ann.page.keyboard.press('c');
  await ann.page.getByRole('dialog', { name: 'Add a story' }).waitFor();
  await ann.page.keyboard.type('Three');
  await ann.page.keyboard.press('Enter');
  await ann.card('Three').waitFor();
});

test('E2E21 what one is typing, and the focus, stay while others change the board', async ({
  world,
}) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two']);
  await ann.cardButton('One').press('Enter');
  const name = ann.page.getByRole('dialog').getByLabel('Name', { exact: true });
  await name.fill('Half a tho');

  await bob.moveStory('One', 'Current');
  await bob.editStory('Two', { Agent: 'coder-1' });
  await bob.addStory('Three');
  await eventually(ann.shown).toEqual({
    '1_backlog': ['2 Two, story, with coder-1', '3 Three, story'],
    '2_current': ['1 One, story'],
  });

  expect(await name.inputValue()).toBe('Half a tho');
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
  await ann.page.keyboard.type('ught');
  await ann.page.getByRole('button', { name: 'Save', exact: true }).click();
  await eventually(bob.shown).toEqual({
    '1_backlog': ['2 Two, story, with coder-1', '3 Three, story'],
    '2_current': ['1 Half a thought, story'],
  });
});

test('E2E22 a card that has the focus keeps it when others edit, move or surround it', async ({
  world,
}) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two', 'Three']);
  await ann.cardButton('Two').focus();
  await bob.editStory('Two', { Agent: 'coder-1' });
  await eventually(() => focusedLabel(ann.page)).toBe('2 Two, story, with coder-1');
  await bob.deleteStory('One');
  await ann.card('One').waitFor({ state: 'detached' });
  expect(await focusedLabel(ann.page)).toBe('2 Two, story, with coder-1');
  await bob.moveStory('Two', 'Done');
  await ann.column('5_done').getByText('Two', { exact: true }).waitFor();
  await eventually(() => focusedLabel(ann.page)).toBe('2 Two, story, with coder-1');
});

test('E2E23 on a phone the page does not scroll sideways, and stories can be added and moved', async ({
  world,
}) => {
  const { ann, bob } = await startTogether(world, ['One']);
  await ann.page.setViewportSize({ width: 360, height: 640 });
  const overflow = () =>
    ann.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await ann.addStory('Two');
  await ann.moveStory('One', 'Merge');
  await eventually(bob.shown).toEqual({
    '1_backlog': ['2 Two, story'],
    '4_merge': ['1 One, story'],
  });
  expect(await overflow()).toBeLessThanOrEqual(0);
});

interface Point {
  readonly x: number;
  readonly y: number;
}

async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 10, from.y + 5, { steps: 5 });
  await page.mouse.move(to.x, to.y, { steps: 15 });
  await page.mouse.up();
}

function centreOf(board: BoardPage, name: string): Promise<Point> {
  return centre(board.card(name).boundingBox(), 0.5);
}

function centreOfColumn(board: BoardPage, stage: string): Promise<Point> {
  return centre(board.column(stage).boundingBox(), 0.3);
}

/** `share`: of the height, from the top. */
async function centre(
  reading: Promise<{ x: number; y: number; width: number; height: number } | null>,
  share: number,
): Promise<Point> {
  const box = await reading;
  if (box === null) throw new Error('What is to be dragged or dropped on is not shown.');
  return { x: box.x + box.width / 2, y: box.y + box.height * share };
}
