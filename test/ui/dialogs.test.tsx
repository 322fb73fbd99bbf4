// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { itemId } from '../support/fakeReplica.ts';
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

test('UI26 every field of a story can be edited, and only what changed is sent', async () => {
  const { fake } = await boardOnFake({
    items: [story(1, { claimed_at: 1763000047.441, agent: 'coder-1' }), story(2)],
  });
  cardButton(1).click();
  const dialog = screen.getByRole('dialog', { name: 'Story 1' });
  expect(within(dialog).getByText('Nothing is changed')).toBeTruthy();
  type('Name', 'Renamed');
  type('Agent', 'coder-2');
  type('Agent', 'coder-1');
  clickIn('dialog', 'Story 1', 'Save');
  await eventually(() => expect(announced()).toBe('1 saved.'));
  expect(screen.queryByRole('dialog')).toBeNull();
  await eventually(() => expect(focused()).toBe('1 Renamed, story, with coder-1'));

  cardButton(2).click();
  type('Name', 'Two');
  type('Story id', '22_bug_two');
  type('Stage', '4_merge');
  type('Agent', 'qa-1');
  type('Depends on', '1, 3');
  type('Claimed by', 'node-b');
  type('Claimed at', '2026-02-03T04:05:06.789');
  type('Retries', '4');
  fireEvent.click(screen.getByLabelText('Blocked'));
  clickIn('dialog', 'Story 2', 'Save');
  await eventually(() => expect(announced()).toBe('22 saved.'));
  expect(fake.commands).toEqual([
    { type: 'edit', id: itemId(1), fields: { name: 'Renamed' } },
    {
      type: 'edit',
      id: itemId(2),
      fields: {
        name: 'Two',
        stage: '4_merge',
        agent: 'qa-1',
        retry_count: 4,
        blocked: true,
        depends_on: '1, 3',
        claimed_by: 'node-b',
        claimed_at: new Date('2026-02-03T04:05:06.789').getTime() / 1000,
        story_id: '22_bug_two',
      },
    },
  ]);
});

test('UI27 what is no number is said at its field, and nothing is sent', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  cardButton(1).click();
  type('Retries', 'many');
  clickIn('dialog', 'Story 1', 'Save');
  const field = screen.getByLabelText('Retries');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  const about = document.getElementById(field.getAttribute('aria-describedby') ?? '');
  expect(about?.textContent).toBe('This is not a number.');
  expect(fake.commands).toEqual([]);
});

test('UI28 fields that were not touched follow others; typed ones stay, and say what they became', async () => {
  const { fake } = await boardOnFake({ items: [story(1, { agent: 'coder-1' })] });
  cardButton(1).click();
  type('Name', 'Mine');
  fake.change({ type: 'update', id: itemId(1), fields: { name: 'Theirs', agent: 'coder-2' } });
  await eventually(() => expect(typed('Agent')).toBe('coder-2'));
  expect(typed('Name')).toBe('Mine');
  expect(screen.getByText('Changed elsewhere to “Theirs”')).toBeTruthy();
  clickIn('dialog', 'Story 1', 'Save');
  await eventually(() => expect(announced()).toBe('1 saved.'));
  expect(fake.commands).toEqual([{ type: 'edit', id: itemId(1), fields: { name: 'Mine' } }]);
});

test('UI29 a story that is deleted elsewhere while it is edited can be saved as a new one', async () => {
  const { fake } = await boardOnFake({ items: [story(1, { agent: 'coder-1' }), story(2)] });
  cardButton(1).click();
  type('Name', 'Mine');
  fake.change({ type: 'remove', id: itemId(1) });
  await screen.findByText(/^This story was deleted elsewhere/);
  expect([typed('Name'), typed('Agent')]).toEqual(['Mine', 'coder-1']);
  clickIn('dialog', 'Story 1', 'Save as a new story');
  await eventually(() => expect(announced()).toBe('1 added.'));
  const fields = { ...story(1).fields, name: 'Mine', agent: 'coder-1' };
  expect(fake.commands).toEqual([{ type: 'add', fields, after: itemId(1) }]);
  await eventually(() => expect(focused()).toBe('1 Mine, story, with coder-1'));
});

test('UI30 a refused save or addition is said in its form, which keeps what was typed', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  cardButton(1).click();
  type('Name', 'Mine');
  fake.refuseNext('storage-full', '');
  clickIn('dialog', 'Story 1', 'Save');
  const edit = await screen.findByRole('alert');
  expect(edit.textContent).toContain('1 was not changed: this device has no space left');
  expect(typed('Name')).toBe('Mine');
  clickIn('dialog', 'Story 1', 'Save');
  await eventually(() => expect(screen.queryByRole('dialog')).toBeNull());

  screen.getByRole('button', { name: 'Add story' }).click();
  type('Name', 'New');
  fake.refuseNext('storage-broken', '');
  clickIn('dialog', 'Add a story', 'Add');
  const add = await screen.findByRole('alert');
  expect(add.textContent).toContain('The story was not added: the storage of this browser failed');
  expect(typed('Name')).toBe('New');
});

test('UI31 a new story gets the next number, its type and its name as id, unless one is typed', async () => {
  const { fake } = await boardOnFake({
    items: [story(1, { story_id: '412_chore_x' }), story(2, { story_id: 'odd' })],
  });
  cardButton(1).focus();
  press('c');
  expect(typed('Story id')).toBe('413_story_untitled');
  const types = screen.getAllByRole('radio').map((radio) => radio.getAttribute('value'));
  expect(types).toEqual(['story', 'bug', 'spike', 'refactor', 'chore']);
  type('Name', 'Keep the Merge gate — über alles!');
  fireEvent.click(screen.getByRole('radio', { name: 'bug' }));
  expect(typed('Story id')).toBe('413_bug_keep_merge_gate_uber_alles');
  type('Stage', '2_current');
  clickIn('dialog', 'Add a story', 'Add');
  await eventually(() => expect(announced()).toBe('413 added.'));
  await eventually(() => expect(focused()).toBe('413 Keep the Merge gate — über alles!, bug'));

  press('c');
  type('Name', 'Other');
  type('Story id', '412_story_other');
  expect(screen.getByText('The number 412 is in use already.')).toBeTruthy();
  press('Enter');
  clickIn('dialog', 'Add a story', 'Add');
  await eventually(() => expect(announced()).toBe('412 added.'));
  expect(fake.commands).toEqual([
    {
      type: 'add',
      fields: {
        name: 'Keep the Merge gate — über alles!',
        story_id: '413_bug_keep_merge_gate_uber_alles',
        stage: '2_current',
      },
    },
    {
      type: 'add',
      fields: { name: 'Other', story_id: '412_story_other', stage: '2_current' },
    },
  ]);
});

test('UI32 a story without a name is not added, and the field is named', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  screen.getByRole('button', { name: 'Add story' }).click();
  type('Name', '  ');
  clickIn('dialog', 'Add a story', 'Add');
  expect(screen.getByText('A story needs a name.')).toBeTruthy();
  expect(fake.commands).toEqual([]);
});

test('UI33 leaving a form that was typed in asks first; one that was not closes', async () => {
  await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  cardButton(1).click();
  leave();
  expect([screen.queryByRole('dialog'), focused()]).toEqual([null, '1 S1, story']);

  cardButton(1).click();
  type('Name', 'Mine');
  leave();
  expect(screen.getByRole('alertdialog', { name: 'What you typed is not saved.' })).toBeTruthy();
  expect(focused()).toBe('Go on editing');
  clickIn('dialog', 'Story 1', 'Go on editing');
  expect(typed('Name')).toBe('Mine');
  leave();
  clickIn('dialog', 'Story 1', 'Discard it');
  expect([screen.queryByRole('dialog'), focused()]).toEqual([null, '1 S1, story']);
});

test('UI34 a story deleted from its dialog can be brought back', async () => {
  await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).click();
  clickIn('dialog', 'Story 1', 'Delete');
  await screen.findByText('1 S1 deleted.');
  await eventually(() => expect(focused()).toBe('2 S2, story'));
  clickIn('status', 'Messages', 'Undo');
  await eventually(() => expect(announced()).toBe('1 is back.'));
});

test('UI39 what is said and told while a modal sheet is open is in the sheet too', async () => {
  await boardOnFake({ items: [story(1)] });
  cardButton(1).click();
  const dialog = await screen.findByRole('dialog', { name: 'Story 1' });
  clickIn('dialog', 'Story 1', 'Block');
  await eventually(() =>
    expect(dialog.querySelector('[data-announcer]')?.textContent).toBe('1 is blocked.'),
  );
  expect(within(dialog).getByRole('status', { name: 'Messages' })).toBeTruthy();
});

/** As Escape and the close gesture do. */
function leave(): void {
  fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
}

function typed(label: string): string {
  const field = within(screen.getByRole('dialog')).getByLabelText(label);
  return (field as HTMLInputElement).value;
}
