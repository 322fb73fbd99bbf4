/**
 * `npm run simulate -- --seeds N [--from N] [--steps N]` plays N seeds, or `--seed NAME` a single one.
 * Failures are printed as they come, cut down. The last line has figures; the exit status is 1 when
 * a seed failed.
 */

import { parseArgs } from 'node:util';
import { bundleSimulator, playSeeds } from './seedThreads.ts';
import { STEPS } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    steps: { type: 'string', default: String(STEPS) },
  },
});

function* seedNames(): Generator<string> {
  if (values.seed !== undefined) yield values.seed;
  else {
    const from = Number(values.from);
    for (let number = from; number < from + Number(values.seeds); number += 1) yield String(number);
  }
}

const startMs = performance.now();
let passed = 0;
let failed = 0;
const module = await bundleSimulator('plain', []);
await playSeeds({
  module,
  seeds: seedNames(),
  steps: Number(values.steps),
  describe: true,
  onAnswer({ failure }) {
    if (failure === null) passed += 1;
    else {
      failed += 1;
      console.log(`${failure}\n`);
    }
    if ((passed + failed) % 1000 === 0) console.log(`${passed} passed, ${failed} failed so far`);
    return false;
  },
});
const seconds = (performance.now() - startMs) / 1000;
console.log(`${passed} seeds passed, ${failed} failed, ${seconds.toFixed(0)} s`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
