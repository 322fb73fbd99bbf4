// @vitest-environment jsdom
import { screen, within } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import type { OpenOutcome } from '../../worker/api.ts';
import { itemId } from '../support/fakeReplica.ts';
import {
  boardOnFake,
  card,
  cardButton,
  clickIn,
  eventually,
  shownCards,
  story,
} from './boardOnFake.tsx';

const HOUR_S = 3_600;

test('UI3 a board has a named column for each stage, with its stories in list order', async () => {
  await boardOnFake({
    items: [
      story(1),
      story(2, { stage: '4_merge' }),
      story(3),
      story(4, { stage: '7_on_hold' }),
      story(5, { stage: null }),
    ],
  });
  const columns = screen.getAllByRole('region').map((region) => region.getAttribute('aria-label'));
  expect(columns).toEqual([
    'Status',
    'No stage, 1 story',
    'Backlog, 2 stories',
    'Current, 0 stories',
    'QA, 0 stories',
    'Merge, 1 story',
    'Done, 0 stories',
    'Archived, 0 stories',
    'On hold, 1 story',
  ]);
  expect(shownCards()).toEqual({
    '': ['5 S5, story'],
    '1_backlog': ['1 S1, story', '3 S3, story'],
    '4_merge': ['2 S2, story'],
    '7_on_hold': ['4 S4, story'],
  });
  const merge = screen.getByRole('region', { name: 'Merge, 1 story' });
  expect(within(merge).getByRole('heading').textContent).toBe('Merge');
  expect(within(merge).getAllByRole('listitem')).toHaveLength(1);
});

test('UI4 a card shows number, type, name, agent, claim, retries, block and dependencies', async () => {
  const claimedAtS = Date.now() / 1000 - 3.5 * HOUR_S;
  await boardOnFake({
    items: [
      story(7, {
        story_id: '407_bug_lost_ops',
        name: 'Lost ops',
        agent: 'coder-1',
        claimed_by: 'ab'.repeat(32),
        claimed_at: claimedAtS,
        retry_count: 2,
        blocked: true,
        depends_on: '404,  412',
      }),
      story(8, { agent: '', claimed_by: 'ab'.repeat(32), claimed_at: claimedAtS }),
      story(9, { story_id: null, name: null }),
    ],
  });
  expect(cardButton(7).getAttribute('aria-label')).toBe(
    '407 Lost ops, bug, blocked, with coder-1, 2 retries, after 404, 412',
  );
  expect(texts(7)).toEqual([
    '407',
    'bug',
    'Blocked',
    'Lost ops',
    'coder-13 h',
    '2 retries',
    'after 404, 412',
  ]);
  expect(texts(8)).toEqual(['8', 'story', 'S8', 'claimed abab…abab3 h']);
  expect(texts(9)).toEqual(['unnumbered', 'Untitled']);
});

test('UI5 a board that is opening, empty or stopped says so, and what can be done', async () => {
  const { fake } = await boardOnFake({ holdSnapshot: true });
  const board = screen.getByRole('main', { name: 'Pipeline default' });
  expect(board.dataset['phase']).toBe('loading');
  expect(screen.getByText(/^Opening the board/)).toBeTruthy();

  fake.snapshot();
  await eventually(() => expect(board.dataset['phase']).toBe('empty'));
  expect(screen.getByText(/Add the first one/)).toBeTruthy();
  fake.setStatus({ socket: { name: 'connecting' } });
  await eventually(() => expect(screen.getByText(/Nothing is kept on this device/)).toBeTruthy());

  fake.change({ type: 'insert', index: 0, item: story(1) });
  await eventually(() => expect(board.dataset['phase']).toBe('ready'));
  fake.fail('Out of memory');
  const stopped = await screen.findByRole('alert');
  expect(stopped.textContent).toContain('The replica stopped');
  expect(stopped.textContent).toContain('Out of memory');
  expect(statusTexts()).toEqual(['Not running']);
  expect(shownCards()).toEqual({ '1_backlog': ['1 S1, story'] });

  within(stopped).getByRole('button', { name: 'Start it again' }).click();
  await eventually(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(fake.calls.filter((call) => call === 'start')).toHaveLength(2);
});

test.each([
  ['newer-database', /newer version/],
  ['database-blocked', /older version of this page open/],
  ['storage-broken', /storage of this browser cannot be read/],
  ['already-open', /open already/],
  ['bad-address', /address of the relay/],
  ['bad-pipeline-name', /pipeline name/],
] as const)('UI6 a board that may not open (%s) says why', async (reason, sentence) => {
  const openOutcome: OpenOutcome = { type: 'refused', reason, detail: 'details' };
  await boardOnFake({ openOutcome });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The board cannot be opened');
  expect(alert.textContent).toMatch(sentence);
  expect(screen.getByRole('main').dataset['phase']).toBe('stopped');
});

test('UI7 a change to one story touches its card alone', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2), story(3)] });
  const changed: string[] = [];
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      changed.push(element?.closest('[data-item-id]')?.getAttribute('data-item-id') ?? 'outside');
    }
  });
  const before = [card(1), card(2), card(3)];
  observer.observe(screen.getByRole('main'), {
    subtree: true,
    childList: true,
    attributes: true,
    characterData: true,
  });
  fake.change({ type: 'update', id: itemId(2), fields: { name: 'New', blocked: true } });
  await eventually(() =>
    expect(cardButton(2).getAttribute('aria-label')).toBe('2 New, story, blocked'),
  );
  changed.push(...observer.takeRecords().map(() => itemId(2)));
  expect(new Set(changed)).toEqual(new Set([itemId(2)]));
  expect([card(1), card(2), card(3)]).toEqual(before);
  observer.disconnect();
});

test('UI8 a board that is only to be viewed offers no edits, and opens stories to read', async () => {
  const { setReadonly } = await boardOnFake({ items: [story(1)] });
  setReadonly(true);
  expect(screen.queryByRole('button', { name: 'Add story' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Move 1 to…' })).toBeNull();
  cardButton(1).click();
  const dialog = screen.getByRole('dialog', { name: 'Story 1' });
  const fields = [...dialog.querySelectorAll('input, select, textarea')];
  expect(fields).toHaveLength(9);
  expect(fields.every((field) => field.hasAttribute('disabled'))).toBe(true);
  await within(dialog).findByRole('button', { name: 'History' });
  const buttons = within(dialog)
    .getAllByRole('button')
    .map((button) => button.textContent);
  expect(buttons).toEqual(['Close', 'History']);
  clickIn('dialog', 'Story 1', 'Close');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('UI9 the ops are exported as a file of lines, or the reason why not is said', async () => {
  const saved: { name: string; text: Promise<string> }[] = [];
  URL.createObjectURL = (blob) => {
    saved.push({ name: '', text: (blob as Blob).text() });
    return 'blob:ops';
  };
  URL.revokeObjectURL = () => {};
  HTMLAnchorElement.prototype.click = function click(this: HTMLAnchorElement) {
    const last = saved.at(-1);
    if (last !== undefined) last.name = this.download;
  };
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  screen.getByRole('button', { name: 'Files' }).click();
  (await screen.findByRole('menuitem', { name: 'Export op log' })).click();
  await eventually(() => expect(saved).toHaveLength(1));
  expect(saved[0]?.name).toBe('huskies-default.jsonl');
  expect(await saved[0]?.text).toBe(`${JSON.stringify(story(1))}\n${JSON.stringify(story(2))}\n`);

  fake.fail('Gone');
  screen.getByRole('button', { name: 'Files' }).click();
  (await screen.findByRole('menuitem', { name: 'Export op log' })).click();
  const said = await screen.findByText(/^Nothing was exported/);
  expect(said.textContent).toBe('Nothing was exported: The replica is not running.');
});

/** What stands on a card, part by part. */
function texts(number: number): readonly string[] {
  const parts = card(number).querySelectorAll('.card-head > *, .card-name, .card-foot > *');
  return [...parts].map((part) => part.textContent ?? '');
}

function statusTexts(): readonly string[] {
  const status = screen.getByRole('region', { name: 'Status' });
  return within(status)
    .getAllByRole('listitem')
    .map((entry) => entry.textContent ?? '');
}
