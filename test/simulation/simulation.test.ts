import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleSimulator, playSeeds } from './seedThreads.ts';
import { STEPS } from './simulate.ts';

/** `npm run simulate` plays more. */
const SEEDS = Array.from({ length: 2000 }, (_, number) => String(number));

/** On one slow core, with failing seeds to cut down. */
const LIMIT_MS = 1_500_000;

/** The seeds are played side by side in threads; each test waits for its own. */
const tell = new Map<string, (failure: string | null) => void>();
const answers = new Map(
  SEEDS.map((seed) => [
    seed,
    new Promise<string | null>((resolve) => {
      tell.set(seed, resolve);
    }),
  ]),
);

beforeAll(async () => {
  const module = await bundleSimulator('test', []);
  playSeeds({
    module,
    seeds: SEEDS,
    steps: STEPS,
    describe: true,
    onAnswer({ seed, failure }) {
      tell.get(seed)?.(failure);
      return false;
    },
  }).catch((error: unknown) => {
    for (const fail of tell.values()) fail(String(error));
  });
}, LIMIT_MS);

describe(`worlds of ${STEPS} moves, on ${availableParallelism()} threads`, () => {
  test.each(SEEDS)('SIM1 seed %s', { timeout: LIMIT_MS }, async (seed) => {
    expect(await answers.get(seed)).toBeNull();
  });
});
