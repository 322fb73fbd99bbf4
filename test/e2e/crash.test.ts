import { expect, test } from 'vitest';
import { quantile } from '../bench/timing.ts';
import { crashBrowser } from '../crash/crashBrowser.ts';
import { crashTabs } from '../crash/crashTabs.ts';

test('E2E43 when the leading one of five tabs is closed or its process dies, another leads and nothing is lost', async () => {
  const { faults, takeoversMs, done } = await crashTabs({ rounds: 4, seed: 1 });
  expect(faults).toEqual([]);
  expect(takeoversMs.length).toBe(4);
  // Half of them: a machine that has much else to do may be late once.
  expect(quantile(takeoversMs, 0.5)).toBeLessThan(1000);
  expect(done).toBeGreaterThan(0);
}, 180_000);

test('E2E44 a browser that is killed while it edits has every edit that it had shown, and no fork', async () => {
  const { faults, signers, done } = await crashBrowser({ rounds: 3, seed: 1 });
  expect({ faults, signers }).toEqual({ faults: [], signers: 1 });
  expect(done).toBeGreaterThan(0);
}, 180_000);
