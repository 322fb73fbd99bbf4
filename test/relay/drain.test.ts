import { expect, test } from 'vitest';
import { createDrain, DRAIN_MAX_MS, FLUSH_MAX_MS } from '../../worker/relay/drain.ts';
import { readRetryHintMs } from '../../worker/sync/retryHint.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

function createTestDrain() {
  const clock = createManualClock();
  const logger = createMemoryLogger();
  return { clock, logger, drain: createDrain({ clock, logger, random: createSeededRandom('d') }) };
}

test('DRN2 is not ready from the moment that it is asked to end', async () => {
  const { drain, clock, logger } = createTestDrain();
  expect(drain.readiness()).toEqual({ type: 'ready' });
  const seen: unknown[] = [];
  await drain.run(async () => {
    seen.push(drain.readiness());
  });
  expect(seen).toEqual([{ type: 'not-ready', reason: 'draining' }]);
  expect([clock.timersMs(), logger.lines]).toEqual([[], []]);
});

test('DRN3 ends after eight seconds though the disk does not answer, and says so', async () => {
  const { drain, clock, logger } = createTestDrain();
  let isOver = false;
  const run = drain.run(() => new Promise(() => undefined));
  void run.then(() => {
    isOver = true;
  });
  await clock.advance(DRAIN_MAX_MS - 1);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await run;
  expect(logger.lines.map(({ level }) => level)).toEqual(['error']);
});

test('DRN7 waits three seconds at most for what is in hand, and goes on as soon as that is done', async () => {
  const { drain, clock } = createTestDrain();
  await drain.waitFor(Promise.resolve());
  expect(clock.timersMs()).toEqual([]);
  let isOver = false;
  const waiting = drain.waitFor(new Promise(() => undefined)).then(() => {
    isOver = true;
  });
  await clock.advance(FLUSH_MAX_MS - 1);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await waiting;
});

test('DRN4 calls a desk back after a second, and spreads a crowd over up to 30 seconds', () => {
  const { drain } = createTestDrain();
  const secondsOf = (peers: number) =>
    new Set(Array.from({ length: peers }, () => readRetryHintMs(drain.farewell(peers))));
  expect(secondsOf(50)).toEqual(new Set([1000]));
  expect(secondsOf(10_000).size).toBe(30);
  const perSecond = new Array<number>(20).fill(0);
  for (let peer = 0; peer < 1000; peer += 1) {
    const second = (readRetryHintMs(drain.farewell(1000)) ?? 0) / 1000;
    perSecond[second - 1] = (perSecond[second - 1] ?? 0) + 1;
  }
  expect(perSecond.length).toBe(20);
  expect(Math.min(...perSecond)).toBeGreaterThan(25);
  expect(Math.max(...perSecond)).toBeLessThan(100);
});
