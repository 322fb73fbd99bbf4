// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { sharingText } from '../../src/ui/texts/sharingNote.ts';
import type { Status } from '../../worker/api.ts';
import { itemId, LIVE_STATUS } from '../support/fakeReplica.ts';
import { boardOnFake, card, cardButton, eventually, story } from './boardOnFake.tsx';

/** What a screen reader says after the name of a card. */
function described(number: number): string | null {
  const id = cardButton(number).getAttribute('aria-describedby');
  return id === null ? null : (document.getElementById(id)?.textContent ?? 'nothing is there');
}

test('INS3 a card says that its edits are here only, until a peer has them', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2), story(3)] });
  const all = () => [1, 2, 3].map(described);
  expect(all()).toEqual([null, null, null]);
  fake.setUnacknowledged('all', itemId(1));
  fake.setUnacknowledged('added', itemId(2), itemId(99));
  await eventually(() =>
    expect(all()).toEqual(['Only on this device', 'Only on this device', null]),
  );
  expect(card(1).querySelector('.card-here')?.getAttribute('title')).toBe('Only on this device');
  fake.setStatus({ durability: 'broken' });
  await eventually(() => expect(all()).toEqual(['Only in this tab', 'Only in this tab', null]));
  fake.setUnacknowledged('removed', itemId(2));
  await eventually(() => expect(all()).toEqual(['Only in this tab', null, null]));
  fake.setUnacknowledged('all', itemId(3));
  await eventually(() => expect(all()).toEqual([null, null, 'Only in this tab']));
  expect(document.querySelectorAll('.card-here')).toHaveLength(1);
});

test('INS4 an open story says where one’s edits of it are', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  fake.setUnacknowledged('added', itemId(1));
  fireEvent.click(cardButton(1));
  await screen.findByText(
    'Edits of yours to this story are on this device, and on their way to 127.0.0.1:3001.',
  );
  fake.setUnacknowledged('removed', itemId(1));
  await screen.findByText('No edit of yours to this story is on this device alone.');
});

test.each<[boolean, Partial<Status>, string]>([
  [false, {}, 'No edit of yours to this story is on this device alone.'],
  [
    true,
    {},
    'Edits of yours to this story are on this device, and on their way to 127.0.0.1:3001.',
  ],
  [
    true,
    { socket: { name: 'stopped' } },
    'Edits of yours to this story are on this device only. 127.0.0.1:3001 gets them once it is connected.',
  ],
  [
    true,
    { socket: { name: 'idle' }, address: null, durability: 'memory' },
    'Edits of yours to this story are in this tab only: no relay is configured.',
  ],
])('INS4 waiting %s, %o: %s', (waiting, status, text) => {
  expect(sharingText(waiting, { ...LIVE_STATUS, ...status })).toBe(text);
});
