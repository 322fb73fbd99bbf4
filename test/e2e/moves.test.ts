import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type BoardPage, eventually } from '../support/boardPage.ts';
import { focusedLabel, startTogether } from '../support/together.ts';
import { test } from '../support/world.ts';

test('E2E55 a story is carried by the keyboard, and each step is said', async ({ world }) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two']);
  const heard = await listen(ann.page);
  await ann.cardButton('Two').focus();
  for (const key of ['Space', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowRight', 'Enter']) {
    await ann.page.keyboard.press(key);
  }
  await eventually(bob.shown).toEqual({ '1_backlog': ['1 One, story'], '3_qa': ['2 Two, story'] });
  await eventually(() => focusedLabel(ann.page)).toBe('2 Two, story');
  await ann.page.keyboard.press('Space');
  await ann.page.keyboard.press('End');
  await ann.page.keyboard.press('Escape');
  await ann.page.keyboard.press('ControlOrMeta+z');
  await eventually(bob.shown).toEqual({ '1_backlog': ['1 One, story', '2 Two, story'] });
  await eventually(heard).toEqual([
    'Picked up 2 Two. Backlog, place 2 of 2. Arrow keys choose a stage, Enter drops, Escape leaves it where it was.',
    'Current, place 1 of 1.',
    'QA, place 1 of 1.',
    'Current, place 1 of 1.',
    'QA, place 1 of 1.',
    '2 moved to QA, place 1 of 1.',
    'Picked up 2 Two. QA, place 1 of 1. Arrow keys choose a stage, Enter drops, Escape leaves it where it was.',
    'Archived, place 1 of 1.',
    '2 stays in QA, place 1 of 1.',
    'Undone: 2 moved to QA, place 1 of 1.',
  ]);
});

test('E2E56 a story that somebody else moves while it is held is put down, by key and by pointer', async ({
  world,
}) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two']);
  await ann.cardButton('One').focus();
  await ann.page.keyboard.press('Space');
  await ann.page.keyboard.press('ArrowRight');
  expect(await ann.card('One').getAttribute('class')).toContain('is-carried');
  await bob.moveStory('One', 'Done');
  await said(ann, '1 was put down: somebody moved it to Done meanwhile.');
  await eventually(() => focusedLabel(ann.page)).toBe('1 One, story');
  await ann.page.keyboard.press('ArrowUp');

  await untilDragged(ann, 'Two', '3_qa');
  await bob.deleteStory('Two');
  await said(ann, '2 was put down: somebody deleted it meanwhile.');
  await ann.page.mouse.up();
  await eventually(ann.shown).toEqual({ '5_done': ['1 One, story'] });
  await eventually(bob.shown).toEqual({ '5_done': ['1 One, story'] });
});

test('E2E57 what is selected is dragged together, and undone together', async ({ world }) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two', 'Three']);
  await ann.cardButton('One').click({ modifiers: ['ControlOrMeta'] });
  await ann.cardButton('Three').click({ modifiers: ['ControlOrMeta'] });
  await untilDragged(ann, 'Three', '4_merge');
  await ann.page.mouse.up();
  await eventually(bob.shown).toEqual({
    '1_backlog': ['2 Two, story'],
    '4_merge': ['1 One, story', '3 Three, story'],
  });
  await said(ann, '2 stories moved to Merge.');
  const bar = ann.page.getByRole('region', { name: 'Selection' });
  await bar.getByText('2 stories selected').waitFor();
  await bar.getByRole('button', { name: 'Block', exact: true }).click();
  await eventually(bob.shown).toMatchObject({
    '4_merge': ['1 One, story, blocked', '3 Three, story, blocked'],
  });
  await ann.page
    .getByRole('status', { name: 'Messages' })
    .getByRole('button', { name: 'Undo' })
    .click();
  await eventually(bob.shown).toMatchObject({ '4_merge': ['1 One, story', '3 Three, story'] });
  await ann.page.keyboard.press('Escape');
  await bar.waitFor({ state: 'detached' });
  await ann.page.keyboard.press('u');
  await eventually(bob.shown).toEqual({
    '1_backlog': ['1 One, story', '2 Two, story', '3 Three, story'],
  });
});

test('E2E58 the palette finds a command and a story', async ({ world }) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two']);
  await ann.cardButton('One').focus();
  await ann.page.keyboard.press('ControlOrMeta+k');
  const palette = ann.page.getByRole('dialog', { name: 'Commands and stories' });
  await palette.getByRole('combobox').fill('mtqa');
  await palette.getByRole('option', { name: 'Move to QA', selected: true }).waitFor();
  await ann.page.keyboard.press('Enter');
  await eventually(bob.shown).toEqual({ '1_backlog': ['2 Two, story'], '3_qa': ['1 One, story'] });
  await eventually(() => focusedLabel(ann.page)).toBe('1 One, story');

  await ann.page.keyboard.press('ControlOrMeta+k');
  await palette.getByRole('combobox').fill('2');
  await palette.getByRole('option', { name: '2 Two Backlog', selected: true }).waitFor();
  await ann.page.keyboard.press('Enter');
  await ann.page.getByRole('heading', { name: 'Story 2' }).waitFor();
});

test('E2E59 a name is edited in its card while somebody else moves the story', async ({
  world,
}) => {
  const { ann, bob } = await startTogether(world, ['One', 'Two']);
  await ann.cardButton('Two').focus();
  await ann.page.keyboard.press('F2');
  const field = ann.page.getByRole('textbox', { name: 'Name of 2' });
  await field.fill('Two and a h');
  await bob.moveStory('Two', 'QA');
  await ann.column('3_qa').getByRole('textbox', { name: 'Name of 2' }).waitFor();
  await eventually(() => field.evaluate((it) => it === document.activeElement)).toBe(true);
  await ann.page.keyboard.press('End');
  await ann.page.keyboard.type('alf');
  await ann.page.keyboard.press('Enter');
  await eventually(bob.shown).toEqual({
    '1_backlog': ['1 One, story'],
    '3_qa': ['2 Two and a half, story'],
  });
  await eventually(() => focusedLabel(ann.page)).toBe('2 Two and a half, story');
});

/** Everything the live region says from now on. */
async function listen(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.locator('[data-announcer]').evaluate((region) => {
    const heard: string[] = [];
    Object.assign(region, { heard });
    new MutationObserver(() =>
      heard.push((region.textContent ?? '').replace('\u00a0', '')),
    ).observe(region, { childList: true, characterData: true, subtree: true });
  });
  return () =>
    page
      .locator('[data-announcer]')
      .evaluate((region) => (region as HTMLElement & { heard: readonly string[] }).heard);
}

/** A message that is shown, in the region that screen readers follow. */
async function said(board: BoardPage, text: string): Promise<void> {
  await board.page.getByRole('status', { name: 'Messages' }).getByText(text).waitFor();
}

/** Holds the card over the column. Dragging is loaded after the board is shown, so it tries again. */
async function untilDragged(board: BoardPage, name: string, stage: string): Promise<void> {
  const { page } = board;
  const from = await board.card(name).boundingBox();
  const to = await board.column(stage).boundingBox();
  if (from === null || to === null) throw new Error('What is to be dragged is not shown.');
  await expect
    .poll(
      async () => {
        await page.mouse.up();
        await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
        await page.mouse.down();
        await page.mouse.move(from.x + from.width / 2 + 15, from.y + from.height / 2, { steps: 4 });
        await page.mouse.move(to.x + to.width / 2, to.y + to.height * 0.4, { steps: 12 });
        return board.column(stage).getAttribute('class');
      },
      { timeout: 20_000, interval: 200 },
    )
    .toContain('is-target');
}
