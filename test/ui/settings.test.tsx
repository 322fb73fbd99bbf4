// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { afterEach, expect, test } from 'vitest';
import { itemId } from '../support/fakeReplica.ts';
import {
  boardOnFake,
  cardButton,
  eventually,
  focused,
  press,
  shownCards,
  story,
} from './boardOnFake.tsx';

afterEach(() => {
  history.replaceState(null, '', '/');
  localStorage.clear();
});

const ann = 'ab'.repeat(32);
const items = [
  story(1, { stage: '2_current' }),
  story(2, { stage: '2_current' }),
  story(3, { stage: '3_qa', claimed_by: ann, claimed_at: 1 }),
];
const board = () => screen.getByRole('main');
const fold = (title: string) => screen.getByRole('button', { name: `Stories of ${title}` });
const openSettings = async () => {
  fireEvent.click(screen.getByRole('link', { name: 'Settings' }));
  await screen.findByRole('heading', { name: 'Settings' });
};
const change = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

test('PREF4 theme and density hold at once, and in the next window', async () => {
  await boardOnFake({ items });
  await openSettings();
  fireEvent.click(screen.getByRole('radio', { name: 'Dark' }));
  fireEvent.click(screen.getByRole('radio', { name: 'Dense' }));
  const look = () => [board().dataset['theme'], board().dataset['density']];
  expect(look()).toEqual(['dark', 'dense']);
  const text = localStorage.getItem('huskies.settings.default') ?? '';
  fireEvent(
    window,
    new StorageEvent('storage', {
      key: 'huskies.settings.default',
      newValue: text.replace('dark', 'light'),
    }),
  );
  expect(look()).toEqual(['light', 'dense']);
});

test('PREF5 a stage that holds more than its limit says so in words, whatever is filtered', async () => {
  await boardOnFake({ items });
  await openSettings();
  change('Limit of Current', '1');
  change('Limit of QA', '0');
  expect(screen.getByText('A limit is a whole number from 1 to 9,999, or empty.')).not.toBeNull();
  fireEvent.click(screen.getByRole('link', { name: 'Board' }));
  const column = await screen.findByRole('region', {
    name: 'Current, 2 stories, 1 over the limit of 1',
  });
  expect(within(column).getByText('1 over')).not.toBeNull();
  fireEvent.input(screen.getByRole('searchbox'), { target: { value: 's1' } });
  expect(column.getAttribute('aria-label')).toBe('Current, 1 of 2 stories, 1 over the limit of 1');
});

test('PREF6 a column is collapsed and expanded by its button, which keeps the focus; its count stays', async () => {
  await boardOnFake({ items });
  fold('Current').focus();
  fireEvent.click(fold('Current'));
  expect(Object.keys(shownCards())).toEqual(['3_qa']);
  expect(fold('Current').getAttribute('aria-expanded')).toBe('false');
  const column = screen.getByRole('region', { name: 'Current, 2 stories' });
  expect(column.querySelector('.column-count')?.textContent).toBe('2');
  expect(focused()).toBe('Stories of Current');
  fireEvent.click(fold('Current'));
  expect(Object.keys(shownCards())).toEqual(['2_current', '3_qa']);
});

test('PREF6 a key collapses the column of a story; Tab stops once in each column, collapsed or not', async () => {
  await boardOnFake({ items });
  const stops = () =>
    [...document.querySelectorAll<HTMLElement>('.column [tabindex="0"]')].map(
      (stop) => stop.getAttribute('aria-label') ?? '',
    );
  cardButton(2).focus();
  expect(stops()).toEqual(['2 S2, story', '3 S3, story, claimed by abab…abab']);
  press('f');
  expect(focused()).toBe('Stories of Current');
  expect(stops()).toEqual(['Stories of Current', '3 S3, story, claimed by abab…abab']);
});

test('PREF7 the focus does not go into a collapsed column with its story', async () => {
  const { fake } = await boardOnFake({ items });
  fireEvent.click(fold('QA'));
  cardButton(1).focus();
  fake.change({ type: 'update', id: itemId(1), fields: { stage: '3_qa' } });
  await eventually(() => expect(focused()).toBe('2 S2, story'));
  press('b');
  await eventually(() => expect(focused()).toBe('2 S2, story, blocked'));
});

test('PREF8 keys can be named where the settings are opened by their link', async () => {
  history.replaceState(null, '', '/?view=settings');
  const { fake } = await boardOnFake({ items, holdSnapshot: true });
  await screen.findByRole('heading', { name: 'Names for keys' });
  expect(screen.queryByLabelText('Name of abab…abab')).toBeNull();
  fake.snapshot();
  await screen.findByLabelText('Name of abab…abab');
});

test('PREF8 a key has the name that it was given, on cards too', async () => {
  await boardOnFake({ items });
  await openSettings();
  change('Name of abab…abab', 'x'.repeat(41));
  expect(screen.getByText('A name is one line of at most 40 signs.')).not.toBeNull();
  change('Name of abab…abab', ' Ann ');
  fireEvent.click(screen.getByRole('link', { name: 'Board' }));
  await eventually(() =>
    expect(cardButton(3).getAttribute('aria-label')).toBe('3 S3, story, claimed by Ann'),
  );
  expect(cardButton(3).querySelector('.card-agent')?.textContent).toContain('Ann');
});

test('PREF9 an address that names no pipeline or relay is not opened, and why is said', async () => {
  await boardOnFake({ items });
  await openSettings();
  fireEvent.input(screen.getByLabelText('Pipeline'), { target: { value: 'No Such' } });
  fireEvent.submit(screen.getByLabelText('Pipeline').closest('form') as HTMLFormElement);
  expect(
    screen
      .getAllByRole('alert')
      .map((alert) => alert.textContent)
      .join(),
  ).toContain('No Such');
});

test('PREF9 a relay is kept in a list, opened from it and removed', async () => {
  await boardOnFake({ items });
  await openSettings();
  const list = screen.getByRole('list', { name: 'Known relays' });
  const lines = () =>
    within(list)
      .getAllByRole('listitem')
      .map((line) => line.textContent);
  const keep = (address: string): void => {
    fireEvent.input(screen.getByLabelText('Relay or node'), { target: { value: address } });
    fireEvent.click(screen.getByRole('button', { name: 'Keep in the list' }));
  };
  keep('http://no');
  expect(lines()).toEqual(['None yet. The relay that serves this page needs no entry.']);
  keep('ws://127.0.0.1:3001');
  keep('wss://other.example');
  expect(lines()).toEqual([
    'ws://127.0.0.1:3001/crdt-sync (in use)Remove',
    'wss://other.example/crdt-syncRemove',
  ]);
  const link = within(list).getByRole<HTMLAnchorElement>('link');
  expect(new URL(link.href).search).toBe('?relay=wss%3A%2F%2Fother.example%2Fcrdt-sync');
  fireEvent.click(screen.getByRole('button', { name: 'Remove ws://127.0.0.1:3001/crdt-sync' }));
  expect(lines()).toEqual(['wss://other.example/crdt-syncRemove']);
  expect(document.activeElement).toBe(screen.getByLabelText('Relay or node'));
});
