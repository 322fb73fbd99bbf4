/**
 * `npm run load -- <scenario>…`: loads the built relay and measures. A figure a line on stdout, as
 * JSON, with the goal where there is one; at the end the goals as a table, on stderr. `all` means each.
 * The exit status is 1 when something was lost or refused. `docs/scaling.md` has the method.
 */
import { parseArgs } from 'node:util';
import type { Figure } from '../bench/figure.ts';
import { formatGoals, withGoal } from '../bench/goals.ts';
import { type LoadOptions, SCENARIOS } from './scenarios.ts';

const choice = readChoice(process.argv.slice(2));
if (choice === null) {
  console.error('usage: npm run load -- <scenario>… | all');
  console.error('  [--seconds 600] [--clients N] [--rounds 200] [--frames 1000000]');
  for (const [name, { about }] of SCENARIOS) console.error(`  ${name.padEnd(9)} ${about}`);
  process.exitCode = 2;
} else {
  const figures: Figure[] = [];
  for (const [name, { run }] of SCENARIOS) {
    if (!choice.names.includes(name)) continue;
    const startMs = performance.now();
    for await (const figure of run(choice.options)) {
      figures.push(figure);
      console.log(JSON.stringify(withGoal(figure)));
    }
    console.error(`${name}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  }
  console.error(formatGoals(figures));
  const isLost = figures.some(
    ({ name, value }) => /\.(lost|again|failed)$/.test(name) && value !== 0,
  );
  process.exitCode = isLost ? 1 : 0;
}

/** null: not understood. */
function readChoice(
  args: string[],
): { readonly names: readonly string[]; readonly options: LoadOptions } | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '600' },
        clients: { type: 'string' },
        rounds: { type: 'string', default: '200' },
        frames: { type: 'string', default: '1000000' },
      },
    });
    const names = positionals.includes('all') ? [...SCENARIOS.keys()] : positionals;
    const clients = values.clients === undefined ? null : Number(values.clients);
    const [seconds, rounds, frames] = [values.seconds, values.rounds, values.frames].map(Number);
    const isGood = [seconds, rounds, frames, clients ?? 1].every((value) => Number(value) >= 1);
    if (names.length === 0 || !names.every((name) => SCENARIOS.has(name)) || !isGood) return null;
    return {
      names,
      options: { seconds: seconds ?? 1, rounds: rounds ?? 1, frames: frames ?? 1, clients },
    };
  } catch {
    return null;
  }
}
