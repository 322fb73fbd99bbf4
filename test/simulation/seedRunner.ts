/** Runs in a thread: plays seeds from a list that it is sent bit by bit. */

import { parentPort } from 'node:worker_threads';
import { generateMoves } from './moves.ts';
import { describeFailure } from './report.ts';
import { playMoves } from './simulate.ts';

export interface SeedRequest {
  readonly seed: string;
  readonly steps: number;
  /** Cut a failure down to the moves that it takes. */
  readonly describe: boolean;
}

export interface SeedAnswer {
  readonly seed: string;
  /** null: it passed. */
  readonly failure: string | null;
}

parentPort?.on('message', async ({ seed, steps, describe }: SeedRequest) => {
  const moves = generateMoves(seed, steps);
  const outcome = await playMoves(seed, moves);
  const failure =
    outcome.type === 'passed'
      ? null
      : describe
        ? await describeFailure(seed, moves, outcome)
        : outcome.violation;
  const answer: SeedAnswer = { seed, failure };
  parentPort?.postMessage(answer);
});
