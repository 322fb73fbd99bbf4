import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Backoff,
  type Ending,
  FRESH_BACKOFF,
  noteEnd,
  noteSuccess,
  RENDEZVOUS_ERROR_THRESHOLD,
  type Wait,
} from '../../worker/sync/backoff.ts';

const failed: Ending = { clean: false, heard: false };

/** What follows each of `endings`, with the least fraction that is not in the range: whole steps. */
function play(endings: readonly Ending[], start: Backoff = FRESH_BACKOFF) {
  let backoff = start;
  const waits = endings.map((ending): Wait => {
    const [next, wait] = noteEnd(backoff, ending, 1);
    backoff = next;
    return wait;
  });
  return { backoff, waits };
}

test('BAK1 the step is 1 s, doubling to 30 s', () => {
  const { waits } = play(new Array(8).fill(failed));
  expect(waits.map(({ delayMs }) => delayMs)).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test('BAK2 the wait is anywhere inside the step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, fraction) => {
        const { backoff } = play(new Array(failures).fill(failed));
        const [, { delayMs }] = noteEnd(backoff, failed, fraction);
        expect(delayMs).toBe(Math.floor(Math.min(1000 * 2 ** failures, 30_000) * fraction));
      },
    ),
  );
});

test('BAK3 the step is back at 1 s after a connection that closed cleanly and was of use', () => {
  const { backoff } = play(new Array(5).fill(failed));
  expect(noteEnd(backoff, { clean: true, heard: true }, 1)).toEqual([
    { failures: 0, stepMs: 2000 },
    { delayMs: 1000, level: 'info' },
  ]);
});

test.each([
  { clean: true, heard: false },
  { clean: false, heard: true },
])('BAK3 an ending of $clean and $heard goes on doubling', (ending) => {
  const { backoff } = play(new Array(3).fill(failed));
  expect(noteEnd(backoff, ending, 1)).toEqual([
    { failures: 4, stepMs: 16_000 },
    { delayMs: 8000, level: 'warn' },
  ]);
});

test('BAK4 nine failures in a row are warnings, and the tenth and later ones errors', () => {
  expect(RENDEZVOUS_ERROR_THRESHOLD).toBe(10);
  expect(play(new Array(12).fill(failed)).waits.map(({ level }) => level)).toEqual([
    ...new Array(9).fill('warn'),
    ...new Array(3).fill('error'),
  ]);
});

test('BAK5 a success ends the row of failures, and leaves the step', () => {
  const { backoff } = play(new Array(11).fill(failed));
  expect(noteSuccess(backoff)).toEqual({ failures: 0, stepMs: 30_000 });
  expect(play([failed], noteSuccess(backoff)).waits).toEqual([{ delayMs: 30_000, level: 'warn' }]);
});
