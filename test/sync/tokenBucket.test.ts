import { expect, test } from 'vitest';
import {
  type Bucket,
  createBucket,
  overdrawnMs,
  type Rate,
  takeTokens,
} from '../../worker/sync/tokenBucket.ts';

const rate: Rate = { burst: 10, intervalMs: 100 };

/** What is overdrawn after each taking, `[count, nowMs]`. */
function play(takings: readonly (readonly [number, number])[]): readonly number[] {
  let bucket: Bucket = createBucket(0);
  return takings.map(([count, nowMs]) => {
    bucket = takeTokens(bucket, rate, count, nowMs);
    return overdrawnMs(bucket, rate);
  });
}

test('LIM6 a bucket gives its burst at once, then one an interval; more is overdrawn', () => {
  expect(
    play(
      [
        [10, 0],
        [1, 0],
        [1, 100],
        [0, 200],
        [5, 200],
      ].map(pair),
    ),
  ).toEqual([0, 100, 100, 0, 500]);
});

test('LIM6 a bucket is never more than full, and a clock that is set back changes nothing', () => {
  expect(
    play(
      [
        [4, 0],
        [10, 1e9],
        [1, 1e9],
        [1, 5e8],
        [0, 5e8 + 150],
      ].map(pair),
    ),
  ).toEqual([0, 0, 100, 200, 50]);
});

function pair([count = 0, nowMs = 0]: readonly number[]): readonly [number, number] {
  return [count, nowMs];
}
