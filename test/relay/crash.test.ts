import { expect, test } from 'vitest';
import { crashRelay } from '../crash/crashRelay.ts';
import { RELAY_FROM_SOURCE } from '../support/relayChild.ts';

test('REL40 a relay that is killed ten times under load has every op it acknowledged', async () => {
  const figures = await crashRelay({ rounds: 10, seed: 1, program: RELAY_FROM_SOURCE });
  expect(figures).toEqual({
    rounds: 10,
    ackedOps: expect.any(Number),
    lostOps: 0,
    misplacedOps: 0,
    errors: [],
    tornTails: expect.any(Number),
    seconds: expect.any(Number),
  });
  expect(figures.ackedOps).toBeGreaterThan(100);
}, 180_000);
