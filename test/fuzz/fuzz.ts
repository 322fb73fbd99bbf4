/** Runs the checks over generated inputs and shrinks what fails them. */

import { createDice } from '../simulation/dice.ts';
import { Broken, check, type Readers } from './checks.ts';
import type { Corpus } from './corpus.ts';
import type { FuzzInput } from './fuzzInput.ts';
import { createGenerator } from './generate.ts';
import { shrink } from './shrink.ts';

export interface FuzzOptions {
  readonly seed: string;
  readonly inputs: number;
  readonly corpus: Corpus;
  readonly readers: Readers;
  /** The run ends with the last of these. Absent: 5. */
  readonly mostFailures?: number;
  /** Called before every input. */
  readonly onInput?: (index: number) => void;
}

export interface Failure {
  /** From 0. */
  readonly index: number;
  readonly why: string;
  readonly input: FuzzInput;
  readonly shrunk: FuzzInput;
}

export interface FuzzReport {
  /** How many inputs came to each outcome. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The first ones. */
  readonly failures: readonly Failure[];
}

export function fuzz(options: FuzzOptions): FuzzReport {
  const { seed, inputs, corpus, readers, mostFailures = 5 } = options;
  const next = createGenerator(createDice(seed), corpus);
  const outcomes = new Map<string, number>();
  const failures: Failure[] = [];
  for (let index = 0; index < inputs && failures.length < mostFailures; index += 1) {
    options.onInput?.(index);
    const input = next();
    const result = tryInput(input, readers);
    outcomes.set(result.outcome, (outcomes.get(result.outcome) ?? 0) + 1);
    if (result.type === 'held') continue;
    const why = result.outcome;
    const shrunk = shrink(input, (smaller) => tryInput(smaller, readers).outcome === why);
    failures.push({ index, why, input, shrunk });
  }
  return { outcomes, failures };
}

/** `held`: everything that must hold did. Otherwise the outcome says what was broken. */
export function tryInput(
  input: FuzzInput,
  readers: Readers,
): { readonly type: 'held' | 'broken'; readonly outcome: string } {
  try {
    return { type: 'held', outcome: check(input, readers) };
  } catch (error) {
    if (error instanceof Broken) return { type: 'broken', outcome: error.message };
    return { type: 'broken', outcome: `throws ${String(error).slice(0, 60)}` };
  }
}
