// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { expect, test, vi } from 'vitest';
import { boardOnFake, cardButton, eventually, focused, press, story } from './boardOnFake.tsx';

/** Until `open` is called, the part is on its way. */
const { palette, field } = vi.hoisted(() => {
  const arrival = () => {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { opened, open: () => open() };
  };
  return { palette: arrival(), field: arrival() };
});

vi.mock('../../src/ui/KeysDialog.tsx', () => {
  throw new Error('Failed to fetch');
});
vi.mock('../../src/ui/Palette.tsx', async (original) => {
  await palette.opened;
  return original();
});
vi.mock('../../src/ui/InlineField.tsx', async (original) => {
  await field.opened;
  return original();
});

test('KBD9 a part that cannot be loaded says so, and the board goes on', async () => {
  await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('?');
  await screen.findByText(/could not be loaded/);
  expect(focused()).toBe('1 S1, story');
  press('ArrowDown');
  expect(focused()).toBe('2 S2, story');
});

test('KBD11 what is opened before its code is there opens when it comes, and Escape calls it off', async () => {
  await boardOnFake({ items: [story(1), story(2)] });
  const openPalette = () =>
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'k', ctrlKey: true });
  cardButton(1).focus();
  openPalette();
  press('ArrowDown');
  expect(focused()).toBe('1 S1, story');
  press('Escape');
  press('ArrowDown');
  expect(focused()).toBe('2 S2, story');
  openPalette();
  for (const key of 'adx') press(key);
  press('Backspace');
  press('d');
  expect(screen.queryByRole('dialog')).toBeNull();
  palette.open();
  const dialog = await screen.findByRole('dialog');
  await eventually(() => expect(dialog.contains(document.activeElement)).toBe(true));
  expect(screen.getByRole<HTMLInputElement>('combobox').value).toBe('add');
  await screen.findByRole('option', { name: 'Add a story' });
  fireEvent(dialog, new Event('cancel', { cancelable: true }));
  expect(focused()).toBe('2 S2, story');
});

test('KBD11 what is typed before a field of a card is there stands in it, and is no command', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('e');
  // Some of these would be commands.
  for (const key of 'Cbc') fireEvent.keyDown(document.activeElement ?? document.body, { key });
  field.open();
  const shown = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Name of 1' });
  expect(shown.value).toBe('Cbc');
  press('Enter');
  await eventually(() => expect(focused()).toBe('1 Cbc, story'));
  expect(fake.commands).toHaveLength(1);
});
