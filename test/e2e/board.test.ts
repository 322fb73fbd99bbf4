import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { bundleScript } from '../bench/browser/script.ts';
import { type BoardPage, boardOn, eventually, openBoard } from '../support/boardPage.ts';
import { focusedLabel } from '../support/together.ts';
import { test, type World } from '../support/world.ts';

test('E2E50 a filter shows what matches, live, without taking the focus from a story; its link shows the same', async ({
  world,
}) => {
  const { ann, bob, origin } = await startTogether(world, ['One', 'Two', 'Three']);
  const { page } = ann;
  await bob.editStory('Two', { Agent: 'coder-1' });
  await page.keyboard.press('/');
  await page.keyboard.type('agent:none');
  await eventually(ann.shown).toEqual({ '1_backlog': ['1 One, story', '3 Three, story'] });
  await eventually(() => page.url()).toBe(`${origin}/?filter=agent%3Anone`);

  await page.keyboard.press('ArrowDown');
  expect(await focusedLabel(page)).toBe('1 One, story');
  await bob.editStory('Two', { Agent: '' });
  await bob.editStory('One', { Agent: 'coder-2' });
  await eventually(() => focusedLabel(page)).toBe(
    '1 One, story, with coder-2, no longer matches the filter',
  );
  await page.keyboard.press('ArrowDown');
  await eventually(() => focusedLabel(page)).toBe('2 Two, story');
  await eventually(ann.shown).toEqual({ '1_backlog': ['2 Two, story', '3 Three, story'] });
  expect(await countOf(ann, '1_backlog')).toBe('2 of 3');

  const linked = await openBoard(await world.newVisitor('Cy'), page.url());
  await eventually(linked.shown).toEqual(await ann.shown());
  expect(await linked.page.getByRole('searchbox').inputValue()).toBe('agent:none');
});

test('E2E51 among 28,000 stories a filter is no long task, and finds all that match', async ({
  world,
}) => {
  const double = await bundleScript('boardWorker.ts');
  const ann = await world.newVisitor('Ann');
  await ann.alterWorker(() => double);
  const page = await ann.open(`${(await world.servePage()).origin}/?pipeline=items-28000`);
  const board = await boardOn(page);
  const total = page.locator('.head-total');
  await eventually(() => total.textContent()).toBe('28,000 stories');
  await watchLongTasks(page);

  const field = page.getByRole('searchbox', { name: 'Filter stories' });
  await field.fill('gate -type:bug');
  await eventually(() => total.textContent()).toMatch(/^1\d,\d{3} of 28,000 stories$/);
  await field.fill('story_27');
  await eventually(() => total.textContent()).not.toMatch(/^1/);
  await field.fill('');
  await eventually(() => total.textContent()).toBe('28,000 stories');
  // With room for a busy machine; what was done for each pair of stories would take minutes.
  expect(await longestTaskMs(page)).toBeLessThan(300);
  expect(await board.column('6_archived').getByRole('listitem').count()).toBeLessThan(60);
});

test('E2E52 an open story is in the address; its link opens it, and Back closes it', async ({
  world,
}) => {
  const { ann, origin } = await startTogether(world, ['One', 'Two']);
  await ann.cardButton('Two').press('Enter');
  await eventually(() => ann.page.url()).toBe(`${origin}/?story=2_story_two`);
  const panel = (page: Page) => page.getByRole('dialog', { name: 'Story 2' });
  await panel(ann.page).waitFor();

  const cy = await openBoard(await world.newVisitor('Cy'), ann.page.url());
  await panel(cy.page).waitFor();
  await ann.page.goBack();
  await panel(ann.page).waitFor({ state: 'detached' });
  expect(ann.page.url()).toBe(`${origin}/`);
  await ann.page.goForward();
  await panel(ann.page).waitFor();
});

test('E2E53 settings are made by keyboard, hold at once, and are there after a reload', async ({
  world,
}) => {
  const { ann } = await startTogether(world, ['One', 'Two']);
  const { page } = ann;
  await page.getByRole('link', { name: 'Settings' }).press('Enter');
  await page.getByRole('radio', { name: 'As the system' }).press('ArrowLeft');
  await page.getByLabel('Limit of Backlog').fill('1');
  await page.keyboard.press('Enter');
  await page.getByLabel('Archived is collapsed').press('Space');
  await page.getByRole('link', { name: 'Board' }).press('Enter');

  const look = async () => ({
    theme: await ann.root.getAttribute('data-theme'),
    backlog: await ann.column('1_backlog').getAttribute('aria-label'),
    archived: (await ann.column('6_archived').boundingBox())?.width ?? 0,
  });
  const settled = {
    theme: 'dark',
    backlog: 'Backlog, 2 stories, 1 over the limit of 1',
    archived: 44,
  };
  await eventually(look).toEqual(settled);
  await page.reload();
  await boardOn(page);
  await eventually(look).toEqual(settled);
});

test('E2E54 a story carried into a collapsed column is moved, and the focus goes to its shown neighbour', async ({
  world,
}) => {
  const { ann, bob } = await startTogether(world, ['Gate one', 'Lock two', 'Gate three']);
  const { page } = ann;
  await ann.column('5_done').getByRole('button', { name: 'Stories of Done' }).press('Enter');
  await page.getByRole('searchbox').fill('gate');
  await ann.cardButton('Gate one').focus();
  await page.keyboard.press('Space');
  for (let column = 0; column < 4; column += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await eventually(bob.shown).toEqual({
    '1_backlog': ['2 Lock two, story', '3 Gate three, story'],
    '5_done': ['1 Gate one, story'],
  });
  await eventually(() => focusedLabel(page)).toBe('3 Gate three, story');
  expect(await countOf(ann, '5_done')).toBe('1');
});

async function startTogether(
  world: World,
  names: readonly string[],
): Promise<{ readonly ann: BoardPage; readonly bob: BoardPage; readonly origin: string }> {
  const { origin } = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), origin);
  for (const name of names) await ann.addStory(name);
  const bob = await openBoard(await world.newVisitor('Bob'), origin);
  await bob.card(names.at(-1) ?? '').waitFor();
  return { ann, bob, origin };
}

function countOf(board: BoardPage, stage: string): Promise<string | null> {
  return board.column(stage).locator('.column-count').textContent();
}

async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask' });
  });
}

function longestTaskMs(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(0, ...(window as unknown as { readonly longTasks: readonly number[] }).longTasks),
  );
}
