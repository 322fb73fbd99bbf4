/**
 * `npm run crash:browser -- [--rounds N] [--seed N]`: kills Chromium N times while it edits. The last
 * line has the figures; the exit status is 1 when something was lost or not as it must be.
 */
import { parseArgs } from 'node:util';
import { crashBrowser } from './crashBrowser.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});
const figures = await crashBrowser({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  onRound({ rounds, asked, done, faults, seconds }) {
    const inFlight = asked - done;
    console.log(
      `round ${rounds}: ${done} edits done, ${inFlight} in flight at a death, ` +
        `${faults.length} faults, ${seconds} s`,
    );
  },
});
for (const fault of figures.faults) console.log(fault);
const { rounds, asked, done, signers, faults, seconds } = figures;
console.log(
  `${rounds} rounds, ${asked} edits asked, ${done} done, ${signers} signers, ` +
    `${faults.length} faults, ${seconds} s`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
