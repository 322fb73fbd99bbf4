import { createNodeVerifier } from './nodeVerifier.ts';
import { openStoppedStore, type StoreCommandDeps, tellLosses } from './stoppedStore.ts';
import { isSound, verifyStore } from './verifyStore.ts';

/** `verify`: every op of a stopped relay, checked again. */

const HELP = `Usage: npm run -s relay -- verify DATA

Checks every op in a relay's data folder again, while no relay has it: a line of JSON for each
pipeline on standard output, progress on standard error. Changes no op.
Ends with 0: all is right; 1: something is wrong, or cannot be read; 2: wrong command line.
`;

/** A line of progress for so many ops. */
const TELL_OPS = 10_000;

/** `args`: behind `verify`. Resolves to the exit status. */
export async function runVerify(args: readonly string[], deps: StoreCommandDeps): Promise<number> {
  const [data, ...others] = args;
  if (args.includes('--help')) {
    deps.writeOut(HELP);
    return 0;
  }
  if (data === undefined || data.startsWith('-') || others.length > 0) {
    deps.writeError(HELP);
    return 2;
  }
  const store = await openStoppedStore(data, deps);
  if (store === null) return 1;
  const { opLog, findings } = store;
  const reports = await verifyStore({
    opLog,
    verifier: createNodeVerifier(deps.clock.yieldTurn),
    onProgress(pipeline, done, ops) {
      if (done % TELL_OPS === 0) deps.writeError(`${pipeline}: ${done} of ${ops} ops\n`);
    },
  });
  await opLog.close();
  if ('type' in reports) {
    deps.writeError(`the op log cannot be read: ${reports.detail}\n`);
    return 1;
  }
  for (const report of reports) deps.writeOut(`${JSON.stringify(report)}\n`);
  const isLost = tellLosses(findings, deps);
  return reports.every(isSound) && !isLost ? 0 : 1;
}
