// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { createRoot } from 'solid-js';
import { afterEach, expect, test, vi } from 'vitest';
import { createSettings } from '../../src/settings.ts';
import type { HistoryEntry, NoAnswer, Query, QueryAnswer } from '../../worker/api.ts';
import { itemId, LIVE_STATUS } from '../support/fakeReplica.ts';
import {
  announced,
  boardOnFake,
  cardButton,
  clickIn,
  eventually,
  focused,
  press,
  story,
  type,
} from './boardOnFake.tsx';

afterEach(() => localStorage.clear());

const ME = LIVE_STATUS.signer;
const BOB = 'b0b0'.padEnd(60, '0').concat('beef');

function set(
  number: number,
  signer: string,
  values: readonly [string, string],
  fate: HistoryEntry['fate'] = { type: 'replaced', by: itemId(number + 1), signer: ME },
): HistoryEntry {
  const [before, value] = values;
  return {
    key: itemId(number),
    signer,
    change: { type: 'set', field: 'name', value, before },
    fate,
  };
}

const CREATED: HistoryEntry = {
  key: itemId(100),
  signer: BOB,
  change: { type: 'created', fields: story(1).fields },
  fate: { type: 'stands' },
};
const LOST = set(101, BOB, ['S1', 'Lost'], { type: 'lost', by: itemId(102), signer: ME });
const WON = set(102, ME, ['S1', 'Won'], { type: 'stands' });

/** A log of one story that tests add to. */
function createLog(entries: HistoryEntry[], unsettled: readonly HistoryEntry[] = []) {
  const asked: Query[] = [];
  const answer = (query: Query): QueryAnswer | NoAnswer | undefined => {
    asked.push(query);
    if (query.type === 'op') {
      const signature = query.key === LOST.key ? 'wrong' : 'holds';
      return { type: 'op', op: { text: `{"op":"${query.key}"}`, signature } };
    }
    if (query.type !== 'history') return undefined;
    const last = entries.slice(-query.limit);
    return { type: 'history', entries: last, total: entries.length, unsettled };
  };
  return { asked, entries, answer };
}

const shownEntries = (): readonly string[] =>
  [...document.querySelectorAll('[data-op]')].map(
    (entry) => entry.getAttribute('aria-label') ?? '',
  );

async function openHistory(): Promise<void> {
  cardButton(1).click();
  fireEvent.click(await screen.findByRole('button', { name: 'History' }));
}

test('HIS7 a history is asked for when it is looked at, and again when something came', async () => {
  const log = createLog([CREATED, WON]);
  const { fake } = await boardOnFake({ items: [story(1, { name: 'Won' })], answer: log.answer });
  cardButton(1).click();
  await screen.findByRole('button', { name: 'History' });
  expect(log.asked).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'History' }));
  await eventually(() =>
    expect(shownEntries()).toEqual([
      'Name: “S1” to “Won”, by you, current',
      'Created, by b0b0…beef',
    ]),
  );
  // One that loses changes no field.
  log.entries.splice(1, 0, LOST);
  fake.setStatus({ rejected: {} });
  await eventually(() => expect(shownEntries()).toHaveLength(3));
});

test('HIS7 the first entries of a long history are shown on request', async () => {
  const entries = Array.from({ length: 70 }, (_, place) =>
    set(200 + place, BOB, [`${place - 1}`, `${place}`]),
  );
  const log = createLog(entries);
  await boardOnFake({ items: [story(1)], answer: log.answer });
  await openHistory();
  await eventually(() => expect(shownEntries()).toHaveLength(50));
  fireEvent.click(screen.getByRole('button', { name: 'Show 20 earlier edits' }));
  await eventually(() => expect(shownEntries()).toHaveLength(70));
  expect(shownEntries().at(-1)).toBe('Name: “-1” to “0”, by b0b0…beef, replaced by you');
  expect(screen.queryByRole('button', { name: /earlier edits/ })).toBeNull();
});

test('HIS7 a history that cannot be read says why, and is asked for again', async () => {
  const log = createLog([CREATED]);
  let isBroken = true;
  const broken: NoAnswer = { type: 'no-answer', reason: 'not-open', detail: 'no pipeline is open' };
  const answer = (query: Query) => (isBroken ? broken : log.answer(query));
  await boardOnFake({ items: [story(1)], answer });
  await openHistory();
  await screen.findByText(/could not be read: no pipeline is open/);
  isBroken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await eventually(() => expect(shownEntries()).toHaveLength(1));
});

test('HIS8 arrow keys go through the entries, and names stand for keys', async () => {
  const log = createLog([CREATED, LOST, WON], [LOST]);
  createRoot((dispose) => {
    const settings = createSettings({ pipeline: 'default', storage: localStorage });
    settings.change({ keyNames: new Map([[BOB, 'Bob']]) });
    dispose();
  });
  await boardOnFake({ items: [story(1, { name: 'Won' })], answer: log.answer });
  await openHistory();
  await eventually(() => expect(shownEntries()).toHaveLength(3));
  document.querySelector<HTMLElement>('[data-op][tabindex="0"]')?.focus();
  const read = [focused()];
  for (const key of ['ArrowDown', 'End', 'ArrowUp', 'Home', 'ArrowUp']) {
    press(key);
    read.push(focused());
  }
  const [won, lost, created] = shownEntries();
  expect(lost).toBe('Name: “S1” to “Lost”, by Bob, lost to a concurrent edit by you');
  expect(read).toEqual([won, lost, created, lost, won, won]);
  expect(document.querySelectorAll('[data-op] button[tabindex="0"]')).toHaveLength(2);
});

test('HIS9 a value that lost is restored by an edit that can be undone', async () => {
  const log = createLog([CREATED, LOST, WON], [LOST]);
  const { fake, setReadonly } = await boardOnFake({
    items: [story(1, { name: 'Won' })],
    answer: log.answer,
  });
  await openHistory();
  await screen.findByText('1 value may be lost to a concurrent edit');
  setReadonly(true);
  expect(screen.queryByRole('button', { name: /^Restore/ })).toBeNull();
  setReadonly(false);
  fireEvent.click(screen.getByRole('button', { name: 'Restore Name: “Lost”' }));
  await within(screen.getByRole('dialog')).findByText('Name is “Lost” again.');
  expect(fake.view()[0]?.fields.name).toBe('Lost');
  await eventually(() => expect(screen.queryByRole('button', { name: /^Restore/ })).toBeNull());
  expect(focused()).toBe(shownEntries()[1]);
  clickIn('dialog', 'Story 1', 'Undo');
  await eventually(() => expect(fake.view()[0]?.fields.name).toBe('Won'));
});

test('HIS10 an op is verified and copied, or shown where it cannot be', async () => {
  const log = createLog([CREATED, LOST]);
  const { pipeline } = await boardOnFake({ items: [story(1)], answer: log.answer });
  await openHistory();
  await eventually(() => expect(shownEntries()).toHaveLength(2));
  const [lost, created] = document.querySelectorAll<HTMLElement>('[data-op]');
  if (lost === undefined || created === undefined) throw new Error('no entries');
  fireEvent.click(within(lost).getByText('Verify'));
  await within(lost).findByText('Signature does not hold');
  fireEvent.click(within(created).getByText('Verify'));
  await within(created).findByText('Signature holds');
  const writeText = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValue(new Error('no'));
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  fireEvent.click(within(created).getByText('Copy op'));
  await within(screen.getByRole('dialog')).findByText('The op is in the clipboard.');
  expect(writeText).toHaveBeenCalledWith(`{"op":"${CREATED.key}"}`);
  fireEvent.click(within(created).getByText('Copy op'));
  const shown = await within(created).findByLabelText<HTMLTextAreaElement>('The op as JSON');
  expect(shown.value).toBe(`{"op":"${CREATED.key}"}`);
  vi.unstubAllGlobals();
  expect(pipeline.state().name).toBe('open');
});

test('STY1 a story is claimed, taken over, released and blocked at one press', async () => {
  const { fake } = await boardOnFake({
    items: [story(1), story(2, { claimed_by: BOB, claimed_at: 1_000, agent: 'coder-1' })],
  });
  cardButton(1).click();
  expect(screen.getByText('Nobody has claimed it')).toBeTruthy();
  clickIn('dialog', 'Story 1', 'Claim');
  await eventually(() => expect(fake.view()[0]?.fields.claimed_by).toBe(ME));
  await eventually(() => expect(claimText()).toBe('Claimed by you just now'));
  clickIn('dialog', 'Story 1', 'Block');
  await eventually(() => expect(fake.view()[0]?.fields.blocked).toBe(true));
  await eventually(() => clickIn('dialog', 'Story 1', 'Unblock'));
  clickIn('dialog', 'Story 1', 'Release');
  await eventually(() => expect(claimText()).toBe('Nobody has claimed it'));
  expect(fake.view()[0]?.fields).toMatchObject({ claimed_by: '', claimed_at: 0, blocked: false });
  clickIn('dialog', 'Story 1', 'Close');
  cardButton(2).click();
  expect(claimText()).toMatch(/^Claimed by b0b0…beef \d+ y ago, with coder-1$/);
  clickIn('dialog', 'Story 2', 'Take over');
  await eventually(() => expect(fake.view()[1]?.fields.claimed_by).toBe(ME));
});

const claimText = (): string => document.querySelector('.story-claim')?.textContent ?? '';

test('STY2 what a story depends on and what needs it are ways there', async () => {
  const { fake } = await boardOnFake({
    items: [story(1, { depends_on: '2, 9' }), story(2), story(3, { depends_on: '1' })],
  });
  cardButton(1).click();
  const links = within(await screen.findByRole('region', { name: 'Dependencies' }));
  expect(links.getAllByRole('button').map((link) => link.textContent)).toEqual([
    '2S2Backlog',
    '3S3Backlog',
  ]);
  expect(links.getByText('9 is not in this pipeline')).toBeTruthy();
  fake.change({ type: 'update', id: itemId(2), fields: { depends_on: '3', blocked: true } });
  await screen.findByText('1 → 2 → 3 → 1');
  fireEvent.click(links.getAllByRole('button')[0] as HTMLElement);
  expect(screen.getByRole('dialog', { name: 'Story 2' })).toBeTruthy();
});

test('STY3 what was typed in a story is there again after another one was opened', async () => {
  await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).click();
  type('Name', 'Mine');
  cardButton(2).click();
  expect(screen.getByRole('dialog', { name: 'Story 2' })).toBeTruthy();
  expect(announced()).toBe('What you typed in 1 is kept until you come back.');
  cardButton(1).click();
  expect(screen.getByLabelText<HTMLTextAreaElement>('Name').value).toBe('Mine');
  clickIn('dialog', 'Story 1', 'Close');
  clickIn('dialog', 'Story 1', 'Discard it');
  cardButton(1).click();
  expect(screen.getByLabelText<HTMLTextAreaElement>('Name').value).toBe('S1');
});

test('STY4 beside the board Escape closes a story, and the focus goes back to its card', async () => {
  const width = vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1400);
  const show = vi.fn(function show(this: HTMLDialogElement) {
    this.setAttribute('open', '');
  });
  HTMLDialogElement.prototype.show = show;
  await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  cardButton(1).click();
  const dialog = screen.getByRole('dialog', { name: 'Story 1' });
  expect([show.mock.calls.length, dialog.classList.contains('is-beside')]).toEqual([1, true]);
  expect(document.querySelector('.huskies')?.classList.contains('has-panel')).toBe(true);
  within(dialog).getByLabelText('Name').focus();
  press('Escape');
  expect([screen.queryByRole('dialog'), focused()]).toEqual([null, '1 S1, story']);
  expect(document.querySelector('.huskies')?.classList.contains('has-panel')).toBe(false);
  cardButton(1).click();
  cardButton(1).focus();
  press('Escape');
  expect([screen.queryByRole('dialog'), focused()]).toEqual([null, '1 S1, story']);
  width.mockRestore();
});
