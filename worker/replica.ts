/**
 * The replica: document, log and signer of one pipeline, without network and without page.
 *
 * Invariant 1: an own op is on disk before it is applied, shown or sent. A crash between could
 *   reuse a seq and make this signer equivocate.
 * Invariant 2: commands and batches take turns, so what a command was planned on still holds when it
 *   is applied, and own seqs are used once.
 * Invariant 3: the log is in causal order; what waits for another op is stored apart.
 * Invariant 4: an op that could not be stored is shown but never acknowledged; it is stored when it
 *   comes again.
 */

import type { Command, CommandOutcome, Durability, ItemView, Status } from './api.ts';
import type { PublicKey, SeenKey } from './crdt/bytes.ts';
import { createDocument } from './crdt/document.ts';
import { CAUSAL_QUEUE_MAX, type HeldLimits } from './crdt/held.ts';
import { type Op, readOp } from './crdt/op.ts';
import { planBatch } from './crdt/planBatch.ts';
import type { Change } from './crdt/view.ts';
import { exportOps } from './exportOps.ts';
import { type IntakeResult, takeIn } from './intake.ts';
import { signDrafts } from './ownOps.ts';
import { planCommand, type Refusal, refuse } from './pipeline.ts';
import type {
  HeldRecord,
  Logger,
  OpRecord,
  OpStore,
  RemoteBatch,
  Signer,
  StoreOutcome,
  Verifier,
} from './ports.ts';
import type { OpExchange, OpSource, Received } from './sync/exchange.ts';
import { createTurns } from './turns.ts';

export type ReplicaStatus = Pick<
  Status,
  'unacknowledgedOps' | 'durability' | 'held' | 'rejected' | 'signer'
>;

export interface ReplicaDeps {
  readonly store: OpStore;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly logger: Logger;
  /** Absent: `CAUSAL_QUEUE_MAX`. */
  readonly heldLimits?: HeldLimits;
  readonly onChanges: (changes: readonly Change[]) => void;
  /** New ops for every peer but `except`, in causal order. */
  readonly onApplied: (ops: readonly OpRecord[], except: string | null) => void;
  readonly onStatus: (status: ReplicaStatus) => void;
}

export interface Replica extends OpExchange {
  view(): readonly ItemView[];
  status(): ReplicaStatus;
  command(command: Command): Promise<CommandOutcome>;
  /** Canonical texts of all applied ops, a line each, sorted by seen-key. */
  exportOps(): Promise<string>;
  /** Waits for what is under way and closes the store. */
  close(): Promise<void>;
}

/** What applying some ops did, to be told to page and peers. */
interface Applied {
  readonly changes: readonly Change[];
  readonly ops: readonly Op[];
  /** Still on disk, no longer in memory. */
  readonly evicted: readonly Op[];
}

/** Replays the store; nothing in it is verified again. Rejects if the store cannot be read. */
export async function openReplica(deps: ReplicaDeps): Promise<Replica> {
  const { store, signer, verifier, logger, heldLimits = CAUSAL_QUEUE_MAX } = deps;
  const author = signer.publicKey as PublicKey;
  const document = createDocument(heldLimits);
  const { causes, held, items } = document;
  const turns = createTurns();
  const rejected: Record<string, number> = {};
  /** Ops in memory that are not on disk. */
  const unstored = new Set<SeenKey>();
  let loggedOps = 0;
  /** An upper bound of the held ops that are on disk only; 0: there are none. */
  let evictedOps = 0;

  for await (const records of store.readOps()) {
    loggedOps += records.length;
    for (const op of readStored(records)) document.apply(op);
  }
  const unacknowledged = new Set(await store.readUnacknowledged());
  const openedAs = await store.durability();
  let durability: Durability = openedAs;
  await settle(await store.readHeld());

  return {
    view: () => items.view(),
    status,
    command: (command) => turns(() => carryOut(command)),
    receive: (texts, source) => turns(() => receiveBatch(texts, source)),
    readLog: () => store.readOps(),
    logLength: () => loggedOps,
    acknowledged: acknowledge,
    exportOps: () => turns(() => exportOps(store.readOps())),
    close: () => turns(() => store.close()),
  };

  function status(): ReplicaStatus {
    return {
      unacknowledgedOps: unacknowledged.size,
      durability,
      held: { ops: held.ops(), bytes: held.bytes() },
      rejected: { ...rejected },
      signer: author,
    };
  }

  function readStored(records: readonly OpRecord[]): readonly Op[] {
    return records.flatMap(({ key, text }) => {
      const op = readOp(text);
      if (op.type !== 'rejected') return [op];
      logger.error('a stored op is damaged', { key, reason: op.reason, detail: op.detail });
      return [];
    });
  }

  async function receiveBatch(texts: readonly string[], source: OpSource): Promise<Received> {
    const isKnown = (key: SeenKey): boolean =>
      (causes.hasSeen(key) || held.has(key)) && !unstored.has(key);
    const intake = await takeIn(texts, isKnown, verifier);
    countRejected(intake, source);
    const isStored = await storeRemote(intake.verified);
    const applied = applyAll(intake.verified);
    publish(applied, source.peer);
    await storeEvicted(applied.evicted);
    await takeUpEvicted(applied.ops);
    if (source.frame === 'bulk') acknowledge(intake.known);
    deps.onStatus(status());
    const keys = isStored ? intake.verified.map((op) => op.key) : [];
    return { stored: [...intake.known, ...keys] };
  }

  function toHeldRecord(op: Op): HeldRecord {
    return { ...toRecord(op), cause: causes.missing(op) ?? '' };
  }

  function countRejected({ rejected: refusals }: IntakeResult, source: OpSource): void {
    for (const { reason, detail } of refusals) {
      rejected[reason] = (rejected[reason] ?? 0) + 1;
      logger.warn('an op was rejected', { peer: source.peer, reason, detail });
    }
  }

  /** Stores verified ops that are not on disk: new ones, and those whose storing failed before. */
  async function storeRemote(ops: readonly Op[]): Promise<boolean> {
    if (ops.length === 0) return true;
    const applied = ops.filter((op) => causes.hasSeen(op.key));
    const waitingAlready = ops.filter((op) => held.has(op.key));
    const fresh = ops.filter((op) => !causes.hasSeen(op.key) && !held.has(op.key));
    const { ready, waiting } = planBatch(causes, held, fresh);
    const isReady = new Set(ready);
    const stillWaiting = waitingAlready.filter((op) => !isReady.has(op)).map(toHeldRecord);
    const isStored = await append({
      applied: [...applied, ...ready].map(toRecord),
      held: [...stillWaiting, ...waiting.map(({ op, cause }) => ({ ...toRecord(op), cause }))],
      released: ready.filter((op) => held.has(op.key)).map((op) => op.key),
    });
    for (const op of [...ops, ...ready]) {
      if (isStored) unstored.delete(op.key);
      else unstored.add(op.key);
    }
    return isStored;
  }

  async function append(batch: RemoteBatch): Promise<boolean> {
    const isStored = noteOutcome(await store.appendRemote(batch));
    if (isStored) loggedOps += batch.applied.length;
    return isStored;
  }

  function noteOutcome(outcome: StoreOutcome): boolean {
    if (outcome.type === 'stored') {
      durability = openedAs;
      return true;
    }
    durability = outcome.reason;
    logger.error('the store failed', { reason: outcome.reason, detail: outcome.detail });
    return false;
  }

  function applyAll(ops: readonly Op[]): Applied {
    const applications = ops.map((op) => document.apply(op));
    const evicted = applications.flatMap((application) => application.evicted);
    evictedOps += evicted.length;
    return {
      changes: applications.flatMap((application) => application.changes),
      ops: applications.flatMap((application) => application.applied),
      evicted,
    };
  }

  function publish({ changes, ops }: Applied, except: string | null): void {
    if (changes.length > 0) deps.onChanges(changes);
    if (ops.length > 0) deps.onApplied(ops.map(toRecord), except);
  }

  /** On disk an evicted op stands under what it waits for now, so that it is found by that. */
  async function storeEvicted(evicted: readonly Op[]): Promise<void> {
    if (evicted.length === 0) return;
    await append({ applied: [], held: evicted.map(toHeldRecord), released: [] });
  }

  /** Applies evicted ops whose cause has come, and what they bring, until nothing follows. */
  async function takeUpEvicted(news: readonly Op[]): Promise<void> {
    for (let ops = news; evictedOps > 0 && ops.length > 0; ) {
      const brought = ops.flatMap((op) => [op.id, op.signature]);
      const applied = await settle(await store.readHeldFor(brought));
      publish(applied, null);
      ops = applied.ops;
    }
  }

  /** Takes ops from the held ones on disk; what has all it needs by now moves to the log. */
  async function settle(records: readonly OpRecord[]): Promise<Applied> {
    const ops = readStored(records).filter((op) => !held.has(op.key) && !causes.hasSeen(op.key));
    const { ready } = planBatch(causes, held, ops);
    const released = ready.map((op) => op.key);
    if (ready.length > 0) await append({ applied: ready.map(toRecord), held: [], released });
    const applied = applyAll(ops);
    await storeEvicted(applied.evicted);
    return applied;
  }

  function acknowledge(keys: readonly string[]): void {
    const news = keys.filter((key) => unacknowledged.delete(key));
    if (news.length === 0) return;
    void store.acknowledge(news).then((outcome) => {
      noteOutcome(outcome);
      deps.onStatus(status());
    });
    deps.onStatus(status());
  }

  async function carryOut(command: Command): Promise<CommandOutcome> {
    const plan = planCommand(items, command, author);
    if (plan.type === 'refused') return plan;
    const signed = await signDrafts(plan.drafts, signer, causes.hasSignature);
    if (signed.type === 'refused') return signed;
    const refusal = await storeOwn(signed.ops);
    if (refusal === undefined) {
      for (const op of signed.ops) unacknowledged.add(op.key);
      publish(applyAll(signed.ops), null);
    }
    deps.onStatus(status());
    const id = plan.target ?? signed.ops[0]?.id ?? '';
    return refusal ?? { type: 'done', id, ops: signed.ops.length };
  }

  async function storeOwn(ops: readonly Op[]): Promise<Refusal | undefined> {
    if (ops.length === 0) return undefined;
    const outcome = await store.appendOwn(ops.map(toRecord));
    noteOutcome(outcome);
    if (outcome.type === 'stored') {
      loggedOps += ops.length;
      return undefined;
    }
    return refuse(outcome.reason === 'full' ? 'storage-full' : 'storage-broken', outcome.detail);
  }
}

function toRecord({ key, text }: Op): OpRecord {
  return { key, text };
}
