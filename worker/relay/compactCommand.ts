import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Compaction, planCompaction } from './compaction.ts';
import { causeOf } from './levelDatabase.ts';
import { openLevelOpLog } from './levelOpLog.ts';
import { toLogged } from './pipelineRelay.ts';
import {
  openStoppedLog,
  openStoppedStore,
  type StoppedStore,
  type StoreCommandDeps,
} from './stoppedStore.ts';
import { makeWholeFolder } from './wholeFolder.ts';

/** `compact`: a copy of a stopped relay's store without the sets that lost. */

const HELP = `Usage: npm run -s relay -- compact DATA [--write FOLDER]

Says for each pipeline, while no relay has the data folder, how many sets lost against another set
of the same field and are named by no op: a line of JSON. With --write, FOLDER comes to be, a data
folder without them; DATA stays as it is. Stories look the same, but what was dropped is gone from
their history, and comes back from any peer that still has it.
Ends with 0; 1: something is damaged, or cannot be read or written; 2: wrong command line.
`;

type Plans = ReadonlyMap<string, Compaction>;

/** `args`: behind `compact`. Resolves to the exit status. */
export async function runCompact(args: readonly string[], deps: StoreCommandDeps): Promise<number> {
  const [data, flag, to, ...others] = args;
  if (args.includes('--help')) {
    await deps.writeOut(HELP);
    return 0;
  }
  const isWhole = flag === undefined || (flag === '--write' && to !== undefined);
  if (!data || data.startsWith('-') || to?.startsWith('-') || !isWhole || others.length > 0) {
    deps.writeError(HELP);
    return 2;
  }
  if (to !== undefined && existsSync(to)) {
    deps.writeError(`${to} is there already\n`);
    return 1;
  }
  const store = await openStoppedStore(data, deps);
  if (store === null) return 1;
  try {
    const plans = await planAll(store, deps);
    if (plans === null) return 1;
    if (to !== undefined) await makeWholeFolder(resolve(to), (folder) => write(plans, folder));
    for (const [pipeline, { ops, bytes, droppedOps, droppedBytes }] of plans) {
      const line = JSON.stringify({ pipeline, ops, droppedOps, bytes, droppedBytes });
      await deps.writeOut(`${line}\n`);
    }
    return 0;
  } catch (error) {
    deps.writeError(`${data} could not be compacted: ${causeOf(error).message}\n`);
    return 1;
  } finally {
    await store.opLog.close();
  }
}

/** null: one is not sound or cannot be read, and why was said. */
async function planAll(store: StoppedStore, deps: StoreCommandDeps): Promise<Plans | null> {
  const plans = new Map<string, Compaction>();
  for (const pipeline of store.opLog.names()) {
    const log = await openStoppedLog(store, pipeline, deps);
    if (log === null) return null;
    const plan = await planCompaction(log);
    if (plan.type === 'unsound') {
      const { damagedOps, lackingOps } = plan;
      const detail = `${damagedOps} damaged ops, ${lackingOps} without what they need`;
      deps.writeError(
        `pipeline ${pipeline} has ${detail}: run a relay on it with its peers first\n`,
      );
      return null;
    }
    plans.set(pipeline, plan.compaction);
  }
  return plans;
}

/**
 * Logs get new ids: places in the old ones, which peers remember, mean nothing here. Notes about a
 * backplane stay behind for the same reason.
 */
async function write(plans: Plans, folder: string): Promise<void> {
  const opening = await openLevelOpLog(folder);
  if (opening.type === 'refused') throw new Error(opening.detail);
  const { opLog } = opening;
  try {
    for (const [pipeline, { kept }] of plans) {
      const to = await opLog.openPipeline(pipeline);
      if (to.type === 'failed') throw new Error(to.detail);
      for await (const slice of kept()) {
        const outcome = await to.log.append(slice.map(toLogged));
        if (outcome.type === 'failed') throw new Error(outcome.detail);
      }
    }
  } finally {
    await opLog.close();
  }
}
