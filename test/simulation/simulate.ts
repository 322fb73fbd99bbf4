/** A world from its seed: moves, healing, checks. The same seed always plays the same. */

import { checkEnd, checkStep } from './checks.ts';
import { heal } from './heal.ts';
import { generateMoves, type Move } from './moves.ts';
import { flow, play } from './play.ts';
import { createWorld, type World } from './world.ts';

export const STEPS = 300;

/** Checking from scratch is dear; every so many steps is enough to see where a fault began. */
const STEPS_BETWEEN_CHECKS = 30;

export type Simulation =
  | { readonly type: 'passed'; readonly ops: number; readonly promises: number }
  /** `step`: index of the move after which it was seen; the number of moves: when all was over. */
  | { readonly type: 'failed'; readonly violation: string; readonly step: number };

export function simulate(seed: string, steps: number = STEPS): Promise<Simulation> {
  return playMoves(seed, generateMoves(seed, steps));
}

export async function playMoves(seed: string, moves: readonly Move[]): Promise<Simulation> {
  const world = createWorld(seed);
  const { ledger } = world;
  const note = (error: unknown): void => ledger.violate(`unhandled: ${describe(error)}`);
  process.on('unhandledRejection', note);
  try {
    await flow(world);
    for (const [step, move] of moves.entries()) {
      await play(world, move);
      if (step % STEPS_BETWEEN_CHECKS === 0) checkStep(world);
      const violation = ledger.violation();
      if (violation !== null) return { type: 'failed', violation, step };
    }
    await heal(world, isGentle(moves));
    if (ledger.violation() === null) await checkEnd(world);
  } catch (error) {
    note(error);
  } finally {
    process.off('unhandledRejection', note);
  }
  return outcomeOf(world, moves.length);
}

function outcomeOf({ ledger, rust }: World, step: number): Simulation {
  const violation = ledger.violation();
  return violation === null
    ? { type: 'passed', ops: rust.texts.length, promises: ledger.promises.length }
    : { type: 'failed', violation, step };
}

/** Whether every connection carried what was sent over it, and nothing else. */
function isGentle(moves: readonly Move[]): boolean {
  const rough = ['duplicate', 'corrupt', 'alter-copy', 'inject', 'send-hostile-frame', 'fill-disk'];
  return !moves.some(({ name }) => rough.includes(name));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
