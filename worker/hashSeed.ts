import type { Random } from './ports.ts';

/** 32 random bits for the index of a table of keys: peers cannot choose keys that meet in one place. */
export function createHashSeed(random: Random): number {
  return new Uint32Array(random.bytes(4).slice().buffer)[0] ?? 0;
}
