/** Whole numbers by chance: the same for the same seed. */

import { createSeededRandom } from '../support/seededRandom.ts';

export interface Dice {
  /** Uniform in 0 … `count` − 1, near enough for counts far below 2^32. */
  below(count: number): number;
  /** True once in `count` throws. */
  oneIn(count: number): boolean;
}

/** Bytes drawn at once: a hash for every number would be a tenth of a simulation. */
const BLOCK_BYTES = 2048;

export function createDice(seed: string): Dice {
  const random = createSeededRandom(seed);
  let numbers: Uint32Array = new Uint32Array();
  let used = 0;
  const below = (count: number): number => {
    if (used === numbers.length) {
      numbers = new Uint32Array(random.bytes(BLOCK_BYTES).buffer);
      used = 0;
    }
    used += 1;
    return (numbers[used - 1] ?? 0) % count;
  };
  return { below, oneIn: (count) => below(count) === 0 };
}

/** What a number of a move chooses; undefined where there is nothing to choose from. */
export function pickOf<T>(items: readonly T[], pick: number): T | undefined {
  return items[pick % Math.max(1, items.length)];
}
