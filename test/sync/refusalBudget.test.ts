import { expect, test } from 'vitest';
import { createRefusalBudget } from '../../worker/sync/refusalBudget.ts';
import { REFUSAL_REFILL_MS, REFUSALS_MAX } from '../../worker/wire/limits.ts';
import { createManualClock } from '../support/manualClock.ts';

/** How many can be spent now. */
function spendAll(budget: ReturnType<typeof createRefusalBudget>): number {
  let spent = 0;
  for (; !budget.isSpent(); spent += 1) budget.spend();
  return spent;
}

test('SES8 a budget lets 64 wrong signatures through at once, and one more a second', async () => {
  const clock = createManualClock();
  const budget = createRefusalBudget(clock);
  const spent = [spendAll(budget)];
  for (const waitMs of [999, 1, 2500, 499, 1, 10 * REFUSALS_MAX * REFUSAL_REFILL_MS]) {
    await clock.advance(waitMs);
    spent.push(spendAll(budget));
  }
  expect(spent).toEqual([64, 0, 1, 2, 0, 1, 64]);
});

test('SES8 what was not spent does not grow beyond the bucket', async () => {
  const clock = createManualClock();
  const budget = createRefusalBudget(clock);
  await clock.advance(3_600_000);
  expect(spendAll(budget)).toBe(64);
});

test('SES8 a clock that is set back neither fills nor empties it', () => {
  let nowMs = 1_000_000;
  const budget = createRefusalBudget({ ...createManualClock(), nowMs: () => nowMs });
  budget.spend();
  nowMs -= 500_000;
  expect(spendAll(budget)).toBe(63);
  nowMs += 1000;
  expect(spendAll(budget)).toBe(1);
});
