/**
 * `npm run crash:relay -- [--rounds N] [--seed N]`: kills the built relay under load N times. The
 * last line has the figures; the exit status is 1 when something was lost.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../support/sourceCode.ts';
import { crashRelay } from './crashRelay.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
const figures = await crashRelay({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  program: [process.execPath, join(root, 'dist/relay/main.js')],
  onRound({ rounds, ackedOps, lostOps, seconds }) {
    if (rounds % 10 !== 0) return;
    console.log(`round ${rounds}: ${ackedOps} ops acknowledged, ${lostOps} lost, ${seconds} s`);
  },
});
for (const error of figures.errors) console.log(error);
const { rounds, ackedOps, lostOps, misplacedOps, tornTails, errors, seconds } = figures;
console.log(
  `${rounds} rounds, ${ackedOps} ops acknowledged, ${lostOps} lost, ${misplacedOps} misplaced, ` +
    `${tornTails} torn tails cut, ${errors.length} errors, ${seconds} s`,
);
process.exitCode = lostOps + misplacedOps + errors.length === 0 ? 0 : 1;
