import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cardAt, createLayout, movedPx, startOf } from '../../src/ui/columnLayout.ts';

const GUESS_PX = 70;

test('UI36 cards begin where the heights before them, measured or guessed, add up to', () => {
  const column = fc.array(fc.option(fc.integer({ min: 1, max: 300 })), { maxLength: 40 });
  fc.assert(
    fc.property(column, fc.integer({ min: -100, max: 9000 }), (measured, px) => {
      const layout = layoutOf(measured);
      const starts = [...measured, null].map((_, index) =>
        measured.slice(0, index).reduce<number>((sum, height) => sum + (height ?? GUESS_PX), 0),
      );
      expect(starts.map((_, index) => startOf(layout, index))).toEqual(starts);
      const above = starts.slice(0, measured.length).filter((start) => start <= px).length;
      expect(cardAt(layout, px)).toBe(Math.max(0, above - 1));
    }),
  );
});

test('UI36 a card moves by what came and went above it, and one that is gone by nothing', () => {
  const before = layoutOf([100, null, 50, null]);
  const ids = before.list;
  const after = createLayout(['new', ...ids.slice(1)], GUESS_PX, new Map(), (id) =>
    ids.indexOf(id),
  );
  const id = ids[2];
  expect(movedPx(before, after, id)).toBe(2 * GUESS_PX - (100 + GUESS_PX));
  expect(movedPx(before, { ...after, list: ['new'] }, id)).toBe(0);
  expect(movedPx({ ...before, list: ['new'] }, after, id)).toBe(0);
  expect(movedPx(before, after, undefined)).toBe(0);
});

/** Null: never measured. A card of another column was measured too. */
function layoutOf(measured: readonly (number | null)[]) {
  const list = measured.map((_, index) => `card ${index}`);
  const heights = new Map<string, number>([['elsewhere', 500]]);
  // Latest first: the order of measuring says nothing.
  for (const [index, height] of [...measured.entries()].reverse()) {
    if (height !== null) heights.set(`card ${index}`, height);
  }
  return createLayout(list, GUESS_PX, heights, (id) => list.indexOf(id));
}
