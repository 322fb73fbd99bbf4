import type { StoreCommandDeps } from '../../worker/relay/stoppedStore.ts';
import { createManualClock } from './manualClock.ts';

export type Command = (args: readonly string[], deps: StoreCommandDeps) => Promise<number>;

/** Runs a command of the relay on its stopped store: exit status, and what it wrote on both streams. */
export async function runCommand(command: Command, ...args: readonly string[]) {
  const said = { out: '', error: '' };
  const status = await command(args, {
    clock: createManualClock(),
    writeOut: async (line) => {
      said.out += line;
    },
    writeError: (line) => {
      said.error += line;
    },
  });
  return { status, ...said };
}
