import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Load } from '../bench/browser/boardWorker.ts';
import { bundleScript } from '../bench/browser/script.ts';
import { boardOn, eventually } from '../support/boardPage.ts';
import { test } from '../support/world.ts';

test('E2E46 in a long column focus and view stay on their card while others change the board', async ({
  world,
}) => {
  const double = await bundleScript('boardWorker.ts');
  const ann = await world.newVisitor('Ann');
  await ann.alterWorker(() => double);
  const page = await ann.open(`${(await world.servePage()).origin}/?pipeline=items-4000`);
  const board = await boardOn(page);
  const column = board.column('6_archived');
  await eventually(() => column.getByRole('listitem').count()).toBeGreaterThan(5);
  expect(await column.getByRole('listitem').count()).toBeLessThan(60);

  await column.getByRole('listitem').first().getByRole('button').first().focus();
  await page.keyboard.press('End');
  const end = await eventuallyFocused(page);
  expect([end.place, end.stories]).toEqual([end.stories, end.stories]);
  expect(end.stories).toBeGreaterThan(1500);
  for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowUp');
  const before = await eventuallyFocused(page);
  expect(before.place).toBe(end.place - 40);

  await changeByOthers(page, { type: 'start', opsPerS: 500, durationMs: 1000 });
  // A text's height is not of whole pixels.
  await eventually(async () => Math.abs((await focused(page)).topPx - before.topPx)).toBeLessThan(
    2,
  );
  const after = await focused(page);
  expect(after.id).toBe(before.id);
  expect(after.stories).not.toBe(before.stories);

  await page.keyboard.press('Home');
  await eventually(async () => (await focused(page)).place).toBe(1);
});

test('E2E47 the focused card stays where it is when one above it in view grows', async ({
  world,
}) => {
  const double = await bundleScript('boardWorker.ts');
  const ann = await world.newVisitor('Ann');
  await ann.alterWorker(() => double);
  const page = await ann.open(`${(await world.servePage()).origin}/?pipeline=items-400`);
  const board = await boardOn(page);
  const cards = board.column('6_archived').getByRole('listitem');
  await cards.first().getByRole('button').first().focus();
  // Down until the column scrolls, and two up again: now cards in view are on both sides.
  for (let step = 0; step < 30; step += 1) await page.keyboard.press('ArrowDown');
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('ArrowUp');
  const before = await eventuallyFocused(page);

  const above = cards.nth((await placeAmong(page)) - 1);
  const { height } = (await above.boundingBox()) ?? { height: 0 };
  await changeByOthers(page, {
    type: 'rename',
    id: (await above.getAttribute('data-item-id')) ?? '',
    name: 'A name of many words. '.repeat(12),
  });
  await eventually(async () => (await above.boundingBox())?.height ?? 0).toBeGreaterThan(
    height + 40,
  );
  const after = await eventuallyFocused(page);
  expect({ ...after, topPx: 0 }).toEqual({ ...before, topPx: 0 });
  // A text's height is not of whole pixels.
  expect(Math.abs(after.topPx - before.topPx)).toBeLessThan(2);
});

/** Of the focused card, among those that have an element. */
function placeAmong(page: Page): Promise<number> {
  return page.evaluate(() => {
    const card = document.activeElement?.closest('[data-item-id]');
    return [...(card?.parentElement?.children ?? [])].indexOf(card as Element);
  });
}

/** Where the focused card stands: in its column, and in the window. */
interface Focused {
  readonly id: string | null;
  readonly place: number;
  readonly stories: number;
  readonly topPx: number;
}

function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    const card = document.activeElement?.closest('[data-item-id]');
    return {
      id: card?.getAttribute('data-item-id') ?? null,
      place: Number(card?.ariaPosInSet),
      stories: Number(card?.ariaSetSize),
      topPx: Math.round(card?.getBoundingClientRect().top ?? -1),
    };
  });
}

/** Once it has come to rest. */
async function eventuallyFocused(page: Page): Promise<Focused> {
  let last = await focused(page);
  await expect
    .poll(async () => {
      const before = last;
      last = await focused(page);
      return last.topPx - before.topPx;
    })
    .toBe(0);
  return last;
}

/** Asks the worker's double for changes, and waits until they are on the screen. */
async function changeByOthers(page: Page, asked: Exclude<Load, { type: 'done' }>): Promise<void> {
  await page.evaluate(async (message) => {
    const channel = new BroadcastChannel('bench');
    await new Promise<void>((resolve) => {
      channel.onmessage = () => resolve();
      channel.postMessage(message);
    });
    channel.close();
    for (let frame = 0; frame < 5; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, asked);
}
