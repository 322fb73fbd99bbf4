import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { boardOn, eventually, openBoard } from '../support/boardPage.ts';
import { failedDials, networkName } from '../support/browser.ts';
import { root } from '../support/sourceCode.ts';
import { test } from '../support/world.ts';

/** Resolves when the service worker has all files and answers this page. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller !== null) return;
    await new Promise((done) =>
      navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }),
    );
  });
}

test('E2E78 a board that was opened once opens with no server and no network, whole, and takes edits', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await world.newVisitor('Ann', { serviceWorkers: 'allow' });
  const first = await openBoard(ann, `${relay.origin}/?pipeline=web`);
  await first.addStory('Online');
  await first.untilInSync();
  await untilKept(first.page);
  await first.page.close();
  await relay.stop();

  ann.expectErrors(failedDials, /ERR_CONNECTION_REFUSED/);
  const again = await openBoard(ann, `${relay.origin}/?pipeline=web`);
  await again.addStory('Offline');
  expect(await again.shown()).toEqual({ '1_backlog': ['1 Online, story', '2 Offline, story'] });
  // What is loaded late was kept as well.
  await again.page.keyboard.press('Escape');
  await again.page.keyboard.press('?');
  await again.page.getByRole('dialog').waitFor();
  await again.page.keyboard.press('Escape');
  // Of the relay nothing is kept but its files.
  const answers = await again.page.evaluate(async () =>
    Promise.all(['healthz', 'crdt-sync'].map((path) => fetch(path).then(String, () => 'none'))),
  );
  expect(answers).toEqual(['none', 'none']);

  await relay.restart();
  await again.reconnect();
  await again.untilInSync();
  const bob = await openBoard(await world.newVisitor('Bob'), `${relay.origin}/?pipeline=web`);
  await eventually(bob.shown).toEqual(await again.shown());
});

test('E2E79 a new version waits until it is let in, reloads tabs with nothing open, and leaves a form as it is', async ({
  world,
  onTestFinished,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'huskies-web-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist/page'), folder, { recursive: true });
  const { origin } = await world.servePage({ folder });
  const ann = await world.newVisitor('Ann', { serviceWorkers: 'allow' });
  ann.expectErrors(failedDials);
  const idle = await openBoard(ann, origin);
  await untilKept(idle.page);
  const writing = await openBoard(ann, origin);
  await idle.addStory('Kept');
  await writing.card('Kept').waitFor();

  appendFileSync(join(folder, 'sw.js'), '\n// another version\n');
  await idle.page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  const notice = (page: Page) => page.getByRole('complementary', { name: 'This app' });
  await notice(idle.page).getByText('A new version is here.').waitFor();
  expect(await notice(idle.page).textContent()).toContain(
    'Updating reloads the board in all its tabs',
  );
  await notice(writing.page).getByRole('button', { name: 'Later' }).click();
  await writing.page.getByRole('button', { name: 'Add story' }).first().click();
  const name = writing.page.getByRole('dialog').getByRole('textbox', { name: 'Name' });
  await name.fill('Half a thou');

  const reloaded = idle.page.waitForEvent('load');
  await notice(idle.page).getByRole('button', { name: 'Update' }).click();
  await reloaded;
  await (await boardOn(idle.page)).card('Kept').waitFor();
  expect(await notice(idle.page).count()).toBe(0);
  const waiting = writing.page.locator('.app-notice');
  await waiting.getByText('A new version runs now').waitFor();
  expect(await name.inputValue()).toBe('Half a thou');
  await writing.page.keyboard.press('Escape');
  await writing.page.getByRole('button', { name: 'Discard it' }).click();
  await notice(writing.page).getByRole('button', { name: 'Reload' }).click();
  await (await boardOn(writing.page)).card('Kept').waitFor();
});

test('E2E80 ?unregister removes the offline copy for good and leaves the stories', async ({
  world,
}) => {
  const { origin } = await world.servePage();
  const ann = await world.newVisitor('Ann', { serviceWorkers: 'allow' });
  ann.expectErrors(failedDials);
  const before = await openBoard(ann, origin);
  await before.addStory('Stays');
  await untilKept(before.page);
  await before.page.close();

  const after = await openBoard(ann, `${origin}/?unregister`);
  await after.page.getByText('The offline copy is removed.').waitFor();
  const left = () =>
    after.page.evaluate(async () => ({
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      caches: await caches.keys(),
      query: location.search,
    }));
  await eventually(left).toEqual({ workers: 0, caches: [], query: '' });
  await after.page.reload();
  await after.card('Stays').waitFor();
  expect(await left()).toEqual({ workers: 0, caches: [], query: '' });
});

test('E2E81 where there are no service workers the board works without an offline copy', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const port = new URL(relay.origin).port;
  const ann = await world.newVisitor('Ann', { serviceWorkers: 'allow' });
  const board = await openBoard(ann, `http://${networkName}:${port}/`);
  await board.addStory('One');
  expect(await board.page.evaluate(() => 'serviceWorker' in navigator)).toBe(false);
  await board.untilInSync();
});
