// @vitest-environment jsdom
import { fireEvent } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { itemId } from '../support/fakeReplica.ts';
import {
  boardOnFake,
  card,
  cardButton,
  eventually,
  focused,
  press,
  story,
} from './boardOnFake.tsx';

const many = 2000;
const items = Array.from({ length: many }, (_, index) => story(index + 1));

test('UI36 a long column holds the cards in view and near, which say their place among all', async () => {
  await boardOnFake({ items });
  await eventually(() =>
    expect(column().getAttribute('aria-label')).toBe('Backlog, 2,000 stories'),
  );
  expect(shownNumbers()[0]).toBe(1);
  expect(shownNumbers().length).toBeLessThan(40);
  expect(placeOf(3)).toEqual(['3', '2000']);

  scrollTo(1000);
  const shown = shownNumbers();
  // The first card is where Tab enters the column.
  expect(shown[0]).toBe(1);
  expect(shown.length).toBeLessThan(40);
  const middle = shown[10] ?? 0;
  expect(Math.abs(middle - 1000)).toBeLessThan(60);
  expect(placeOf(middle)).toEqual([String(middle), '2000']);
});

test('UI36 the card that the keyboard is on stays when the view goes elsewhere, or others come', async () => {
  const { fake } = await boardOnFake({ items });
  cardButton(2).focus();
  const element = card(2);
  scrollTo(1500);
  expect(shownNumbers().slice(0, 2)).toEqual([2, expect.any(Number)]);
  fake.change({ type: 'insert', index: 0, item: story(9000) });
  await eventually(() => expect(placeOf(2)).toEqual(['3', '2001']));
  expect([card(2) === element, focused()]).toEqual([true, '2 S2, story']);
});

test('UI36 what is in view stays in view when others insert above it', async () => {
  const { fake } = await boardOnFake({ items });
  scrollTo(1000);
  const before = shownNumbers().slice(1, 10);
  const added = Array.from({ length: 300 }, (_, index) => story(5000 + index));
  fake.change(...added.map((item, index) => ({ type: 'insert', index, item }) as const));
  await eventually(() => expect(column().getAttribute('aria-label')).toContain('2,300'));
  expect(shownNumbers()).toEqual(expect.arrayContaining(before));
});

test('UI37 End, Home and arrows reach every story of a long column', async () => {
  await boardOnFake({ items });
  cardButton(1).focus();
  const path = ['End', 'ArrowUp', 'Home', 'ArrowDown'].map((key) => {
    press(key);
    return focused();
  });
  expect(path).toEqual(['2000 S2000, story', '1999 S1999, story', '1 S1, story', '2 S2, story']);
});

test('UI38 a moved card is shown and focused where it lands, far from what is in view', async () => {
  const { fake } = await boardOnFake({
    items: [...items.map((item) => moved(item, '3_qa')), story(3001)],
  });
  cardButton(3001).focus();
  press('m');
  press('3');
  await eventually(() => expect(placeOf(3001)).toEqual(['2001', '2001']));
  expect(focused()).toBe('3001 S3001, story');

  fake.change({ type: 'remove', id: itemId(3001) });
  await eventually(() => expect(focused()).toBe('2000 S2000, story'));
});

function moved(item: ReturnType<typeof story>, stage: string) {
  return { ...item, fields: { ...item.fields, stage } };
}

function column(): HTMLElement {
  return document.querySelector('section[data-stage="1_backlog"]') as HTMLElement;
}

/** As if each card were as high as is guessed. */
function scrollTo(index: number): void {
  const scroller = column().querySelector('.column-cards') as HTMLElement;
  scroller.scrollTop = index * 72;
  fireEvent.scroll(scroller);
}

function shownNumbers(): readonly number[] {
  return [...column().querySelectorAll('[data-item-id]')].map((element) =>
    Number.parseInt(element.getAttribute('data-item-id') ?? '', 16),
  );
}

function placeOf(number: number): readonly (string | null)[] {
  return ['aria-posinset', 'aria-setsize'].map((name) => card(number).getAttribute(name));
}
