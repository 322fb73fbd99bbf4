// @vitest-environment jsdom
import { screen } from '@solidjs/testing-library';
import { expect, test, vi } from 'vitest';
import { boardOnFake, cardButton, focused, press, story } from './boardOnFake.tsx';

vi.mock('../../src/ui/KeysDialog.tsx', () => {
  throw new Error('Failed to fetch');
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
