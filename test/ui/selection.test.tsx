// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { createRoot } from 'solid-js';
import { expect, test, vi } from 'vitest';
import { createMessages } from '../../src/ui/messages.ts';
import { itemId } from '../support/fakeReplica.ts';
import {
  announced,
  boardOnFake,
  card,
  cardButton,
  clickIn,
  eventually,
  focused,
  press,
  shownCards,
  story,
} from './boardOnFake.tsx';

const items = [1, 2, 3, 4, 5].map((number) => story(number));

test('SEL1 x and Ctrl-click select stories and take them out, Escape selects nothing', async () => {
  await boardOnFake({ items });
  cardButton(1).focus();
  press('x');
  expect(announced()).toBe('1 selected, 1 in all.');
  expect(focused()).toBe('1 S1, story, selected');
  fireEvent.click(cardButton(3), { ctrlKey: true });
  fireEvent.click(cardButton(4), { metaKey: true });
  expect([selected(), bar()]).toEqual([[1, 3, 4], '3 stories selected']);
  expect(screen.queryByRole('dialog')).toBeNull();
  fireEvent.click(cardButton(3), { ctrlKey: true });
  press('x');
  expect([selected(), announced()]).toEqual([[4], '1 no longer selected, 1 in all.']);
  press('Escape');
  expect([selected(), bar()]).toEqual([[], null]);
});

test('SEL2 a range of a column grows and shrinks', async () => {
  await boardOnFake({ items: [...items, story(6, { stage: '3_qa' })] });
  cardButton(2).focus();
  const seen = ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowUp'].map((key) => {
    fireEvent.keyDown(document.activeElement as Element, { key, shiftKey: true });
    return selected();
  });
  expect(seen).toEqual([[2, 3], [2, 3, 4], [2, 3], [2], [1, 2]]);
  fireEvent.click(cardButton(5), { ctrlKey: true });
  fireEvent.click(cardButton(4), { shiftKey: true });
  expect(selected()).toEqual([1, 2, 4, 5]);
  fireEvent.click(cardButton(6), { shiftKey: true });
  expect(selected()).toEqual([1, 2, 4, 5, 6]);
});

test('SEL3 all of a column can be selected, and what is deleted elsewhere is not', async () => {
  const { fake } = await boardOnFake({ items: [...items, story(6, { stage: '3_qa' })] });
  cardButton(2).focus();
  fireEvent.keyDown(document.activeElement as Element, { key: 'a', ctrlKey: true });
  expect([selected(), announced()]).toEqual([[1, 2, 3, 4, 5], '5 stories selected.']);
  fake.change({ type: 'remove', id: itemId(3) });
  await eventually(() => expect(bar()).toBe('4 stories selected'));
  fake.change({ type: 'update', id: itemId(4), fields: { stage: '3_qa' } });
  await eventually(() => expect(shownCards()['3_qa']).toHaveLength(2));
  expect(selected()).toEqual([1, 2, 4, 5]);
});

test('SEL4 the bar changes all that is selected', async () => {
  const { fake } = await boardOnFake({ items });
  select(1, 3);
  clickIn('region', 'Selection', 'Block');
  await screen.findByText('2 stories blocked.');
  clickIn('region', 'Selection', 'Claim');
  await screen.findByText('2 stories claimed.');
  const signer = fake.view()[0]?.fields.claimed_by;
  expect(signer).toMatch(/^[0-9a-f]{64}$/);
  expect(fake.view()[0]?.fields.claimed_at).toBeGreaterThan(1_700_000_000);
  await eventually(() => expect(shownCards()['1_backlog']?.[0]).toContain('claimed by'));
  clickIn('region', 'Selection', 'Release');
  await screen.findByText('2 stories released.');
  await eventually(() => expect(shownCards()['1_backlog']?.[0]).not.toContain('claimed by'));
  clickIn('region', 'Selection', 'Unblock');
  await screen.findByText('2 stories no longer blocked.');
  expect(fake.view()).toEqual(items);
  clickIn('region', 'Selection', 'Delete');
  await screen.findByText('2 stories deleted.');
  await eventually(() => expect(bar()).toBeNull());
  expect(fake.view()).toHaveLength(3);
});

test('SEL4 "Move to…" in the bar moves them, and m and b do the same', async () => {
  await boardOnFake({ items });
  select(1, 3);
  clickIn('region', 'Selection', 'Move to…');
  const menu = screen.getByRole('menu');
  expect(menu.getAttribute('aria-label')).toBe('Move 2 stories to');
  press('4');
  await screen.findByText('2 stories moved to Merge.');
  await eventually(() => expect(shownCards()['4_merge']).toHaveLength(2));
  await eventually(() => expect(focused()).toMatch(/^1 S1/));
  press('b');
  await screen.findByText('2 stories blocked.');
  await eventually(() => expect(focused()).toBe('1 S1, story, blocked, selected'));
  press('m');
  press('5');
  await screen.findByText('2 stories moved to Done.');
  await eventually(() => expect(shownCards()['5_done']).toHaveLength(2));
});

test('UNDO4 a command to many is undone by one step', async () => {
  const { fake } = await boardOnFake({ items });
  select(1, 2, 3, 4);
  press('Delete');
  await screen.findByText('4 stories deleted.');
  await eventually(() => expect(shownCards()['1_backlog']).toHaveLength(1));
  clickIn('status', 'Messages', 'Undo');
  await eventually(() => expect(announced()).toBe('Undone: 4 stories deleted.'));
  expect(fake.view().map(({ fields }) => fields.name)).toEqual(['S1', 'S2', 'S3', 'S4', 'S5']);
});

test('SEL5 refusals are counted by reason, and what was done stays', async () => {
  const { fake } = await boardOnFake({ items });
  select(1, 2, 3);
  fake.refuseNext('storage-full', '');
  press('b');
  await screen.findByText(
    /^2 stories blocked\. 1 story was refused: this device has no space left/,
  );
  expect(fake.view().filter(({ fields }) => fields.blocked)).toHaveLength(2);
});

test('SEL6 a claim takes no story from somebody else', async () => {
  const { fake } = await boardOnFake({ items: [story(1, { claimed_by: 'node' }), story(2)] });
  select(1, 2);
  clickIn('region', 'Selection', 'Claim');
  await screen.findByText('1 story claimed. 1 story is claimed by somebody else, and left alone.');
  expect(fake.view()[0]?.fields.claimed_by).toBe('node');
});

test('SEL7 a key pressed elsewhere is not about the selection', async () => {
  const { fake } = await boardOnFake({ items });
  select(1, 2);
  screen.getByRole('button', { name: 'Add story' }).focus();
  for (const key of ['Delete', 'b', 'm']) press(key);
  expect([fake.commands, screen.queryByRole('menu')]).toEqual([[], null]);
  expect(selected()).toEqual([1, 2]);
});

test('SEL8 what lasts shows how far it is, what is done at once does not', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { messages, dispose } = createRoot((end) => ({
      messages: createMessages(),
      dispose: end,
    }));
    const shown = await messages.during('Moving to QA', 100, async (onDone) => {
      onDone(1);
      const atOnce = messages.work();
      vi.advanceTimersByTime(500);
      onDone(40);
      return [atOnce, messages.work(), messages.spoken()];
    });
    expect(shown).toEqual([null, { text: 'Moving to QA', done: 40, of: 100 }, 'Moving to QA…']);
    expect(messages.work()).toBeNull();
    dispose();
  } finally {
    vi.useRealTimers();
  }
});

function select(...numbers: readonly number[]): void {
  for (const number of numbers) fireEvent.click(cardButton(number), { ctrlKey: true });
  cardButton(numbers[0] ?? 1).focus();
}

/** Numbers of the cards that look and are called selected. */
function selected(): readonly number[] {
  const numbers = [1, 2, 3, 4, 5, 6].filter((number) =>
    document.querySelector(`[data-item-id="${itemId(number)}"]`),
  );
  return numbers.filter((number) => card(number).classList.contains('is-selected'));
}

function bar(): string | null {
  return document.querySelector('.selection-count')?.textContent ?? null;
}
