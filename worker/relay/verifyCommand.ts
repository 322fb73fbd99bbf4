import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../ports.ts';
import { openLevelOpLog } from './levelOpLog.ts';
import { createNodeVerifier } from './nodeVerifier.ts';
import { isSound, verifyStore } from './verifyStore.ts';

export interface VerifyCommandDeps {
  readonly clock: Clock;
  writeOut(text: string): void;
  writeError(text: string): void;
}

const HELP = `Usage: npm run relay -- verify DATA

Checks every op in a relay's data folder again, while no relay has it: a line of JSON for each
pipeline on standard output, progress on standard error. Changes no op.
Ends with 0: all is right; 1: something is wrong, or cannot be read; 2: wrong command line.
`;

/** A line of progress for so many ops. */
const TELL_OPS = 10_000;

/** `args`: behind `verify`. Resolves to the exit status. */
export async function runVerify(args: readonly string[], deps: VerifyCommandDeps): Promise<number> {
  const [data, ...others] = args;
  if (args.includes('--help')) {
    deps.writeOut(HELP);
    return 0;
  }
  if (data === undefined || data.startsWith('-') || others.length > 0) {
    deps.writeError(HELP);
    return 2;
  }
  // Opening would make it.
  if (!existsSync(join(data, 'ops'))) {
    deps.writeError(`no relay's data in ${data}\n`);
    return 1;
  }
  const opening = await openLevelOpLog(data);
  if (opening.type === 'refused') {
    deps.writeError(`${opening.detail}\n`);
    return 1;
  }
  const { opLog, findings } = opening;
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
  const isLost = findings.lostOps + findings.droppedBytes + findings.repairs.length > 0;
  if (isLost) deps.writeError(`${JSON.stringify(findings)}\n`);
  return reports.every(isSound) && !isLost ? 0 : 1;
}
