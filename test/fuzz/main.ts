/**
 * `npm run fuzz -- --inputs 1000000 --seed 1`: prints how many inputs came to which outcome, each
 * failure shrunk, the heap along the way, and last `N inputs held, M failed`. Exit status 1 if one
 * failed or the heap grew, 2 for a wrong command line.
 */

import { parseArgs } from 'node:util';
import { PRODUCTION } from './checks.ts';
import { readCorpus } from './corpus.ts';
import { fuzz } from './fuzz.ts';
import { printInput } from './fuzzInput.ts';

const HEAP_SAMPLES = 10;
/** Code that was compiled meanwhile, and noise; a leak of 64 bytes an input is 64 MB in a million. */
const HEAP_GROWTH_MAX_MB = 24;

const options = readOptions();
if (options === null) {
  console.error('usage: npm run fuzz -- [--inputs NUMBER] [--seed TEXT]');
  process.exitCode = 2;
} else run(options.inputs, options.seed);

function readOptions(): { readonly inputs: number; readonly seed: string } | null {
  try {
    const { values } = parseArgs({
      options: {
        inputs: { type: 'string', default: '1000000' },
        seed: { type: 'string', default: '1' },
      },
    });
    const inputs = Number(values.inputs);
    return Number.isSafeInteger(inputs) && inputs > 0 ? { inputs, seed: values.seed } : null;
  } catch {
    return null;
  }
}

function run(inputs: number, seed: string): void {
  const startMs = performance.now();
  const heapMb: number[] = [];
  // The first tenth warms up caches and the compiler.
  const sampleEvery = Math.ceil(inputs / HEAP_SAMPLES);
  const report = fuzz({
    seed,
    inputs,
    corpus: readCorpus(),
    readers: PRODUCTION,
    onInput: (index) => {
      if (index % sampleEvery !== 0 || index === 0) return;
      heapMb.push(sampleHeapMb());
      console.log(`${index} inputs, heap ${heapMb.at(-1)} MB`);
    },
  });
  heapMb.push(sampleHeapMb());
  for (const [outcome, count] of [...report.outcomes].sort()) console.log(`${count}\t${outcome}`);
  for (const { index, why, shrunk } of report.failures) {
    console.log(`\nseed ${seed}, input ${index}: ${why}\n${printInput(shrunk)}`);
  }
  const growthMb = heapMb.at(-1)! - heapMb[0]!;
  const isFlat = growthMb <= HEAP_GROWTH_MAX_MB;
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  const tried = [...report.outcomes.values()].reduce((sum, count) => sum + count, 0);
  const failed = report.failures.length;
  console.log(
    `heap in MB, from the first tenth on: ${heapMb.join(' ')}${isFlat ? '' : ': it grew'}`,
  );
  console.log(`seed ${seed}, ${seconds} s: ${tried - failed} inputs held, ${failed} failed`);
  process.exitCode = failed === 0 && isFlat ? 0 : 1;
}

/** After a collection, where node was told to allow one. */
function sampleHeapMb(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
}
