import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { type BoardPage, eventually, openBoard } from '../support/boardPage.ts';
import { focusedLabel, startTogetherOrApart } from '../support/together.ts';
import { test } from '../support/world.ts';

const panelOf = ({ page }: BoardPage): Locator => page.getByRole('dialog', { name: /^Story / });

async function openHistory(board: BoardPage, name: string): Promise<Locator> {
  await board.cardButton(name).press('Enter');
  await panelOf(board).getByRole('button', { name: 'History', exact: true }).click();
  const list = panelOf(board).getByRole('region', { name: 'History' }).getByRole('list');
  await list.waitFor();
  return list;
}

const fates = (list: Locator): Promise<readonly (string | null)[]> =>
  list
    .locator('[data-op]')
    .evaluateAll((entries) => entries.map((entry) => entry.getAttribute('data-fate')));

test('E2E60 a value that lost to one written offline is shown on both sides and restored', async ({
  world,
}) => {
  const { ann, bob, renameApart } = await startTogetherOrApart(world);
  await ann.addStory('Old');
  const { won, lost } = await renameApart('Old');
  const lists = [await openHistory(ann, won), await openHistory(bob, won)] as const;
  for (const list of lists) {
    await eventually(() => fates(list)).toEqual(['stands', 'lost', 'stands']);
  }
  expect(await panelOf(bob).getByText('1 value may be lost to a concurrent edit').count()).toBe(1);
  await lists[0].getByRole('button', { name: `Restore Name: “${lost}”` }).click();
  await Promise.all([ann.card(lost).waitFor(), bob.card(lost).waitFor()]);
  // It comes to the panel that is open elsewhere too; where it was restored nothing is left to settle.
  for (const list of lists) {
    await eventually(() => list.locator('[data-op]').count()).toBe(4);
    await list.locator('[data-fate=stands]').first().getByText(`“${lost}”`).waitFor();
  }
  await eventually(() => panelOf(ann).locator('.history-unsettled').count()).toBe(0);
});

test('E2E61 beside a wide board a story leaves it in use, and on a phone it fills the screen', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('One');
  await ann.addStory('Two');
  await ann.cardButton('One').click();
  await panelOf(ann).getByRole('textbox', { name: 'Name' }).fill('Uno');
  // Nothing is under the panel: the card can be reached, and what was typed waits.
  await ann.moveStory('Two', 'QA');
  await ann.cardButton('Two').click();
  await ann.page.getByRole('dialog', { name: 'Story 2' }).waitFor();
  await ann.cardButton('One').click();
  const name = ann.page
    .getByRole('dialog', { name: 'Story 1' })
    .getByRole('textbox', { name: 'Name' });
  await eventually(() => name.inputValue()).toBe('Uno');
  const columns = ann.page.locator('.board-columns');
  const wide = await panelOf(ann).boundingBox();
  const board = await columns.boundingBox();
  expect(Math.round((board?.x ?? 0) + (board?.width ?? 0))).toBeLessThanOrEqual(wide?.x ?? 0);

  await ann.page.setViewportSize({ width: 390, height: 800 });
  await eventually(async () => {
    const box = await panelOf(ann).boundingBox();
    return [box?.x, box?.y, box?.width, box?.height];
  }).toEqual([0, 0, 390, 800]);
  await eventually(() => name.inputValue()).toBe('Uno');
});

test('E2E62 a history is read, checked and copied by keyboard alone', async ({ world }) => {
  const relay = await world.startRelay();
  const visitor = await world.newVisitor('Ann');
  const ann = await openBoard(visitor, relay.origin);
  await ann.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ann.addStory('One');
  await ann.moveStory('One', 'QA');
  await ann.cardButton('One').press('Enter');
  const toggle = panelOf(ann).getByRole('button', { name: 'History', exact: true });
  await toggle.focus();
  await ann.page.keyboard.press('Enter');
  await panelOf(ann).locator('[data-op]').first().waitFor();
  await ann.page.keyboard.press('Tab');
  expect(await focusedLabel(ann.page)).toBe('Stage: Backlog to QA, by you, current');
  await ann.page.keyboard.press('ArrowDown');
  expect(await focusedLabel(ann.page)).toBe('Created, by you');
  await ann.page.keyboard.press('Tab');
  expect(await focusedLabel(ann.page)).toBe('Verify');
  await ann.page.keyboard.press('Enter');
  await panelOf(ann).getByText('Signature holds').waitFor();
  await ann.page.keyboard.press('Tab');
  await ann.page.keyboard.press('Enter');
  const copied = (): Promise<string> => ann.page.evaluate(() => navigator.clipboard.readText());
  // What made the story: an insert's path is the list and the item's own id.
  await eventually(copied).toMatch(
    /^\{"author":.*"path":\[\{"Field":"items"\},\{"Index":\[[\d,]+\]\}\]/,
  );
});
