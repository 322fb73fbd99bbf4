/** A part of the seeds of `npm test`: each file is one, so that they run side by side. */

import { describe, expect, test } from 'vitest';
import { generateMoves } from './moves.ts';
import { describeFailure } from './report.ts';
import { playMoves, STEPS } from './simulate.ts';

const SEEDS = 2000;
const SHARDS = 4;

/** Long enough for a failing seed to be cut down. */
const TIMEOUT_MS = 600_000;

/** `shard`: 0 … 3. */
export function testShard(shard: number): void {
  describe(`seeds ${shard}, ${shard + SHARDS}, …`, () => {
    for (let number = shard; number < SEEDS; number += SHARDS) {
      const seed = String(number);
      test(`SIM1 seed ${seed}`, { timeout: TIMEOUT_MS }, async () => {
        const moves = generateMoves(seed, STEPS);
        const outcome = await playMoves(seed, moves);
        if (outcome.type === 'failed') {
          expect.fail(await describeFailure(seed, moves, outcome));
        }
      });
    }
  });
}
