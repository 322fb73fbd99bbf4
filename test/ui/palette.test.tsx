// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { atOnce } from '../../src/dependencies.ts';
import { inSlices } from '../../src/ui/inSlices.ts';
import { scoreOf, search } from '../../src/ui/paletteSearch.ts';
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

test('KBD6 letters are found in order, and beginnings of words come first', () => {
  expect(scoreOf('move to qa', 'mq')).not.toBeNull();
  expect(scoreOf('move to qa', 'qm')).toBeNull();
  const names = ['12 remember to quit', '40 move to qa', '4 a name', '104 other', 'mmq'];
  const find = (query: string) =>
    atOnce(search(names, (name) => name, query, 10)).map(({ entry }) => entry);
  expect(find('mtq')).toEqual(['40 move to qa', '12 remember to quit']);
  expect(find('4')).toEqual(['4 a name', '40 move to qa', '104 other']);
  expect(find('MOVE QA')).toEqual(['40 move to qa']);
  expect(find('qa 40')).toEqual(['40 move to qa']);
  expect(find('12 ')).toEqual(['12 remember to quit']);
  expect(atOnce(search(names, (name) => name, 'm', 2))).toHaveLength(2);
});

test('KBD8 a long search lets the browser do other things, and ends when it is not wanted', async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `story ${index}`);
  let nowMs = 0;
  let pauses = 0;
  const deps = {
    nowMs: () => {
      nowMs += 3;
      return nowMs;
    },
    pause: async () => {
      pauses += 1;
    },
  };
  const steps = () => search(names, (name) => name, '4321', 3);
  const found = await inSlices(steps(), () => true, deps);
  expect(found?.map(({ entry }) => entry)).toEqual(['story 4321']);
  expect(pauses).toBeGreaterThanOrEqual(2);
  expect(await inSlices(steps(), () => false, deps)).toBeNull();
});

test('KBD7 the palette offers what can be done where it was opened', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  await openPalette(2);
  const field = screen.getByRole('combobox', { name: 'Command, story or number' });
  expect(document.activeElement).toBe(field);
  expect(options().slice(0, 3)).toEqual([
    'Change the name here',
    'Change the agent here',
    'Move to another stage…',
  ]);
  expect(field.getAttribute('aria-activedescendant')).toBe(
    screen.getAllByRole('option', { selected: true })[0]?.id,
  );
  fireEvent.input(field, { target: { value: 'mov qa' } });
  await eventually(() => expect(options()).toEqual(['Move to QA']));
  press('Enter');
  await eventually(() => expect(announced()).toBe('2 moved to QA.'));
  await eventually(() => expect(focused()).toBe('2 S2, story'));
  expect(fake.commands).toEqual([{ type: 'edit', id: itemId(2), fields: { stage: '3_qa' } }]);
});

test('KBD7 a story is found by number or name and opened, and Escape leaves', async () => {
  await boardOnFake({ items: [story(1), story(12, { name: 'Keep the gate' }), story(21)] });
  await openPalette(1);
  const field = screen.getByRole('combobox');
  fireEvent.input(field, { target: { value: '12' } });
  await eventually(() => expect(options()).toEqual(['12 Keep the gate']));
  fireEvent.input(field, { target: { value: 'nothing like it' } });
  await screen.findByText('Nothing fits.');
  fireEvent.input(field, { target: { value: 'ktg' } });
  // Whoever types fast does not wait for the list.
  press('Enter');
  await screen.findByRole('heading', { name: 'Story 12' });

  fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  await openPalette(1);
  const before = active();
  press('ArrowDown');
  press('ArrowDown');
  press('ArrowUp');
  expect(active()).not.toBe(before);
  press('ArrowUp');
  press('ArrowUp');
  expect(active()).toBe(options().at(-1));
  fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  expect(focused()).toBe('1 S1, story');
  expect(shownCards()['1_backlog']).toHaveLength(3);
});

async function openPalette(number: number): Promise<void> {
  cardButton(number).focus();
  fireEvent.keyDown(document.activeElement as Element, { key: 'k', ctrlKey: true });
  await screen.findByRole('combobox');
  await eventually(() => expect(options()).not.toEqual([]));
}

function options(): readonly string[] {
  const list = screen.getByRole('listbox');
  return within(list)
    .queryAllByRole('option')
    .map((option) => option.querySelector('.palette-title')?.textContent ?? '');
}

function active(): string {
  return (
    document.querySelector('[role="option"][aria-selected="true"] .palette-title')?.textContent ??
    ''
  );
}
