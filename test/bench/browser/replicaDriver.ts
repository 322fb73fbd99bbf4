/** Drives the page's own worker, as the page does, without a page around it. */

import { type Remote, transfer, wrap } from 'comlink';
import type { Command, CommandOutcome, ReplicaApi } from '../../../worker/api.ts';

export interface EditRun {
  /** From the first command to the last answer: made, signed, stored, applied. */
  readonly elapsedMs: number;
  readonly ops: number;
}

export interface ReplicaDriver {
  open(workerUrl: string, pipeline: string): Promise<void>;
  /** Adds so many items, all at once. */
  addItems(count: number): Promise<EditRun>;
  /** Sets one field of one item after another, each command at once or when the one before is done. */
  editItems(count: number, how: 'in-flight' | 'in-turn'): Promise<EditRun>;
}

declare global {
  var replicaDriver: ReplicaDriver;
}

let replica: Remote<ReplicaApi>;
const ids: string[] = [];
let edits = 0;

globalThis.replicaDriver = {
  async open(workerUrl, pipeline) {
    replica = wrap<ReplicaApi>(new Worker(workerUrl, { type: 'module', name: 'huskies' }));
    const { port1, port2 } = new MessageChannel();
    // The patches are read, as by a page.
    port2.onmessage = () => undefined;
    const options = { pipeline, address: null };
    const outcome = await replica.open(options, transfer(port1, [port1]));
    if (outcome.type === 'refused') throw new Error(outcome.detail);
  },
  addItems: (count) =>
    run(count, 'in-flight', (index) => ({ type: 'add', fields: { name: `story ${index}` } })),
  editItems: (count, how) =>
    run(count, how, (index) => {
      edits += 1;
      return { type: 'edit', id: ids[index % ids.length] ?? '', fields: { retry_count: edits } };
    }),
};

async function run(
  count: number,
  how: 'in-flight' | 'in-turn',
  commandAt: (index: number) => Command,
): Promise<EditRun> {
  const commands = Array.from({ length: count }, (_, index) => commandAt(index));
  const startMs = performance.now();
  const outcomes =
    how === 'in-flight' ? await Promise.all(commands.map(ask)) : await inTurn(commands);
  const elapsedMs = performance.now() - startMs;
  let ops = 0;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.type === 'refused') throw new Error(outcome.detail);
    if (commands[index]?.type === 'add') ids.push(outcome.id);
    ops += outcome.ops;
  }
  return { elapsedMs, ops };
}

async function inTurn(commands: readonly Command[]): Promise<readonly CommandOutcome[]> {
  const outcomes: CommandOutcome[] = [];
  for (const command of commands) outcomes.push(await ask(command));
  return outcomes;
}

function ask(command: Command): Promise<CommandOutcome> {
  return replica.command(command);
}
