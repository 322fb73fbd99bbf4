// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import {
  addedFields,
  editDeed,
  NO_STEPS,
  onTop,
  recorded,
  renamed,
  reversalOf,
  type Step,
  without,
} from '../../src/ui/undo.ts';
import { itemId } from '../support/fakeReplica.ts';
import {
  announced,
  boardOnFake,
  cardButton,
  eventually,
  focused,
  press,
  shownCards,
  story,
} from './boardOnFake.tsx';

const fields = story(1).fields;

test('UNDO1 an edit is taken back field by field, and the other way round again', () => {
  const deed = editDeed('a', fields, { stage: '3_qa', name: 'S1', blocked: true });
  expect(deed).toEqual({
    type: 'edit',
    id: 'a',
    before: { stage: '1_backlog', blocked: false },
    after: { stage: '3_qa', blocked: true },
  });
  const back = reversalOf(deed!, { ...fields, stage: '3_qa', blocked: true });
  expect(back).toEqual({
    type: 'command',
    command: { type: 'edit', id: 'a', fields: { stage: '1_backlog', blocked: false } },
    deed: {
      type: 'edit',
      id: 'a',
      before: { stage: '3_qa', blocked: true },
      after: { stage: '1_backlog', blocked: false },
    },
    kept: [],
  });
  expect(editDeed('a', fields, { name: 'S1' })).toBeNull();
  expect(reversalOf(deed!, fields)).toEqual({ type: 'nothing' });
  expect(reversalOf(deed!, undefined)).toEqual({ type: 'nothing' });
});

test('UNDO2 what somebody else changed since is kept', () => {
  const deed = editDeed('a', fields, { stage: '3_qa', blocked: true })!;
  expect(reversalOf(deed, { ...fields, stage: '5_done', blocked: true })).toMatchObject({
    command: { type: 'edit', id: 'a', fields: { blocked: false } },
    kept: ['stage'],
  });
  expect(reversalOf(deed, { ...fields, stage: '5_done' })).toEqual({
    type: 'kept',
    kept: ['stage'],
  });
  const noValue = editDeed('a', { ...fields, agent: null }, { agent: 'coder-1' })!;
  expect(reversalOf(noValue, { ...fields, agent: 'coder-1' })).toEqual({
    type: 'kept',
    kept: ['agent'],
  });
  const added = { type: 'add', id: 'a', fields: addedFields({ name: 'S1' }) } as const;
  expect(reversalOf(added, { ...added.fields, agent: 'coder-1' })).toEqual({
    type: 'kept',
    kept: ['agent'],
  });
  expect(reversalOf(added, added.fields)).toMatchObject({ command: { type: 'delete', id: 'a' } });
});

test('UNDO3 steps that named the old item name the new one', () => {
  const edit = { text: 'edit', deeds: [editDeed('a', fields, { name: 'X' })!] };
  const other = { text: 'other', deeds: [editDeed('b', fields, { name: 'X' })!] };
  const steps = renamed({ done: [edit, other], undone: [edit] }, 'a', 'c');
  expect(steps.done.map(({ deeds }) => deeds[0]?.id)).toEqual(['c', 'b']);
  expect(steps.undone.map(({ deeds }) => deeds[0]?.id)).toEqual(['c']);
  expect(steps.done[1]).toBe(other);
});

test('UNDO6 a new command forgets what was undone, and the oldest of many is forgotten', () => {
  const step = (number: number): Step => ({ text: String(number), deeds: [] });
  const first = step(0);
  const undone = onTop(without(recorded(NO_STEPS, first), first), 'undone', first);
  expect(undone).toEqual({ done: [], undone: [first] });
  expect(recorded(undone, step(1))).toEqual({ done: [step(1)], undone: [] });
  let steps = NO_STEPS;
  for (let number = 0; number < 205; number += 1) steps = recorded(steps, step(number));
  expect([steps.done.length, steps.done[0]?.text]).toEqual([200, '5']);
});

test('UNDO1 moves, blocks, edits, additions and deletes are undone and done again by key', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('b');
  await eventually(() => expect(announced()).toBe('1 is blocked.'));
  await eventually(() => expect(focused()).toBe('1 S1, story, blocked'));
  press('m');
  press('3');
  await eventually(() => expect(announced()).toBe('1 moved to QA.'));
  await eventually(() => expect(Object.keys(shownCards())).toEqual(['1_backlog', '3_qa']));

  pressMod('z');
  await eventually(() => expect(announced()).toBe('Undone: 1 moved to QA.'));
  await eventually(() => expect(shownCards()['1_backlog']).toHaveLength(2));
  expect(focused()).toBe('1 S1, story, blocked');
  press('u');
  await eventually(() => expect(announced()).toBe('Undone: 1 is blocked.'));
  press('u');
  await eventually(() => expect(announced()).toBe('There is nothing to undo.'));
  pressMod('Z', true);
  await eventually(() => expect(announced()).toBe('Done again: 1 is blocked.'));
  pressMod('y');
  await eventually(() => expect(announced()).toBe('Done again: 1 moved to QA.'));
  await eventually(() =>
    expect(shownCards()).toEqual({
      '1_backlog': ['2 S2, story'],
      '3_qa': ['1 S1, story, blocked'],
    }),
  );
  pressMod('y');
  await eventually(() => expect(announced()).toBe('There is nothing to do again.'));
  expect(fake.commands).toHaveLength(6);
});

test('UNDO3 a story that was edited, deleted and brought back can be undone further', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('b');
  await eventually(() => expect(focused()).toBe('1 S1, story, blocked'));
  press('Delete');
  await screen.findByText('1 S1 deleted.');
  await eventually(() => expect(focused()).toBe('2 S2, story'));
  pressMod('z');
  await eventually(() => expect(announced()).toBe('1 is back.'));
  expect(screen.queryByText('1 S1 deleted.')).toBeNull();
  await eventually(() => expect(focused()).toBe('1 S1, story, blocked'));
  pressMod('z');
  await eventually(() => expect(announced()).toBe('Undone: 1 is blocked.'));
  await eventually(() => expect(focused()).toBe('1 S1, story'));
  const id = fake.view()[0]?.id;
  expect(id).not.toBe(itemId(1));
  expect(fake.commands.at(-1)).toEqual({ type: 'edit', id, fields: { blocked: false } });
});

test('UNDO2 an undo leaves alone what somebody else changed since, and says so', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  press('m');
  press('3');
  await eventually(() => expect(announced()).toBe('1 moved to QA.'));
  fake.change({ type: 'update', id: itemId(1), fields: { stage: '5_done' } });
  await eventually(() => expect(Object.keys(shownCards())).toEqual(['5_done']));
  pressMod('z');
  await screen.findByText(
    'Not undone: 1 moved to QA. Somebody changed stage since, and that was left as it is.',
  );
  expect(fake.commands).toHaveLength(1);
});

test('UNDO5 an undo that is refused can be tried again', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  press('b');
  await eventually(() => expect(focused()).toBe('1 S1, story, blocked'));
  fake.refuseNext('storage-full', '');
  pressMod('z');
  const refused = await screen.findByText(/^That was not undone/);
  expect(refused.textContent).toContain('no space left');
  pressMod('z');
  await eventually(() => expect(announced()).toBe('Undone: 1 is blocked.'));
  await eventually(() => expect(focused()).toBe('1 S1, story'));
});

function pressMod(key: string, shiftKey = false): void {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ctrlKey: true, shiftKey });
}
