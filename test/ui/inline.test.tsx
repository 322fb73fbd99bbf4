// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { itemId } from '../support/fakeReplica.ts';
import {
  announced,
  boardOnFake,
  card,
  cardButton,
  eventually,
  focused,
  press,
  shownCards,
  story,
} from './boardOnFake.tsx';

test('INL1 name and agent are edited in the card by key, and can be undone', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2, { agent: 'coder-2' })] });
  cardButton(1).focus();
  press('e');
  await typeInto('Name of 1', 'A better name');
  press('Enter');
  await eventually(() => expect(focused()).toBe('1 A better name, story'));
  press('a');
  await typeInto('Agent of 1', 'coder-1');
  press('Enter');
  await eventually(() => expect(focused()).toBe('1 A better name, story, with coder-1'));
  press('F2');
  await typeInto('Name of 1', 'Not this');
  press('Escape');
  expect(focused()).toBe('1 A better name, story, with coder-1');
  press('u');
  await eventually(() => expect(focused()).toBe('1 A better name, story'));
  press('a');
  fireEvent.click(await screen.findByRole('button', { name: 'coder-2' }));
  await eventually(() => expect(focused()).toBe('1 A better name, story, with coder-2'));
  expect(fake.commands.map((command) => command.type === 'edit' && command.fields)).toEqual([
    { name: 'A better name' },
    { agent: 'coder-1' },
    { agent: '' },
    { agent: 'coder-2' },
  ]);
});

test('INL2 what is typed stays while others change the story, and their value is said', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('e');
  const field = await typeInto('Name of 1', 'Mine');
  fake.change({ type: 'update', id: itemId(1), fields: { name: 'Theirs' } });
  await eventually(() => expect(announced()).toBe('Changed elsewhere to “Theirs”'));
  expect(card(1).textContent).toContain('Changed elsewhere to “Theirs”');
  expect(field.value).toBe('Mine');
  fake.change({ type: 'update', id: itemId(1), fields: { stage: '3_qa' } });
  await eventually(() => expect(card(1).closest('section')?.dataset['stage']).toBe('3_qa'));
  const moved = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Name of 1' });
  expect([moved.value, document.activeElement === moved]).toEqual(['Mine', true]);
  press('Enter');
  await eventually(() => expect(shownCards()['3_qa']).toEqual(['1 Mine, story']));
});

test('INL3 a refusal, an empty name and a deletion elsewhere lose nothing typed', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('e');
  await typeInto('Name of 1', ' ');
  press('Enter');
  expect(card(1).textContent).toContain('A story needs a name.');
  await typeInto('Name of 1', 'Mine');
  fake.refuseNext('storage-full', '');
  press('Enter');
  await eventually(() => expect(card(1).textContent).toContain('no space left'));
  fake.change({ type: 'remove', id: itemId(1) });
  await screen.findByText('The story was deleted elsewhere. You had typed: “Mine”');
});

test('INL4 a field that is left is saved', async () => {
  await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('e');
  await typeInto('Name of 1', 'Left');
  cardButton(2).focus();
  await eventually(() => expect(shownCards()['1_backlog']?.[0]).toBe('1 Left, story'));
  expect(focused()).toBe('2 S2, story');
});

async function typeInto(label: string, text: string): Promise<HTMLTextAreaElement> {
  const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: label });
  await eventually(() => expect(document.activeElement).toBe(field));
  fireEvent.input(field, { target: { value: text } });
  return field;
}
