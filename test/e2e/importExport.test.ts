import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { type BoardPage, eventually, openBoard } from '../support/boardPage.ts';
import { readRustDump } from '../support/rustDump.ts';
import { test } from '../support/world.ts';

interface NamedText {
  readonly name: string;
  readonly text: string;
}

async function openImport({ page }: BoardPage, { name, text }: NamedText): Promise<Locator> {
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Import…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import' });
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  return dialog;
}

const linesOf = (dialog: Locator, part: 'counts' | 'refused'): Promise<readonly string[]> =>
  dialog.locator(`.import-${part} li`).allTextContents();

async function runImport(dialog: Locator, button: string): Promise<void> {
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await dialog.locator('[data-import=done]').waitFor();
}

async function download(board: BoardPage, item: string): Promise<NamedText> {
  const { page } = board;
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
  const file = await downloading;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

test('E2E89 an op log goes from one board to another, where each op is judged and the good ones stay', async ({
  world,
}) => {
  const [from, to] = [await world.startRelay(), await world.startRelay()];
  const ann = await openBoard(await world.newVisitor('Ann'), from.origin);
  await ann.addStory('One');
  await ann.moveStory('One', 'QA');
  await ann.addStory('Two');
  const log = await download(ann, 'Export op log');
  const [first = '', ...others] = log.text.trim().split('\n');
  const forged = first.replace(/"signed_digest":\[\d+,/, '"signed_digest":[7,');
  const text = [first, 'nothing', ...others, forged].join('\n');

  const bob = await openBoard(await world.newVisitor('Bob'), to.origin);
  const cleo = await openBoard(await world.newVisitor('Cleo'), to.origin);
  const dialog = await openImport(bob, { name: log.name, text });
  await eventually(() => linesOf(dialog, 'counts')).toEqual(['3 ops new', '2 ops refused']);
  expect(await linesOf(dialog, 'refused')).toEqual([
    'Line 2: neither an op nor a frame',
    'Line 5: its signature does not hold',
  ]);
  await runImport(dialog, 'Import 3 ops');
  expect(await linesOf(dialog, 'counts')).toEqual(['3 ops taken in and stored', '2 ops refused']);
  await cleo.card('One').waitFor();
  expect(await bob.shown()).toEqual(await ann.shown());
  const saving = bob.page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save report' }).click();
  expect(await readFile(await (await saving).path(), 'utf8')).toBe(
    'huskies-default.jsonl\n3 ops taken in and stored\n2 ops refused\n\nLine 2: neither an op nor a frame\nLine 5: its signature does not hold\n',
  );
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect((await download(cleo, 'Export op log')).text).toBe(log.text);
});

test('E2E90 a frame that a Rust node sent is imported from a file', async ({ world }) => {
  const page = await world.servePage();
  const board = await openBoard(await world.newVisitor('Ann'), page.origin);
  const { frame, ops, view } = readRustDump();
  const dialog = await openImport(board, { name: 'dump.json', text: frame });
  await dialog.locator('[data-import=ops]').waitFor();
  await runImport(dialog, `Import ${ops.length.toLocaleString('en')} ops`);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await eventually(() => board.page.locator('.head-total').textContent()).toBe(
    `${view.length} stories`,
  );
});

test('E2E91 stories go out as CSV and JSON and come back as one step that can be undone', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('=One');
  await ann.addStory('Two');
  const before = await ann.shown();
  const json = await download(ann, 'Export stories as JSON');
  const csv = await download(ann, 'Export stories as CSV');
  expect(csv.text).toContain(`"'=One"`);
  const changed = `${csv.text.replace('"Two"', '"Deux"')}"3_story_three","Three","3_qa","","","false","0","",""\r\n"4_story_four","Four","","","","perhaps","","",""\r\n`;
  const dialog = await openImport(ann, { ...csv, text: changed });
  await eventually(() => linesOf(dialog, 'counts')).toEqual([
    '1 story new',
    '1 story on the board already, and different there',
    '1 story on the board just so',
    '1 row refused',
  ]);
  expect(await linesOf(dialog, 'refused')).toEqual(['Line 5: not a value for Blocked']);
  await dialog.getByRole('radio', { name: 'Take the file’s values' }).check();
  await runImport(dialog, 'Import 2 stories');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await ann.card('Three').waitFor();
  await ann.card('Deux').waitFor();
  await ann.page.keyboard.press('u');
  await ann.card('Three').waitFor({ state: 'detached' });
  await eventually(() => ann.shown()).toEqual(before);
  const again = await openImport(ann, json);
  await eventually(() => linesOf(again, 'counts')).toEqual(['2 stories on the board just so']);
});
