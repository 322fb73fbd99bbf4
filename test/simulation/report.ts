/** What to print of a failed simulation: its moves, cut down, and the line that pins it. */

import { encodeMoves, type Move } from './moves.ts';
import { shrink } from './shrink.ts';
import { playMoves, type Simulation } from './simulate.ts';

export async function describeFailure(
  seed: string,
  moves: readonly Move[],
  failed: Extract<Simulation, { type: 'failed' }>,
): Promise<string> {
  const kept = await shrink(seed, moves, failed);
  const again = await playMoves(seed, kept);
  return [
    `seed ${seed}, after move ${failed.step} of ${moves.length}: ${failed.violation}`,
    `with ${kept.length} moves: ${again.type === 'failed' ? again.violation : 'it passes'}`,
    'to pin it in test/simulation/pinnedSeeds.ts:',
    `  { seed: '${seed}', fault: '…', moves: '${encodeMoves(kept)}' },`,
  ].join('\n');
}
