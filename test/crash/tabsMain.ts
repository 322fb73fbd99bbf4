/**
 * `npm run crash:tabs -- [--rounds N] [--seed N]`: five tabs, N dead leaders. The last line has the
 * figures; the exit status is 1 when something was lost or not as it must be.
 */
import { parseArgs } from 'node:util';
import { crashTabs } from './crashTabs.ts';
import { describeTimes } from './figures.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const figures = await crashTabs({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  onRound({ rounds, done, leaderLost, takeoversMs, faults, seconds }) {
    const takeover = Math.round(takeoversMs.at(-1) ?? 0);
    console.log(
      `round ${rounds}: taken over after ${takeover} ms, ${done} edits done, ` +
        `${leaderLost} leader-lost, ${faults.length} faults, ${seconds} s`,
    );
  },
});
for (const fault of figures.faults) console.log(fault);
const { rounds, asked, done, leaderLost, takeoversMs, faults, seconds } = figures;
console.log(
  `${rounds} rounds, ${asked} edits asked, ${done} done, ${leaderLost} leader-lost, ` +
    `takeover ${describeTimes(takeoversMs)}, ${faults.length} faults, ${seconds} s`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
