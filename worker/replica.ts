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
import { toBytes, toHex } from './crdt/bytes.ts';
import { createDocument, type Document } from './crdt/document.ts';
import { sealOp } from './crdt/emit.ts';
import { type Op, readOp } from './crdt/op.ts';
import { planBatch } from './crdt/planBatch.ts';
import { encodeSignedOp, parseSignedOp } from './crdt/signedOp.ts';
import type { Change } from './crdt/view.ts';
import { type IntakeResult, takeIn } from './intake.ts';
import { type CommandPlan, type Draft, planCommand, type Refusal, refuse } from './pipeline.ts';
import type { Logger, OpRecord, OpStore, Signer, StoreOutcome, Verifier } from './ports.ts';
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

/** Replays the store; nothing in it is verified again. Rejects if the store cannot be read. */
export async function openReplica(deps: ReplicaDeps): Promise<Replica> {
  const { store, logger } = deps;
  const document = createDocument();
  for await (const records of store.readOps()) replay(document, records, logger);
  replay(document, await store.readHeld(), logger);
  const unacknowledged = new Set(await store.readUnacknowledged());
  return createReplica(deps, document, unacknowledged, await store.durability());
}

function replay(document: Document, records: readonly OpRecord[], logger: Logger): void {
  for (const { key, text } of records) {
    const op = readOp(text);
    if (op.type !== 'rejected') document.apply(op);
    else logger.error('a stored op is damaged', { key, reason: op.reason, detail: op.detail });
  }
}

function createReplica(
  deps: ReplicaDeps,
  document: Document,
  unacknowledged: Set<string>,
  initialDurability: Durability,
): Replica {
  const { store, signer, verifier, logger } = deps;
  const author = signer.publicKey as PublicKey;
  const { causes, held, items } = document;
  const turns = createTurns();
  const rejected: Record<string, number> = {};
  /** Applied ops that are not on disk. */
  const unstored = new Set<SeenKey>();
  /** Held ops that are on disk and were evicted from memory. */
  let evictedOps = 0;
  let durability = initialDurability;

  function status(): ReplicaStatus {
    return {
      unacknowledgedOps: unacknowledged.size,
      durability,
      held: { ops: held.ops(), bytes: held.bytes() },
      rejected: { ...rejected },
      signer: author,
    };
  }

  const publishStatus = (): void => deps.onStatus(status());

  function noteStored(outcome: StoreOutcome): boolean {
    if (outcome.type === 'stored') {
      if (durability === 'full' || durability === 'broken') durability = initialDurability;
      return true;
    }
    durability = outcome.reason;
    logger.error('the store failed', { reason: outcome.reason, detail: outcome.detail });
    return false;
  }

  /** Applies stored or unstorable ops in their order; tells page and peers once. */
  function applyAll(ops: readonly Op[], except: string | null): void {
    const changes: Change[] = [];
    const applied: Op[] = [];
    for (const op of ops) {
      const application = document.apply(op);
      for (const change of application.changes) changes.push(change);
      for (const one of application.applied) applied.push(one);
      evictedOps += application.evicted.length;
    }
    if (changes.length > 0) deps.onChanges(changes);
    if (applied.length > 0) deps.onApplied(applied.map(toRecord), except);
  }

  async function receiveBatch(texts: readonly string[], source: OpSource): Promise<Received> {
    const isKnown = (key: SeenKey): boolean =>
      (causes.hasSeen(key) && !unstored.has(key)) || held.has(key);
    const intake = await takeIn(texts, isKnown, verifier);
    countRejected(intake, source);
    const stored = await storeBatch(intake.verified);
    applyAll(intake.verified, source.peer);
    if (evictedOps > 0 && held.ops() === 0) await restoreEvicted();
    if (source.frame === 'bulk') acknowledge(intake.known);
    publishStatus();
    const keys = stored ? intake.verified.map((op) => op.key) : [];
    return { stored: [...intake.known, ...keys] };
  }

  function countRejected({ rejected: refused }: IntakeResult, source: OpSource): void {
    for (const { reason, detail } of refused) {
      rejected[reason] = (rejected[reason] ?? 0) + 1;
      logger.warn('an op was rejected', { peer: source.peer, reason, detail });
    }
  }

  async function storeBatch(ops: readonly Op[]): Promise<boolean> {
    if (ops.length === 0) return true;
    const fresh = ops.filter((op) => !causes.hasSeen(op.key));
    const again = ops.filter((op) => causes.hasSeen(op.key));
    const { ready, waiting } = planBatch(causes, held, fresh);
    const isStored = noteStored(
      await store.appendRemote({
        applied: [...again, ...ready].map(toRecord),
        held: waiting.map(toRecord),
        released: ready.filter((op) => held.has(op.key)).map((op) => op.key),
      }),
    );
    for (const op of ops) {
      if (isStored) unstored.delete(op.key);
      else unstored.add(op.key);
    }
    return isStored;
  }

  /** What waited longer than memory allowed is on disk still, and may have what it needs by now. */
  async function restoreEvicted(): Promise<void> {
    evictedOps = 0;
    const ops = (await store.readHeld())
      .map(({ text }) => readOp(text))
      .filter((op): op is Op => op.type !== 'rejected' && !causes.hasSeen(op.key));
    const { ready } = planBatch(causes, held, ops);
    const released = ready.map((op) => op.key);
    const outcome = await store.appendRemote({ applied: ready.map(toRecord), held: [], released });
    if (noteStored(outcome)) applyAll(ops, null);
  }

  function acknowledge(keys: readonly string[]): void {
    const news = keys.filter((key) => unacknowledged.delete(key));
    if (news.length === 0) return;
    void store.acknowledge(news).then(noteStored);
    publishStatus();
  }

  async function carryOut(command: Command): Promise<CommandOutcome> {
    const plan = planCommand(items, command, author);
    if (plan.type === 'refused') return plan;
    const ops: Op[] = [];
    for (const draft of draftsOf(plan)) {
      const op = await sign(draft);
      if (op.type === 'refused') return op;
      ops.push(op);
    }
    const outcome = await storeOwn(ops);
    if (outcome !== undefined) return outcome;
    for (const op of ops) unacknowledged.add(op.key);
    applyAll(ops, null);
    publishStatus();
    const id = plan.type === 'drafts' ? plan.id : (ops[0]?.id ?? '');
    return { type: 'done', id, ops: ops.length };
  }

  async function sign(draft: Draft): Promise<Op | Refusal> {
    for (let seq = draft.seq; ; seq += 1) {
      const unsigned = draft.at(seq);
      const signature = await signer.sign(unsigned.digest);
      if (causes.hasSignature(toHex(signature))) continue;
      const op = sealOp(unsigned, signature);
      return op.type === 'rejected' ? refuse('bad-value', op.detail) : op;
    }
  }

  async function storeOwn(ops: readonly Op[]): Promise<Refusal | undefined> {
    if (ops.length === 0) return undefined;
    const outcome = await store.appendOwn(ops.map(toRecord));
    if (noteStored(outcome) || outcome.type === 'stored') return undefined;
    publishStatus();
    return refuse(outcome.reason === 'full' ? 'storage-full' : 'storage-broken', outcome.detail);
  }

  async function exportOps(): Promise<string> {
    const lines: [key: string, text: string][] = [];
    for await (const records of store.readOps()) {
      for (const { key, text } of records) lines.push([key, canonicalText(text)]);
    }
    lines.sort(([a], [b]) => (a < b ? -1 : 1));
    return lines.map(([, text]) => `${text}\n`).join('');
  }

  return {
    view: () => items.view(),
    status,
    command: (command) => turns(() => carryOut(command)),
    receive: (texts, source) => turns(() => receiveBatch(texts, source)),
    readLog: () => store.readOps(),
    logLength: () => causes.size() - unstored.size,
    acknowledged: acknowledge,
    exportOps: () => turns(exportOps),
    close: () => turns(() => store.close()),
  };
}

function draftsOf(plan: Exclude<CommandPlan, Refusal>): readonly Draft[] {
  return plan.type === 'drafts' ? plan.drafts : [plan.draft];
}

function toRecord({ key, text }: Op): OpRecord {
  return { key, text };
}

function canonicalText(text: string): string {
  const parsed = parseSignedOp(text);
  return parsed.type === 'read' ? encodeSignedOp(parsed.value) : text;
}
