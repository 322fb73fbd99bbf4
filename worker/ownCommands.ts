/**
 * Carries out commands: plan, sign, store durably, and only then apply. Commands that wait together
 * are stored in one transaction, so that many cost little more than one.
 *
 * Invariant 1: an own op is on disk before it is applied, shown or sent. A crash between could
 *   reuse a seq and make this signer equivocate.
 * Invariant 2: commands take effect in the order in which they were given, each planned on what those
 *   before it do.
 */

import type { Command, CommandOutcome, CommandRefusal } from './api.ts';
import type { PublicKey, Signature } from './crdt/bytes.ts';
import type { Op } from './crdt/op.ts';
import { signDrafts } from './ownOps.ts';
import { type PipelineItems, planCommand, refuse } from './pipeline.ts';
import { createPlannedItems, type PlannedItems } from './plannedItems.ts';
import type { Signer, StoreFailure, StoreOutcome } from './ports.ts';
import type { Turns } from './turns.ts';

/** Others have their turn after so many. */
const COMMANDS_PER_TURN = 128;

export interface OwnCommandsDeps {
  readonly turns: Turns;
  readonly items: PipelineItems;
  /** The signer of the day. */
  readonly signer: () => Signer;
  readonly hasSignature: (signature: Signature) => boolean;
  /** Stores what the next own ops may need and the disk has not. */
  readonly storeBacklog: () => Promise<StoreOutcome>;
  readonly storeOwn: (ops: readonly Op[]) => Promise<StoreOutcome>;
  /** Applies stored ops, and tells page and peers. */
  readonly apply: (ops: readonly Op[]) => void;
  /** Commands were answered. */
  readonly onAnswered: () => void;
}

interface Waiting {
  readonly command: Command;
  readonly resolve: (outcome: CommandOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** What one command comes to: its ops and the answer if they can be stored, or the answer at once. */
interface Planned {
  readonly ops: readonly Op[];
  readonly outcome: CommandOutcome;
}

/** Takes commands from anybody; resolves each when it is done or refused. */
export function createOwnCommands(
  deps: OwnCommandsDeps,
): (command: Command) => Promise<CommandOutcome> {
  let waiting: Waiting[] = [];

  /** Each command has a turn, in its place among all else; the first one's does for those behind it. */
  async function takeGroup(): Promise<void> {
    if (waiting.length === 0) return;
    const group = waiting.slice(0, COMMANDS_PER_TURN);
    let answered = 0;
    try {
      const outcomes = await carryOut(group.map(({ command }) => command));
      answered = outcomes.length;
      for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome);
    } catch (error) {
      answered = group.length;
      for (const { reject } of group) reject(error);
    }
    waiting = waiting.slice(answered);
    deps.onAnswered();
  }

  /** Answers the first few, at least one. */
  async function carryOut(commands: readonly Command[]): Promise<readonly CommandOutcome[]> {
    const outcomes = await tryGroup(commands);
    if (!outcomes.some(isBroken)) return outcomes;
    // The disk broke under them: once more, in memory, signed with the new key.
    return tryGroup(commands.slice(0, outcomes.length));
  }

  async function tryGroup(commands: readonly Command[]): Promise<readonly CommandOutcome[]> {
    const backlog = await deps.storeBacklog();
    if (backlog.type === 'failed') return commands.map(() => refuseFor(backlog));
    const planned = await planGroup(commands);
    const ops = planned.flatMap((one) => one.ops);
    const stored: StoreOutcome = ops.length > 0 ? await deps.storeOwn(ops) : { type: 'stored' };
    if (stored.type === 'failed') {
      return planned.map((one) => (one.ops.length > 0 ? refuseFor(stored) : one.outcome));
    }
    deps.apply(ops);
    return planned.map(({ outcome }) => outcome);
  }

  async function planGroup(commands: readonly Command[]): Promise<readonly Planned[]> {
    const items = createPlannedItems(deps.items);
    const signatures = new Set<Signature>();
    const planned: Planned[] = [];
    for (const command of commands) {
      const next = await planOne(items, command, signatures);
      for (const op of next.ops) {
        items.note(op);
        signatures.add(op.signature);
      }
      planned.push(next);
      if (!items.isOpen()) break;
    }
    return planned;
  }

  async function planOne(
    items: PlannedItems,
    command: Command,
    signatures: ReadonlySet<Signature>,
  ): Promise<Planned> {
    const signer = deps.signer();
    const plan = planCommand(items, command, signer.publicKey as PublicKey);
    if (plan.type === 'refused') return { ops: [], outcome: plan };
    const signed = await signDrafts(
      plan.drafts,
      signer,
      (signature) => signatures.has(signature) || deps.hasSignature(signature),
    );
    if (signed.type === 'refused') return { ops: [], outcome: signed };
    const { ops } = signed;
    const id = plan.target ?? ops[0]?.id ?? '';
    return { ops, outcome: { type: 'done', id, ops: ops.length } };
  }

  return (command) =>
    new Promise((resolve, reject) => {
      waiting.push({ command, resolve, reject });
      void deps.turns(takeGroup);
    });
}

const REFUSALS = {
  full: 'storage-full',
  broken: 'storage-broken',
  fenced: 'leader-lost',
} as const satisfies Record<StoreFailure, CommandRefusal>;

function refuseFor(failed: Extract<StoreOutcome, { type: 'failed' }>): CommandOutcome {
  return refuse(REFUSALS[failed.reason], failed.detail);
}

function isBroken(outcome: CommandOutcome): boolean {
  return outcome.type === 'refused' && outcome.reason === 'storage-broken';
}
