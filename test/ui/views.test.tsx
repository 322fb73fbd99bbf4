// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { afterEach, expect, test, vi } from 'vitest';
import { type ViewEntry, views } from '../../src/ui/views.ts';
import { EMPTY_FIELDS, itemId } from '../support/fakeReplica.ts';
import { boardOnFake, cardButton, clickIn, eventually, shownCards, story } from './boardOnFake.tsx';

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

test('VIEW1 the views are links, the shown one marked; they go into the address, and Back goes back', async () => {
  history.replaceState(null, '', '/?pipeline=default&filter=s1');
  document.title = 'huskies';
  await boardOnFake({ items });
  const nav = within(screen.getByRole('navigation', { name: 'Views' }));
  const settings = nav.getByRole('link', { name: 'Settings' });
  expect(settings.getAttribute('href')).toBe('/?pipeline=default&filter=s1&view=settings');
  const current = () =>
    nav.getAllByRole('link').find((link) => link.ariaCurrent === 'page')?.textContent;
  settings.focus();
  fireEvent.click(settings);
  expect(await screen.findByRole('region', { name: 'Settings' })).not.toBeNull();
  expect([location.search, current(), document.activeElement]).toEqual([
    '?pipeline=default&filter=s1&view=settings',
    'Settings',
    settings,
  ]);
  expect(document.title).toBe('Settings · huskies');
  await goBack();
  await eventually(() => expect(current()).toBe('Board'));
  expect(shownCards()).toEqual({ '1_backlog': ['1 S1, story'] });
  expect(document.title).toBe('huskies');
});

test('VIEW2 an address that names no view shows the board', async () => {
  history.replaceState(null, '', '/?view=nonsense');
  await boardOnFake({ items });
  expect(screen.queryByRole('region', { name: 'Settings' })).toBeNull();
  expect(cardButton(1)).not.toBeNull();
});

test('VIEW3 a view says that it is loading; one that does not load says so, and can be tried again', async () => {
  const entry = views.find(({ name }) => name === 'settings') as ViewEntry;
  let tries = 0;
  const load = vi.spyOn(entry, 'load').mockImplementation(async () => {
    tries += 1;
    if (tries === 1) throw new Error('no network');
    return () => 'The view';
  });
  history.replaceState(null, '', '/?view=settings');
  await boardOnFake({ items });
  const view = screen.getByRole('region', { name: 'Settings' });
  expect(await within(view).findByRole('alert')).not.toBeNull();
  expect(view.textContent).toContain('Settings could not be shown');
  fireEvent.click(within(view).getByRole('button', { name: 'Try again' }));
  expect(within(view).getByRole('status').textContent).toBe('Loading Settings…');
  await eventually(() => expect(view.textContent).toBe('The view'));
  load.mockRestore();
});

test('VIEW4 a view that fails leaves the board as it was', async () => {
  const entry = views.find(({ name }) => name === 'settings') as ViewEntry;
  const load = vi.spyOn(entry, 'load').mockImplementation(async () => () => {
    throw new Error('a bug in the view');
  });
  history.replaceState(null, '', '/?view=settings');
  await boardOnFake({ items });
  const view = screen.getByRole('region', { name: 'Settings' });
  fireEvent.click(await within(view).findByRole('button', { name: 'Back to the board' }));
  await eventually(() => expect(Object.values(shownCards()).flat()).toHaveLength(3));
  load.mockRestore();
});
