import { expect, test } from 'vitest';
import { encodeMoves, generateMoves, parseMoves } from './moves.ts';
import { pinnedSeeds } from './pinnedSeeds.ts';
import { playMoves, simulate } from './simulate.ts';

test('SIM2 a seed plays the same every time', async () => {
  const first = await simulate('again');
  const second = await simulate('again');
  expect(first.type).toBe('passed');
  expect(second).toEqual(first);
});

test('SIM2 moves read back as they are printed', () => {
  const moves = generateMoves('printed', 50);
  expect(parseMoves(encodeMoves(moves))).toEqual(moves);
});

test.each(pinnedSeeds)('SIM3 passes what failed once: $fault', async ({ seed, moves }) => {
  const outcome = await playMoves(seed, parseMoves(moves));
  expect(outcome).toMatchObject({ type: 'passed' });
});
