import type { Logger } from '../ports.ts';
import { createToken, tokenText } from './access/tokens.ts';
import { announce } from './announcement.ts';
import { runBackup } from './backupCommand.ts';
import { runCompact } from './compactCommand.ts';
import { type Environment, readConfig } from './config.ts';
import type { ReadTextFile } from './configFile.ts';
import { runExport } from './exportCommand.ts';
import { runImport } from './importCommand.ts';
import { runInspect } from './inspectCommand.ts';
import { type RelayDeps, startRelay } from './relay.ts';
import { SETTINGS } from './settings.ts';
import { runVerify } from './verifyCommand.ts';

/** The relay as a program: arguments in, sentences and an exit status out. */

export interface ProgramDeps extends RelayDeps {
  readonly version: string;
  readonly ownAddresses: readonly string[];
  readonly environment: Environment;
  readonly readTextFile: ReadTextFile;
  readonly logger: Logger;
  /** Where it gives a promise, that resolves when the text has been taken. */
  writeOut(text: string): unknown;
  writeError(text: string): void;
  /** Resolves when the process is first asked to end. */
  readonly ending: Promise<void>;
}

/** Resolves to the exit status: 0 done, 1 cannot run, 2 wrong command line. */
export async function runProgram(args: readonly string[], deps: ProgramDeps): Promise<number> {
  const [command, ...others] = args;
  switch (command) {
    case 'token':
      deps.writeOut(tokenText(createToken(deps.random)));
      return 0;
    case 'verify':
      return runVerify(others, deps);
    case 'backup':
      return runBackup(others, deps);
    case 'inspect':
      return runInspect(others, deps);
    case 'import':
      return runImport(others, deps);
    case 'compact':
      return runCompact(others, deps);
    case 'export':
      return runExport(others, deps);
  }
  const outcome = readConfig(SETTINGS, { ...deps, args });
  if (outcome.type === 'print') {
    deps.writeOut(outcome.text);
    return 0;
  }
  if (outcome.type === 'refused') {
    for (const fault of outcome.faults) deps.writeError(`${fault}\n`);
    return outcome.exitStatus;
  }
  const { config, warnings } = outcome;
  for (const detail of warnings) deps.logger.warn('a key or a variable is no setting', { detail });
  const relay = await startRelay(config, deps);
  if (relay.type === 'refused') {
    deps.writeError(`${relay.detail}\n`);
    return 1;
  }
  deps.writeOut(announce(config.host, relay.port, deps.ownAddresses));
  await deps.ending;
  deps.logger.info('stopping');
  await relay.close();
  return 0;
}
