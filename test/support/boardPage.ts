/**
 * A board in a window, as a person or a screen reader meets it: by role, name and the data
 * attributes that `src/ui/texts.ts` promises. Locators look into open shadow roots, so the same
 * works for an embedded board.
 */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Visitor } from './browser.ts';

/** Cards by the stage of their column, in order, each as its card says it; no empty columns. */
export type ShownBoard = { readonly [stage: string]: readonly string[] };

/** The status region's attributes. */
export interface ShownStatus {
  readonly socket: string;
  readonly sync: string;
  readonly unacknowledged: number;
  readonly durability: string;
  readonly held: number;
  readonly rejected: number;
}

export interface StoryEdits {
  readonly [label: string]: string;
}

export interface BoardPage {
  readonly page: Page;
  readonly root: Locator;
  readonly status: Locator;
  /** The card of the only story of this name. */
  card(name: string): Locator;
  /** The button that opens it; what arrow keys move between. */
  cardButton(name: string): Locator;
  column(stage: string): Locator;
  shown(): Promise<ShownBoard>;
  shownStatus(): Promise<ShownStatus>;
  /** Item ids by the stage of their column, in order. */
  shownIds(): Promise<ShownBoard>;
  addStory(name: string): Promise<void>;
  /** As `addStory`, whatever comes of it. */
  submitStory(name: string): Promise<void>;
  /** By the card's move button. `title`: of the column. */
  moveStory(name: string, title: string): Promise<void>;
  editStory(name: string, edits: StoryEdits): Promise<void>;
  deleteStory(name: string): Promise<void>;
  /** What the export of the op log gives. */
  exportOps(): Promise<string>;
  /** Waits until connected, caught up, and everything of its own is acknowledged. */
  untilInSync(): Promise<void>;
  untilOffline(): Promise<void>;
  /** Skips the wait for the next try, if there is one. */
  reconnect(): Promise<void>;
}

export const patience = { timeout: 20_000, interval: 50 };

/** Looks again until the expectation holds. */
export function eventually<Value>(read: () => Value | Promise<Value>) {
  return expect.poll(read, patience);
}

/** Opens a window on the board and waits until it shows what it has. */
export async function openBoard(visitor: Visitor, url: string): Promise<BoardPage> {
  return boardOn(await visitor.open(url));
}

export async function boardOn(page: Page): Promise<BoardPage> {
  const root = page.locator('[data-phase]');
  await page.locator('[data-phase=ready], [data-phase=empty]').waitFor();
  const status = page.getByRole('region', { name: 'Status', exact: true });
  const columns = page.locator('section[data-stage]:has([data-item-id])');

  const card = (name: string): Locator =>
    page.locator('[data-item-id]').filter({ has: page.getByText(name, { exact: true }) });
  const cardButton = (name: string): Locator =>
    card(name).getByRole('button', { name: new RegExp(` ${name}(,|$)`) });
  const openStory = async (name: string): Promise<Locator> => {
    // As a hand does: a focus that only a script sets is taken along by a card that has just moved.
    await cardButton(name).click();
    return page.getByRole('dialog', { name: /^Story / });
  };

  const submitStory = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Add story' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add a story' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  };

  const shownStatus = async (): Promise<ShownStatus> => {
    const read = (name: string) => status.getAttribute(`data-${name}`);
    return {
      socket: (await read('socket')) ?? '',
      sync: (await read('sync')) ?? '',
      unacknowledged: Number(await read('unacknowledged')),
      durability: (await read('durability')) ?? '',
      held: Number(await read('held')),
      rejected: Number(await read('rejected')),
    };
  };
  const readColumns = (read: 'label' | 'id'): Promise<ShownBoard> =>
    columns.evaluateAll((elements, what) => {
      const cardText = (card: Element): string =>
        what === 'id'
          ? (card.getAttribute('data-item-id') ?? '')
          : (card.querySelector('button')?.getAttribute('aria-label') ?? '');
      const entries = elements.map((column) => [
        column.getAttribute('data-stage') ?? '',
        [...column.querySelectorAll('[data-item-id]')].map(cardText),
      ]);
      return Object.fromEntries(entries);
    }, read);

  return {
    page,
    root,
    status,
    card,
    cardButton,
    column: (stage) => page.locator(`section[data-stage="${stage}"]`),
    shown: () => readColumns('label'),
    shownIds: () => readColumns('id'),
    shownStatus,
    async addStory(name) {
      await submitStory(name);
      await card(name).waitFor();
    },
    submitStory,
    async moveStory(name, title) {
      await card(name)
        .getByRole('button', { name: /^Move .* to…$/ })
        .click();
      await page.getByRole('menu').getByRole('menuitemradio', { name: title }).click();
    },
    async editStory(name, edits) {
      const dialog = await openStory(name);
      for (const [label, value] of Object.entries(edits)) {
        await dialog.getByLabel(label, { exact: true }).fill(value);
      }
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    },
    async deleteStory(name) {
      const dialog = await openStory(name);
      await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
      await card(name).waitFor({ state: 'detached' });
    },
    async exportOps() {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Files', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Export op log' }).click();
      return readFile(await (await downloading).path(), 'utf8');
    },
    async untilInSync() {
      await eventually(shownStatus).toMatchObject({
        socket: 'open',
        sync: 'live',
        unacknowledged: 0,
      });
    },
    async reconnect() {
      const tryNow = status.getByRole('button', { name: 'Try now' });
      // The button goes by itself when the page was quicker.
      if (await tryNow.isVisible()) await tryNow.click({ timeout: 1000 }).catch(() => {});
    },
    async untilOffline() {
      await eventually(async () => (await shownStatus()).socket).toBe('waiting');
    },
  };
}
