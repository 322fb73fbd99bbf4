// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { boardCommands } from '../../src/ui/commands.ts';
import { isKey, keyCaps } from '../../src/ui/keys.ts';
import {
  boardOnFake,
  cardButton,
  clickIn,
  eventually,
  focused,
  press,
  story,
  type,
} from './boardOnFake.tsx';

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test('KBD1 a key of the table means these modifiers and no others', () => {
  const presses = {
    c: { ...plain, key: 'c' },
    'Shift c': { ...plain, key: 'C', shiftKey: true },
    'Ctrl c': { ...plain, key: 'c', ctrlKey: true },
    '?': { ...plain, key: '?', shiftKey: true },
    'Ctrl z': { ...plain, key: 'z', ctrlKey: true },
    'Command z': { ...plain, key: 'z', metaKey: true },
    'Ctrl Shift z': { ...plain, key: 'Z', ctrlKey: true, shiftKey: true },
    'Alt z': { ...plain, key: 'z', altKey: true },
    down: { ...plain, key: 'ArrowDown' },
    'Shift down': { ...plain, key: 'ArrowDown', shiftKey: true },
    space: { ...plain, key: ' ' },
  };
  const meant = (keys: string) =>
    Object.entries(presses).flatMap(([name, press]) => (isKey(press, keys) ? [name] : []));
  const all = ['c', '?', 'Mod+Z', 'Mod+Shift+Z', 'ArrowDown', 'Shift+ArrowDown', 'Space'];
  expect(all.map((keys) => [keys, ...meant(keys)])).toEqual([
    ['c', 'c'],
    ['?', '?'],
    ['Mod+Z', 'Ctrl z', 'Command z'],
    ['Mod+Shift+Z', 'Ctrl Shift z'],
    ['ArrowDown', 'down'],
    ['Shift+ArrowDown', 'Shift down'],
    ['Space', 'space'],
  ]);
  expect(keyCaps('Mod+Shift+Z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
  expect(keyCaps('Mod+ArrowUp', true)).toEqual(['⌘', '↑']);
});

test('KBD2 each command has an id and a title of its own', () => {
  const repeated = (values: readonly string[]) =>
    values.filter((value, index) => values.indexOf(value) !== index);
  expect(repeated(boardCommands.map(({ id }) => id))).toEqual([]);
  expect(repeated(boardCommands.map(({ title }) => title))).toEqual([]);
});

test('KBD2 no two commands are meant by one key in one place', () => {
  const claims = boardCommands.flatMap(({ keys, group }) => keys.map((key) => `${group} ${key}`));
  expect(claims.filter((claim, index) => claims.indexOf(claim) !== index)).toEqual([]);
});

test('KBD3 the sheet lists each command that has a key, and can be searched', async () => {
  await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  press('?');
  const dialog = await screen.findByRole('dialog', { name: 'Keyboard' });
  const titles = () =>
    within(dialog)
      .queryAllByRole('term')
      .map((term) => term.textContent);
  const withKeys = boardCommands.filter(({ keys }) => keys.length > 0);
  expect([...titles()].sort()).toEqual(withKeys.map(({ title }) => title).sort());
  const search = within(dialog).getByRole('searchbox', { name: 'Search the keys' });
  fireEvent.input(search, { target: { value: 'block' } });
  expect(titles()).toEqual(['Block, or take the block away']);
  fireEvent.input(search, { target: { value: 'nonsense' } });
  expect(titles()).toEqual([]);
  expect(dialog.textContent).toContain('No key does that.');
  clickIn('dialog', 'Keyboard', 'Close');
  expect(focused()).toBe('1 S1, story');
});

test('KBD4 keys mean nothing in a field, and change nothing where nothing may be changed', async () => {
  const { fake, setReadonly } = await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  press('c');
  expect(screen.getByRole('dialog', { name: 'Add a story' })).toBeTruthy();
  press('?');
  press('Delete');
  expect(screen.queryByRole('dialog', { name: 'Keyboard' })).toBeNull();
  clickIn('dialog', 'Add a story', 'Cancel');
  setReadonly(true);
  cardButton(1).focus();
  for (const key of ['c', 'm', 'b', 'Delete', 'u']) press(key);
  expect([screen.queryByRole('dialog'), screen.queryByRole('menu')]).toEqual([null, null]);
  expect(fake.commands).toEqual([]);
});

test('KBD5 a board that is the page hears keys also while nothing has the focus', async () => {
  await boardOnFake({ items: [story(1)] });
  expect(document.activeElement).toBe(document.body);
  press('c');
  expect(screen.getByRole('dialog', { name: 'Add a story' })).toBeTruthy();
});

test("KBD5 a board in somebody's page hears only its own keys", async () => {
  await boardOnFake({ items: [story(1)] }, 'embedded');
  press('c');
  expect(screen.queryByRole('dialog')).toBeNull();
  cardButton(1).focus();
  press('c');
  expect(screen.getByRole('dialog', { name: 'Add a story' })).toBeTruthy();
});

test('KBD10 a story that is added from a card goes into its stage', async () => {
  const { fake } = await boardOnFake({ items: [story(1, { stage: '3_qa' })] });
  cardButton(1).focus();
  press('c');
  type('Name', 'New');
  clickIn('dialog', 'Add a story', 'Add');
  await eventually(() => expect(fake.view()[1]?.fields.stage).toBe('3_qa'));
});
