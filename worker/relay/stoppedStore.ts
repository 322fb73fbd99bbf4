import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../ports.ts';
import { openLevelOpLog } from './levelOpLog.ts';
import type { OpLogOpening, PipelineLog, StoreFindings } from './opLog.ts';

/** What the commands on a stopped relay's data folder have in common. */

export interface StoreCommandDeps {
  readonly clock: Clock;
  /** Where it gives a promise, that resolves when the text has been taken. */
  writeOut(text: string): unknown;
  writeError(text: string): void;
}

export type StoppedStore = Extract<OpLogOpening, { readonly type: 'opened' }>;

/** null: it cannot be opened, and why was said. A folder that is not there is not made. */
export async function openStoppedStore(
  data: string,
  { writeError }: Pick<StoreCommandDeps, 'writeError'>,
): Promise<StoppedStore | null> {
  // Opening would make it.
  if (!existsSync(join(data, 'ops'))) {
    writeError(`no relay's data in ${data}\n`);
    return null;
  }
  const opening = await openLevelOpLog(data);
  if (opening.type === 'opened') return opening;
  writeError(`${opening.detail}\n`);
  return null;
}

/** Whether opening it found that something is lost; what, is said. */
export function tellLosses(
  findings: StoreFindings,
  { writeError }: Pick<StoreCommandDeps, 'writeError'>,
): boolean {
  const isLost = findings.lostOps + findings.droppedBytes + findings.repairs.length > 0;
  if (isLost) writeError(`${JSON.stringify(findings)}\n`);
  return isLost;
}

/** null: it cannot be read, and why was said. */
export async function openStoppedLog(
  { opLog }: StoppedStore,
  pipeline: string,
  { writeError }: Pick<StoreCommandDeps, 'writeError'>,
): Promise<PipelineLog | null> {
  const opening = await opLog.openPipeline(pipeline);
  if (opening.type === 'opened') return opening.log;
  writeError(`the log of pipeline ${pipeline} cannot be read: ${opening.detail}\n`);
  return null;
}
