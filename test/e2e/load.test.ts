import { expect, test } from 'vitest';
import { measureFanOut } from '../load/fanOut.ts';

test('E2E97 each of a few clients gets every op of the others once', async () => {
  const { lost, again, latency } = await measureFanOut({
    ...{ clients: 8, opsPerSecond: 50, seconds: 1, padding: 100 },
  });
  expect([lost, again, latency.count]).toEqual([0, 0, 50 * 7]);
});
