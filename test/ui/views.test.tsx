// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { afterEach, expect, test } from 'vitest';
import { EMPTY_FIELDS, itemId } from '../support/fakeReplica.ts';
import { boardOnFake, cardButton, clickIn, eventually, story } from './boardOnFake.tsx';

afterEach(() => history.replaceState(null, '', '/'));

const items = [
  story(1),
  story(2),
  { id: itemId(3), fields: { ...EMPTY_FIELDS, story_id: '2_story_s2' } },
];
const openStory = () => document.querySelector('dialog[open]')?.getAttribute('aria-label') ?? null;
const goBack = async () => {
  const gone = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
  history.back();
  await gone;
};

test.each([
  ['/?story=2_story_s2', 'Story 2'],
  ['/?story=2', 'Story 2'],
  [`/?story=${itemId(1)}`, 'Story 1'],
])('VIEW5 %s opens with %s', async (address, title) => {
  history.replaceState(null, '', address);
  await boardOnFake({ items });
  await eventually(() => expect(openStory()).toBe(title));
  expect(location.search).toBe(address.slice(1));
});

test('VIEW6 the open story is in the address, and Back closes and Forth opens it', async () => {
  await boardOnFake({ items });
  fireEvent.click(cardButton(1));
  await eventually(() => expect(location.search).toBe('?story=1_story_s1'));
  await goBack();
  await eventually(() => expect([openStory(), location.search]).toEqual([null, '']));
  history.forward();
  await eventually(() => expect(openStory()).toBe('Story 1'));
  clickIn('dialog', 'Story 1', 'Close');
  await eventually(() => expect([openStory(), location.search]).toEqual([null, '']));
});

test('VIEW6 a story whose id another has is named by its item', async () => {
  await boardOnFake({
    items: items.map((item) => ({ ...item, fields: { ...item.fields, stage: '1_backlog' } })),
  });
  fireEvent.click(cardButton(3));
  await eventually(() => expect(location.search).toBe(`?story=${itemId(3)}`));
});

test('VIEW7 a story that is linked and not there yet is opened when it comes', async () => {
  history.replaceState(null, '', '/?story=9');
  const { fake } = await boardOnFake({
    items,
    status: { sync: { name: 'catching-up', done: 0, total: 1 } },
  });
  expect([openStory(), location.search]).toEqual([null, '?story=9']);
  fake.change({ type: 'insert', index: 0, item: story(9) });
  await eventually(() => expect(openStory()).toBe('Story 9'));
});

test('VIEW7 one that is not there when all has come is said, and leaves the address', async () => {
  history.replaceState(null, '', '/?story=9&filter=s1');
  await boardOnFake({ items });
  expect(await screen.findByText('There is no story “9” in this pipeline.')).not.toBeNull();
  expect(location.search).toBe('?filter=s1');
});
