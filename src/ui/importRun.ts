/** Brings what a file holds to the replica, in slices between which it can be cancelled. */
import type { ImportFate } from '../../worker/api.ts';
import type { EditOutcome, ReplicaClient } from '../replicaClient.ts';
import type { PlannedCommand } from '../transfer/importPlan.ts';
import type { OpLine } from '../transfer/opLines.ts';
import { runCommands } from './manyCommands.ts';

export interface Run {
  readonly isCancelled: () => boolean;
  /** So many are done. */
  readonly onDone: (count: number) => void;
}

/** `detail`: why there is no answer for those behind the last fate; null: cancelled, or all have one. */
export interface OpsRun {
  readonly fates: readonly ImportFate[];
  readonly detail: string | null;
}

/** Beyond either, a slice would keep the worker from others for too long. */
const OPS_PER_SLICE = 256;
const CHARACTERS_PER_SLICE = 512 * 1024;

export async function runOps(
  client: Pick<ReplicaClient, 'query'>,
  type: 'check-ops' | 'import-ops',
  lines: readonly OpLine[],
  { isCancelled, onDone }: Run,
): Promise<OpsRun> {
  const fates: ImportFate[] = [];
  while (fates.length < lines.length && !isCancelled()) {
    const ops = nextSlice(lines, fates.length);
    const answer = await client.query({ type, ops });
    if (answer.type === 'no-answer') return { fates, detail: answer.detail };
    fates.push(...answer.fates);
    onDone(fates.length);
  }
  return { fates, detail: null };
}

function nextSlice(lines: readonly OpLine[], from: number): readonly string[] {
  const ops: string[] = [];
  let characters = 0;
  for (const { text } of lines.slice(from, from + OPS_PER_SLICE)) {
    if (ops.length > 0 && characters + text.length > CHARACTERS_PER_SLICE) break;
    ops.push(text);
    characters += text.length;
  }
  return ops;
}

const COMMANDS_PER_SLICE = 64;

/** Outcomes of the first so many; the others were not begun. */
export async function runStories(
  client: Pick<ReplicaClient, 'command'>,
  planned: readonly PlannedCommand[],
  { isCancelled, onDone }: Run,
): Promise<readonly EditOutcome[]> {
  const outcomes: EditOutcome[] = [];
  while (outcomes.length < planned.length && !isCancelled()) {
    const slice = planned.slice(outcomes.length, outcomes.length + COMMANDS_PER_SLICE);
    const done = outcomes.length;
    outcomes.push(
      ...(await runCommands(
        client,
        slice.map(({ command }) => command),
        (count) => onDone(done + count),
      )),
    );
  }
  return outcomes;
}
