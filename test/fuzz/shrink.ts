import type { FuzzInput } from './fuzzInput.ts';

const MOST_TRIES = 2000;

/** Leaves out whatever can be left out while `fails` still says so. Deterministic. */
export function shrink(input: FuzzInput, fails: (input: FuzzInput) => boolean): FuzzInput {
  let smallest = input;
  let tries = 0;
  for (let step = Math.ceil(lengthOf(input) / 2); step >= 1 && tries < MOST_TRIES; ) {
    const before = lengthOf(smallest);
    for (let at = 0; at < lengthOf(smallest) && tries < MOST_TRIES; ) {
      tries += 1;
      const shorter = without(smallest, at, at + step);
      if (fails(shorter)) smallest = shorter;
      else at += step;
    }
    if (step === 1 && lengthOf(smallest) === before) break;
    step = Math.max(1, Math.floor(step / 2));
  }
  return smallest;
}

function lengthOf(input: FuzzInput): number {
  return 'bytes' in input ? input.bytes.length : input.text.length;
}

function without(input: FuzzInput, start: number, end: number): FuzzInput {
  if ('text' in input) {
    return { ...input, text: input.text.slice(0, start) + input.text.slice(end) };
  }
  const kept = [...input.bytes.subarray(0, start), ...input.bytes.subarray(end)];
  return { ...input, bytes: Uint8Array.from(kept) };
}
