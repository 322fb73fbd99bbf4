// @vitest-environment jsdom
import { fireEvent, screen } from '@solidjs/testing-library';
import { afterEach, expect, test } from 'vitest';
import { itemId } from '../support/fakeReplica.ts';
import {
  announced,
  boardOnFake,
  card,
  cardButton,
  clickIn,
  eventually,
  focused,
  press,
  shownCards,
  story,
  type,
} from './boardOnFake.tsx';

afterEach(() => history.replaceState(null, '', '/'));

const items = [
  story(1, { name: 'Lock', blocked: true }),
  story(2, { name: 'Gate' }),
  story(3, { name: 'Gate two' }),
  story(4, { name: 'Gate three', stage: '3_qa', claimed_by: 'aa'.repeat(32) }),
];

const field = () => screen.getByRole<HTMLInputElement>('searchbox', { name: 'Filter stories' });
const typeFilter = (text: string) => fireEvent.input(field(), { target: { value: text } });
const columnsNamed = () =>
  screen.getAllByRole('region').flatMap((region) => {
    const name = region.getAttribute('aria-label') ?? '';
    return name.includes('stor') ? [name] : [];
  });

test('FIL10 columns show what the filter wants, and say how many of how many', async () => {
  await boardOnFake({ items });
  typeFilter('gate');
  expect(shownCards()).toEqual({
    '1_backlog': ['2 Gate, story', '3 Gate two, story'],
    '3_qa': ['4 Gate three, story, claimed by aaaa…aaaa'],
  });
  expect(columnsNamed().slice(0, 3)).toEqual([
    'Backlog, 2 of 3 stories',
    'Current, 0 stories',
    'QA, 1 story',
  ]);
  expect(document.querySelector('.head-total')?.textContent).toBe('3 of 4 stories');
  await eventually(() => expect(announced()).toBe('3 of 4 stories match.'));
  fireEvent.click(screen.getByRole('button', { name: 'Clear the filter' }));
  expect(Object.values(shownCards()).flat()).toHaveLength(4);
  expect(document.activeElement).toBe(field());
});

test('FIL11 a filter of stages leaves their columns alone on the board', async () => {
  await boardOnFake({ items });
  typeFilter('stage:qa');
  expect(columnsNamed()).toEqual(['QA, 1 story']);
});

test('FIL12 slash goes to the filter, Escape clears it, and again goes to the stories', async () => {
  await boardOnFake({ items });
  cardButton(2).focus();
  press('/');
  expect(document.activeElement).toBe(field());
  typeFilter('two');
  press('Escape');
  expect([field().value, document.activeElement === field()]).toEqual(['', true]);
  press('Escape');
  expect(focused()).toBe('2 Gate, story');
});

test('FIL13 the buttons write into the line, and say what it holds', async () => {
  await boardOnFake({ items });
  typeFilter('gate');
  const mine = screen.getByRole('button', { name: 'Mine' });
  fireEvent.click(mine);
  expect([field().value, mine.getAttribute('aria-pressed')]).toEqual(['gate is:mine', 'true']);
  expect(Object.values(shownCards()).flat()).toHaveLength(1);
  fireEvent.click(mine);
  expect([field().value, mine.getAttribute('aria-pressed')]).toEqual(['gate', 'false']);
  fireEvent.click(screen.getByRole('button', { name: 'More… by state, stage, agent and type' }));
  const qa = await screen.findByRole('checkbox', { name: 'QA 1' });
  fireEvent.click(qa);
  expect(field().value).toBe('gate stage:3_qa');
  fireEvent.keyDown(qa, { key: 'Escape' });
  expect(focused()).toBe('More… by state, stage, agent and type');
});

test('FIL14 a filter that no story matches says so, and can be cleared there', async () => {
  await boardOnFake({ items });
  typeFilter('nowhere');
  expect(screen.getByText('No story matches this filter.')).not.toBeNull();
  const [clear] = screen.getAllByRole('button', { name: 'Clear the filter' }).slice(-1);
  fireEvent.click(clear as HTMLElement);
  expect(Object.values(shownCards()).flat()).toHaveLength(4);
});

test('FIL15 the filter is kept in the address, and read from it', async () => {
  history.replaceState(null, '', '/?pipeline=default&filter=is%3Ablocked');
  await boardOnFake({ items });
  expect(field().value).toBe('is:blocked');
  expect(shownCards()).toEqual({ '1_backlog': ['1 Lock, story, blocked'] });
  typeFilter('two');
  await eventually(() => expect(location.search).toBe('?pipeline=default&filter=two'));
  typeFilter('');
  await eventually(() => expect(location.search).toBe('?pipeline=default'));
});

test('FIL16 live changes come and go as the filter wants, the counts with them', async () => {
  const { fake } = await boardOnFake({ items });
  typeFilter('is:blocked');
  fake.change({ type: 'update', id: itemId(3), fields: { blocked: true } });
  fake.change({ type: 'insert', index: 0, item: story(9, { blocked: true }) });
  fake.change({ type: 'insert', index: 0, item: story(10) });
  await eventually(() =>
    expect(shownCards()).toEqual({
      '1_backlog': ['9 S9, story, blocked', '1 Lock, story, blocked', '3 Gate two, story, blocked'],
    }),
  );
  fake.change({ type: 'update', id: itemId(1), fields: { blocked: false } });
  fake.change({ type: 'remove', id: itemId(9) });
  await eventually(() =>
    expect(shownCards()).toEqual({ '1_backlog': ['3 Gate two, story, blocked'] }),
  );
  expect(columnsNamed()[0]).toBe('Backlog, 1 of 4 stories');
});

test('FIL17 a story under the focus that matches no more stays, and says so, until one goes on', async () => {
  const { fake } = await boardOnFake({ items });
  typeFilter('gate');
  cardButton(2).focus();
  fake.change({ type: 'update', id: itemId(2), fields: { name: 'Door' } });
  await eventually(() => expect(focused()).toBe('2 Door, story, no longer matches the filter'));
  expect(card(2).classList.contains('is-stray')).toBe(true);
  press('ArrowDown');
  await eventually(() => expect(focused()).toBe('3 Gate two, story'));
  expect(document.querySelector(`[data-item-id="${itemId(2)}"]`)).toBeNull();
});

test('FIL17 an own edit that the filter does not want is shown where the focus goes with it', async () => {
  await boardOnFake({ items });
  typeFilter('gate -stage:done');
  for (const stage of ['Current', 'QA']) {
    cardButton(3).focus();
    cardButton(2).focus();
    press('m');
    fireEvent.click(screen.getByRole('menuitemradio', { name: stage }));
    await eventually(() => {
      expect(card(2).closest('section')?.getAttribute('aria-label')).toContain(stage);
      expect(focused()).toBe('2 Gate, story');
    });
  }
  press('c');
  type('Name', 'Door');
  clickIn('dialog', 'Add a story', 'Add');
  await eventually(() => expect(focused()).toMatch(/Door, story, no longer matches the filter$/));
});

test('FIL18 the focus passes to a shown neighbour when its story is deleted or leaves the shown stages', async () => {
  const { fake } = await boardOnFake({ items });
  typeFilter('gate stage:backlog');
  cardButton(2).focus();
  fake.change({ type: 'update', id: itemId(2), fields: { stage: '3_qa' } });
  await eventually(() => expect(focused()).toBe('3 Gate two, story'));
  fake.change({ type: 'insert', index: 0, item: story(8, { name: 'Gate eight' }) });
  await eventually(() => expect(card(8)).not.toBeNull());
  fake.change({ type: 'remove', id: itemId(3) });
  await eventually(() => expect(focused()).toBe('8 Gate eight, story'));
});

test('FIL19 what the filter hides is no longer selected', async () => {
  await boardOnFake({ items });
  cardButton(1).focus();
  press('x');
  press('ArrowDown');
  press('x');
  await eventually(() => expect(screen.getByText('2 stories selected')).not.toBeNull());
  typeFilter('gate');
  await eventually(() => expect(screen.getByText('1 story selected')).not.toBeNull());
});
