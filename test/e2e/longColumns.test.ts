import type { Page } from 'playwright-core';
import { expect } from 'vitest';
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

  await changeByOthers(page, { opsPerS: 500, durationMs: 1000 });
  await eventually(async () => (await focused(page)).topPx).toBe(before.topPx);
  const after = await focused(page);
  expect({ ...after, place: 0, stories: 0 }).toEqual({ ...before, place: 0, stories: 0 });
  expect(after.stories).not.toBe(before.stories);

  await page.keyboard.press('Home');
  await eventually(async () => (await focused(page)).place).toBe(1);
});

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
async function changeByOthers(
  page: Page,
  load: { readonly opsPerS: number; readonly durationMs: number },
): Promise<void> {
  await page.evaluate(async (asked) => {
    const channel = new BroadcastChannel('bench');
    await new Promise<void>((resolve) => {
      channel.onmessage = () => resolve();
      channel.postMessage({ type: 'start', ...asked });
    });
    channel.close();
    for (let frame = 0; frame < 5; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, load);
}
