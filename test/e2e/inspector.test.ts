import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { boardOn, eventually, openBoard } from '../support/boardPage.ts';
import { failedDials } from '../support/browser.ts';
import { test } from '../support/world.ts';

/** What a screen reader adds to the name of a card. Read at once, as it may go at any moment. */
function described(page: Page, name: string): Promise<string | null> {
  const button = page.getByRole('button', { name: new RegExp(` ${name}(,|$)`) });
  return button.evaluate((element) => {
    const id = element.getAttribute('aria-describedby');
    return id === null ? null : (document.getElementById(id)?.textContent ?? null);
  });
}

/** The cells of a column of the inspector, from the top. */
function cells(page: Page, table: string, column: number): Promise<readonly string[]> {
  return page
    .getByRole('table', { name: table })
    .locator(`tbody td:nth-child(${column})`)
    .allTextContents();
}

const fact = (page: Page, name: string) =>
  page.locator('dl > div').filter({ hasText: name }).locator('dd').first().textContent();

test('E2E73 an edit that only this device has is marked on its card until the relay has it', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('Shared');
  await ann.untilInSync();
  expect(await described(ann.page, 'Shared')).toBeNull();

  await ann.page.getByRole('button', { name: 'Work offline' }).click();
  await ann.addStory('Here');
  await ann.moveStory('Shared', 'QA');
  const both = () => Promise.all(['Shared', 'Here'].map((name) => described(ann.page, name)));
  await eventually(both).toEqual(['Only on this device', 'Only on this device']);
  await ann.page.reload();
  const reloaded = await boardOn(ann.page);
  await reloaded.untilInSync();
  await eventually(both).toEqual([null, null]);
});

test('E2E74 the inspector of a tab that follows shows what the leader sends, with added lag', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const visitor = await world.newVisitor('Ann');
  const leader = await openBoard(visitor, relay.origin);
  const inspector = await visitor.open(`${relay.origin}/?view=inspector`);
  await inspector.locator('[data-inspector=shown]').waitFor();
  expect(await fact(inspector, 'This tab')).toContain('Follows another tab');
  await inspector.getByLabel('Added lag').selectOption('500');
  await leader.status.getByText('Every frame is delayed by 0.5 s, as you asked').waitFor();

  await leader.addStory('Slow');
  await eventually(() => cells(inspector, 'Edits', 4)).toEqual(['1 Slow']);
  await eventually(() => cells(inspector, 'Frames', 3)).toEqual(['Acknowledgement', 'New edit']);
  const roundTripMs = async () =>
    Number.parseInt((await fact(inspector, 'Round trip'))?.replaceAll(',', '') ?? '', 10);
  await eventually(roundTripMs).toBeGreaterThanOrEqual(1000);

  const controls = inspector.getByRole('region', { name: 'Sync', exact: true });
  await controls.getByRole('button', { name: 'Disconnect' }).click();
  await eventually(async () => (await leader.shownStatus()).socket).toBe('stopped');
  await inspector.getByLabel('Added lag').selectOption('0');
  await controls.getByRole('button', { name: 'Reconnect' }).click();
  await leader.untilInSync();
});

test('E2E75 a bug bundle that one browser saves another one shows, and changes nothing by it', async ({
  world,
}) => {
  const [relay, elsewhere] = [await world.startRelay(), await world.startRelay()];
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('Kept');
  await ann.addStory('Moved');
  await ann.moveStory('Moved', 'Merge');
  await ann.untilInSync();
  const shown = await ann.shown();
  await ann.page.goto(`${relay.origin}/?view=inspector`);
  const downloading = ann.page.waitForEvent('download');
  await ann.page.getByRole('button', { name: 'Save a bug bundle' }).click();
  const path = await (await downloading).path();

  const bob = await openBoard(await world.newVisitor('Bob'), elsewhere.origin);
  await bob.addStory('His own');
  await bob.untilInSync();
  const { page } = bob;
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.locator('input[type=file]').setInputFiles(path);
  const bundle = page.getByRole('region', { name: 'Bug bundle' });
  await bundle.getByText('This is a bug bundle, not your board').waitFor();
  await eventually(bob.shown).toEqual(shown);
  await page.keyboard.press('c');
  await bundle.getByRole('button', { name: 'Leave the bundle' }).click();
  await page.getByRole('link', { name: 'Board', exact: true }).click();
  await eventually(bob.shown).toEqual({ '1_backlog': ['1 His own, story'] });
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('E2E76 a file that is no bug bundle is refused in words, and the inspector goes on', async ({
  world,
}) => {
  const { origin } = await world.servePage();
  const visitor = await world.newVisitor('Ann');
  visitor.expectErrors(failedDials);
  const page = await visitor.open(`${origin}/?view=inspector`);
  const choose = (text: string | Buffer) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'bundle.json', mimeType: '', buffer: Buffer.from(text) });
  await choose('{"format":"huskies-bug-bundle","version":9}');
  const bundle = page.getByRole('region', { name: 'Bug bundle' });
  await bundle
    .getByText('bundle.json cannot be opened: it was saved by another version of this page.')
    .waitFor();
  await bundle.getByRole('button', { name: 'Leave the bundle' }).click();
  await choose(await readFile('package.json'));
  await bundle.getByText('bundle.json cannot be opened: it is not a bug bundle.').waitFor();
  await bundle.getByRole('button', { name: 'Leave the bundle' }).click();
  await page.locator('[data-inspector=shown]').waitFor();
});
