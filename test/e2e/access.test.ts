import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { views } from '../../src/ui/views.ts';
import { findBarriers } from '../support/axe.ts';
import { type BoardPage, eventually, openBoard } from '../support/boardPage.ts';
import { focusedLabel, startTogetherOrApart } from '../support/together.ts';
import { test, type World } from '../support/world.ts';

const allViews = ['board', ...views.map(({ name }) => name)];

async function startBoard(world: World, stories: readonly string[]): Promise<BoardPage> {
  const relay = await world.startRelay();
  const board = await openBoard(await world.newVisitor('Ann'), relay.origin);
  for (const name of stories) await board.addStory(name);
  return board;
}

async function showView({ page }: BoardPage, view: string): Promise<void> {
  const url = new URL(page.url());
  url.search = view === 'board' ? '' : `?view=${view}`;
  await page.goto(url.href);
  await page.locator('[data-phase=ready]').waitFor();
  if (view !== 'board') await page.locator('.huskies h2').first().waitFor();
}

test('E2E92 axe finds no barrier in any view, panel or menu, in light and dark', async ({
  world,
}) => {
  const board = await startBoard(world, ['One', 'Two', 'Three']);
  const { page } = board;
  const found: string[] = [];
  const look = async (place: string, within: string | null = null): Promise<void> => {
    found.push(...(await findBarriers(page, place, within)));
  };
  await board.moveStory('Two', 'QA');
  await board.cardButton('One').focus();
  await page.keyboard.press('b');
  await board.cardButton('Three').focus();
  await page.keyboard.press('x');
  await page.getByRole('region', { name: 'Selection' }).waitFor();
  await look('board');
  await page.keyboard.press('Escape');
  await page.keyboard.press('m');
  await page.getByRole('menu').waitFor();
  await look('menu', '[role=menu]');
  await page.keyboard.press('Escape');
  for (const [key, name] of [
    ['c', 'Add a story'],
    ['?', 'Keyboard'],
  ] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog', { name }).waitFor();
    await look(name, 'dialog');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name }).waitFor({ state: 'detached' });
  }
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').waitFor();
  await look('palette', 'dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Import…' }).click();
  await page.getByRole('dialog', { name: 'Import' }).waitFor();
  await look('import', 'dialog');
  await page.keyboard.press('Escape');
  await board.cardButton('One').press('Enter');
  await page.getByRole('button', { name: 'History', exact: true }).click();
  await page.locator('[data-op]').first().waitFor();
  await look('story', 'dialog');
  for (const view of allViews.slice(1)) {
    await showView(board, view);
    await look(view);
  }
  expect(found).toEqual([]);
});

/** What is said from now on to those who do not see the board: by the announcer, or as a message. */
async function listen(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    for (const region of document.querySelectorAll('[data-announcer], [role=status]')) {
      new MutationObserver(() => heard.push(region.textContent ?? '')).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    }
    Object.assign(window, { heard });
  });
  return () =>
    page.evaluate(() =>
      (window as unknown as { readonly heard: readonly string[] }).heard.join('\n'),
    );
}

/** Those that a new story goes through, as stages and as their titles. */
const STAGES = {
  '2_current': 'Current',
  '3_qa': 'QA',
  '4_merge': 'Merge',
  '5_done': 'Done',
  '6_archived': 'Archived',
};

test('E2E93 a story is made, found, claimed, moved through all stages, blocked, restored and exported by keyboard alone', async ({
  world,
}) => {
  const { ann, renameApart } = await startTogetherOrApart(world);
  const { keyboard } = ann.page;
  const heard = await listen(ann.page);
  const hears = (sentence: string) => eventually(heard).toContain(sentence);

  await keyboard.press('c');
  await ann.page.getByRole('dialog', { name: 'Add a story' }).waitFor();
  await keyboard.type('Haul the sled');
  await keyboard.press('Enter');
  await hears('1 added.');
  await keyboard.press('ControlOrMeta+k');
  await ann.page.getByRole('combobox').waitFor();
  await keyboard.type('sled');
  await keyboard.press('Enter');
  await ann.page.getByRole('dialog', { name: 'Story 1' }).waitFor();
  await keyboard.press('Escape');
  await eventually(() => focusedLabel(ann.page)).toMatch(/^1 Haul the sled/);
  await keyboard.press('ControlOrMeta+k');
  await ann.page.getByRole('combobox').waitFor();
  await keyboard.type('claim for');
  await keyboard.press('Enter');
  await hears('1 story claimed.');
  for (const [stage, title] of Object.entries(STAGES)) {
    await keyboard.press('m');
    await ann.page.getByRole('menu').waitFor();
    await keyboard.press('Enter');
    await hears(`1 moved to ${title}.`);
    await eventually(ann.shown).toHaveProperty([stage]);
    await eventually(() => focusedLabel(ann.page)).toMatch(/^1 Haul the sled/);
  }
  await keyboard.press('b');
  await hears('1 is blocked.');

  // A value that loses: both write while neither hears the other.
  const { won, lost } = await renameApart('Haul the sled');
  await ann.cardButton(won).focus();
  await keyboard.press('Enter');
  await ann.page.getByRole('dialog', { name: 'Story 1' }).waitFor();
  const toggle = ann.page.getByRole('button', { name: 'History', exact: true });
  await toggle.focus();
  await keyboard.press('Enter');
  const restore = ann.page.getByRole('button', { name: `Restore Name: “${lost}”` });
  await restore.first().waitFor();
  // The entries are one stop; arrow keys go through them, and Tab to what one of them offers.
  const pressUntil = async (key: string, label: RegExp): Promise<void> => {
    for (let presses = 0; !label.test(await focusedLabel(ann.page)); presses += 1) {
      expect(presses, `presses of ${key} to ${label}`).toBeLessThan(30);
      await keyboard.press(key);
    }
  };
  await pressUntil('Tab', /, current$/);
  await pressUntil('ArrowDown', /, lost/);
  await pressUntil('Tab', new RegExp(`^Restore Name: “${lost}”$`));
  await keyboard.press('Enter');
  await ann.card(lost).waitFor();
  await keyboard.press('Escape');

  const downloading = ann.page.waitForEvent('download');
  await keyboard.press('ControlOrMeta+k');
  await ann.page.getByRole('combobox').waitFor();
  await keyboard.type('stories as csv');
  await keyboard.press('Enter');
  const csv = await readFile(await (await downloading).path(), 'utf8');
  expect(csv).toContain(`"${lost}","6_archived"`);
  await hears('1 story exported.');
});

test('E2E94 at 360 pixels, and so at 200 % zoom, no view is cut or scrolls sideways, also from right to left', async ({
  world,
}) => {
  const board = await startBoard(world, [
    'A name that is rather long, for a card that is rather narrow',
  ]);
  const { page } = board;
  await page.setViewportSize({ width: 360, height: 640 });
  for (const view of allViews) {
    await showView(board, view);
    for (const direction of ['ltr', 'rtl']) {
      await page.evaluate((dir) => document.documentElement.setAttribute('dir', dir), direction);
      const cut = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        const main = document.querySelector('main')!;
        const outside = [...main.querySelectorAll('header button, header a, h1, h2')].filter(
          (element) => {
            const { left, right, width } = element.getBoundingClientRect();
            const scroller = element.closest('.board-columns, nav, .filter');
            return scroller === null && width > 1 && (left < -1 || right > clientWidth + 1);
          },
        );
        return [
          scrollWidth > clientWidth ? `${scrollWidth} wide` : '',
          ...outside.map((element) => element.textContent ?? ''),
        ].filter((text) => text !== '');
      });
      expect({ view, direction, cut }).toEqual({ view, direction, cut: [] });
    }
  }
});

test('E2E95 with forced colours the focus and what is selected can be seen, and with reduced motion nothing moves', async ({
  world,
}) => {
  const board = await startBoard(world, ['One', 'Two']);
  const { page } = board;
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await board.cardButton('One').focus();
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  const looks = (name: string) =>
    board.card(name).evaluate((card) => {
      const button = card.querySelector('button')!;
      const outlines = [card, button].map((part) => {
        const { outlineStyle, outlineWidth, borderWidth } = getComputedStyle(part);
        return `${outlineStyle} ${outlineWidth} ${borderWidth}`;
      });
      return outlines.join(' | ');
    });
  const [selected, focused] = [await looks('One'), await looks('Two')];
  expect(focused).toContain('solid 2px');
  expect(selected).not.toBe(await looks('Two'));
  await board.cardButton('Two').press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Story 2' });
  await dialog.waitFor();
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState, effect }) => {
        const { duration } = effect?.getComputedTiming() ?? {};
        return playState === 'running' && Number(duration) > 1;
      })
      .map((animation) => (animation instanceof CSSAnimation ? animation.animationName : 'other')),
  );
  expect(moving).toEqual([]);
});
