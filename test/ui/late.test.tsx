// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { expect, test, vi } from 'vitest';
import { boardOnFake, cardButton, eventually, focused, press, story } from './boardOnFake.tsx';

/** Until it is called, the palette is on its way. */
const arrival = vi.hoisted(() => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
});

vi.mock('../../src/ui/KeysDialog.tsx', () => {
  throw new Error('Failed to fetch');
});
vi.mock('../../src/ui/Palette.tsx', async (original) => {
  await arrival.opened;
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
  expect(screen.queryByRole('dialog')).toBeNull();
  arrival.open();
  const dialog = await screen.findByRole('dialog');
  await eventually(() => expect(dialog.contains(document.activeElement)).toBe(true));
  fireEvent(dialog, new Event('cancel', { cancelable: true }));
  expect(focused()).toBe('2 S2, story');
});
