/** Drops moves of a failing simulation while it still fails in the same way. */

import type { Move } from './moves.ts';
import { playMoves, type Simulation } from './simulate.ts';

/** Numbers and keys differ from run to run of what is one fault. */
function kindOf(violation: string): string {
  return violation.replace(/[0-9a-f]{16,}|\d+/g, '#').slice(0, 80);
}

/** Delta debugging (Zeller 1999), from halves down to single moves. */
export async function shrink(
  seed: string,
  moves: readonly Move[],
  failed: Extract<Simulation, { type: 'failed' }>,
): Promise<readonly Move[]> {
  const kind = kindOf(failed.violation);
  const stillFails = async (candidate: readonly Move[]): Promise<boolean> => {
    const played = await playMoves(seed, candidate);
    return played.type === 'failed' && kindOf(played.violation) === kind;
  };
  let kept = moves.slice(0, failed.step + 1);
  if (!(await stillFails(kept))) kept = [...moves];
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size > 1 ? Math.ceil(size / 2) : 0
  ) {
    for (let at = 0; at < kept.length; ) {
      const candidate = kept.toSpliced(at, size);
      if (await stillFails(candidate)) kept = candidate;
      else at += size;
    }
  }
  return kept;
}
