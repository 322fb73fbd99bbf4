/**
 * `npm run simulate:mutants [-- PART OF A NAME]` breaks one rule after another and lets the simulator
 * look for it. A mutant that survives its seeds fails the run.
 */

import { mutants } from './mutants.ts';
import { bundleSimulator, playSeeds } from './seedThreads.ts';
import { STEPS } from './simulate.ts';

const SEEDS = 200;

const [part = ''] = process.argv.slice(2);
const survivors: string[] = [];
const chosen = mutants.filter(({ name }) => name.includes(part));
for (const { name, change } of chosen) {
  const module = await bundleSimulator('mutant', [change]);
  let played = 0;
  const found: { readonly seed: string; readonly failure: string }[] = [];
  await playSeeds({
    module,
    seeds: Array.from({ length: SEEDS }, (_, number) => String(number)),
    steps: STEPS,
    describe: false,
    onAnswer({ seed, failure }) {
      played += 1;
      if (failure !== null) found.push({ seed, failure });
      return failure !== null;
    },
  });
  const [first] = found;
  if (first === undefined) survivors.push(name);
  const how =
    first && `after ${played} seeds, in seed ${first.seed}: ${first.failure.slice(0, 120)}`;
  console.log(`${first === undefined ? 'SURVIVED' : 'caught  '}  ${name}${how ? ` — ${how}` : ''}`);
}
console.log(`${chosen.length - survivors.length} mutants caught, ${survivors.length} survived`);
process.exitCode = survivors.length === 0 && chosen.length > 0 ? 0 : 1;
