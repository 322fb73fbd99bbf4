/**
 * The replica: document, log and signer of one pipeline, without network and without page.
 *
 * Invariant 1: an own op is on disk before it is applied, shown or sent. A crash between could
 *   reuse a seq and make this signer equivocate.
 * Invariant 2: commands and batches take turns, so what a command was planned on still holds when it
 *   is applied, and own seqs are used once.
 * Invariant 3: the log is in causal order; what waits for another op is stored apart.
 * Invariant 4: an op that could not be stored is shown but not acknowledged; it is stored when it
 *   comes again, and before any later one.
 */

import type { Command, CommandOutcome, ItemId, ItemView, Status } from './api.ts';
import type { SeenKey } from './crdt/bytes.ts';
import { CAUSAL_QUEUE_MAX, type HeldLimits, type HeldOp } from './crdt/held.ts';
import type { Op } from './crdt/op.ts';
import { planBatch } from './crdt/planBatch.ts';
import type { Change } from './crdt/view.ts';
import type { ReceivedBatch } from './inspection.ts';
import { type IntakeResult, takeIn } from './intake.ts';
import { type AnswerQuery, createLateQueries } from './lateQueries.ts';
import { type LoadDeps, loadReplica, readRecords } from './loadReplica.ts';
import { createOwnCommands } from './ownCommands.ts';
import type {
  Clock,
  HeldRecord,
  OpRecord,
  OpStore,
  RemoteBatch,
  StoreOutcome,
  Verifier,
} from './ports.ts';
import { createReplicaSets } from './replicaSets.ts';
import { createReplicaStore } from './replicaStore.ts';
import { createSaveAcks } from './savedAcks.ts';
import { createSnapshotKeeper, SNAPSHOT_LEAST_OPS, type TakenSnapshot } from './snapshotKeeper.ts';
import type { OpExchange, OpSource, Received } from './sync/exchange.ts';
import { createTurns } from './turns.ts';
import { createUnacknowledgedOps, type UnacknowledgedChange } from './unacknowledgedOps.ts';

export type ReplicaStatus = Pick<
  Status,
  'unacknowledgedOps' | 'durability' | 'held' | 'rejected' | 'signer' | 'ownOps' | 'damagedRecords'
>;

export interface ReplicaDeps extends Omit<LoadDeps, 'heldLimits'> {
  readonly createMemoryStore: () => OpStore;
  readonly verifier: Verifier;
  /** As of `Clock`. Absent: turns are not given away while keys are sorted. */
  readonly yieldTurn?: () => Promise<void>;
  /** Absent: none is written. */
  readonly snapshots?: {
    readonly clock: Clock;
    /** New ops that are worth a snapshot. Absent: `SNAPSHOT_LEAST_OPS`. */
    readonly leastOps?: number | undefined;
  };
  /** Absent: `CAUSAL_QUEUE_MAX`. */
  readonly heldLimits?: HeldLimits;
  readonly onChanges: (changes: readonly Change[]) => void;
  /** New ops for every peer but `except`, in causal order. */
  readonly onApplied: (ops: readonly OpRecord[], except: string | null) => void;
  readonly onUnacknowledged?: (change: UnacknowledgedChange) => void;
  readonly onReceived?: (batch: ReceivedBatch, source: OpSource) => void;
  readonly onStatus: (status: ReplicaStatus) => void;
  /** Another tab has claimed the store: this replica must not go on. */
  readonly onFenced: () => void;
  /** The log has damaged records that the start did not read: the replica must be opened anew. */
  readonly onDamaged?: () => void;
}

export interface Replica extends OpExchange {
  view(): readonly ItemView[];
  /** Items with own ops that no peer has acknowledged. */
  unacknowledgedItems(): readonly ItemId[];
  heldOps(): Iterable<HeldOp>;
  status(): ReplicaStatus;
  command(command: Command): Promise<CommandOutcome>;
  readonly query: AnswerQuery;
  /** The browser was asked to keep the data: looks whether it will. */
  refreshDurability(): Promise<void>;
  /** Whether the store is still this replica's; another tab may have claimed it. */
  checkClaim(): Promise<boolean>;
  /** Stores what there was no room for, if there is some now. */
  retryStoring(): Promise<void>;
  /** The platform says that the store is gone: goes on in memory. */
  storeLost(detail: string): Promise<void>;
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

/** Rejects if the store cannot be read. */
export async function openReplica(deps: ReplicaDeps): Promise<Replica> {
  const { verifier, logger, heldLimits = CAUSAL_QUEUE_MAX } = deps;
  const yieldTurn = deps.yieldTurn ?? (async () => undefined);
  const loaded = await loadReplica({ ...deps, heldLimits });
  const { damagedRecords } = loaded;
  const unacknowledged = createUnacknowledgedOps(loaded.unacknowledged, (change) =>
    deps.onUnacknowledged?.(change),
  );
  const { causes, held, items, apply, contents } = loaded.document;
  const turns = createTurns();
  const rejected: Record<string, number> = {};
  /** Ops in memory that are not on disk; of those applied, each behind what it needs. */
  const unstored = new Map<SeenKey, Op>();
  let { signer, ownOps, loggedOps } = loaded;
  /** An upper bound of the held ops that are on disk only; 0: there are none. */
  let evictedOps = 0;
  /** Nothing that this replica knows is worth a snapshot any more. */
  let isSuperseded = false;
  const store = createReplicaStore({
    ...deps,
    openedAs: loaded.durability,
    isApplied: (key) => causes.hasSeen(key as SeenKey),
    unacknowledged: unacknowledged.records,
    async onBroken(kept) {
      // What the old key signed may not all be known at the next start: it signs no more.
      signer = await deps.createSigner(deps.createKey());
      ownOps = 0;
      loggedOps = kept;
      sets.forgetPlaces();
    },
    onFenced() {
      isSuperseded = true;
      deps.onFenced();
    },
    onDamage: () => void giveUpSnapshot(),
  });
  const sets = createReplicaSets({
    causes,
    yieldTurn,
    readLog: store.readLog,
    unstored: unstoredRecords,
    unacknowledged: unacknowledged.records,
    places: loaded.places,
    savePlaces: (places) => store.tryWrite((to) => to.savePlaces(places)),
  });
  const saveAcks = createSaveAcks((keys) => store.write((to) => to.acknowledge(keys)));
  const keeper =
    deps.snapshots &&
    createSnapshotKeeper({
      clock: deps.snapshots.clock,
      leastOps: deps.snapshots.leastOps ?? SNAPSHOT_LEAST_OPS,
      snapshotOps: loaded.snapshotOps,
      loggedOps: () => loggedOps,
      take: () => turns(takeSnapshot),
      write: store.writeSnapshot,
    });
  const logLength = () => loggedOps;
  const now = { unstored: unstoredRecords, isKnown, logLength, signer: () => signer.publicKey };
  const query = createLateQueries({ turns, store, items, verifier, yieldTurn, ...now });
  const command = createOwnCommands({
    turns,
    items,
    signer: () => signer,
    hasSignature: causes.hasSignature,
    storeBacklog: () => append({ applied: [], held: [], released: [] }),
    storeOwn,
    apply: (ops) => publish(applyAll(ops), null),
    onAnswered: () => deps.onStatus(status()),
  });
  await settle(await store.read((from) => from.readHeld()));

  return {
    view: () => items.view(),
    unacknowledgedItems: unacknowledged.items,
    heldOps: held.entries,
    status,
    command,
    receive(ops, source) {
      // Begun at once: what is found out about these ops depends on them alone.
      const intake = takeIn(ops, isKnown, verifier, source.refusals);
      return turns(async () => receiveBatch(await intake, source));
    },
    readLog: store.readLog,
    logLength,
    logEnd: store.logEnd,
    acknowledged: acknowledge,
    reconcile: sets,
    query,
    async refreshDurability() {
      await store.refreshDurability();
      deps.onStatus(status());
    },
    checkClaim: () =>
      turns(async () => {
        const outcome = await store.write((to) => to.acknowledge([]));
        return outcome.type === 'stored' || outcome.reason !== 'fenced';
      }),
    retryStoring: () =>
      turns(async () => {
        await append({ applied: [], held: [], released: [] });
        await saveAcks([]);
        deps.onStatus(status());
      }),
    storeLost: (detail) =>
      turns(async () => {
        await store.fail(detail);
        deps.onStatus(status());
      }),
    async close() {
      await keeper?.close();
      await turns(store.close);
    },
  };

  /** In a turn, so that document and log are at one place. null: they are not, or it would be lost. */
  async function takeSnapshot(): Promise<TakenSnapshot | null> {
    if (isSuperseded || unstored.size > 0 || !store.isDurable()) return null;
    const own = unacknowledged.records();
    return { contents: contents(), logEnd: store.logEnd(), loggedOps, unacknowledged: own };
  }

  /**
   * The start did not read the whole log, and now a damaged record was found. The snapshot hides what
   * is missing from the next start too; without it that start repairs the log.
   */
  async function giveUpSnapshot(): Promise<void> {
    if (isSuperseded || damagedRecords > 0) return;
    isSuperseded = true;
    logger.error('the log is damaged: loading it anew');
    const outcome = await turns(() => store.write((to) => to.writeSnapshot(null)));
    if (outcome.type === 'stored') deps.onDamaged?.();
  }

  function status(): ReplicaStatus {
    return {
      unacknowledgedOps: unacknowledged.size(),
      durability: store.durability(),
      held: { ops: held.ops(), bytes: held.bytes() },
      rejected: { ...rejected },
      signer: signer.publicKey,
      ownOps,
      damagedRecords,
    };
  }

  async function receiveBatch(intake: IntakeResult, source: OpSource): Promise<Received> {
    countRejected(intake, source);
    const { type: stored } = await storeRemote(intake.verified, source.frame === 'file');
    const applied = applyAll(intake.verified);
    publish(applied, source.peer);
    const causeOf = (op: Op) => (held.has(op.key) ? causes.missing(op) : undefined);
    deps.onReceived?.({ intake, causeOf, applied: applied.ops }, source);
    await storeEvicted(applied.evicted);
    await takeUpEvicted(applied.ops);
    if (source.frame === 'bulk') acknowledge(intake.known);
    deps.onStatus(status());
    if (!store.isDurable()) return { stored: [] };
    const keys = stored === 'stored' ? intake.verified.map((op) => op.key) : [];
    return { stored: [...intake.known, ...keys] };
  }

  /** Shown, and not in the log. */
  function unstoredApplied(): readonly Op[] {
    return [...unstored.values()].filter((op) => causes.hasSeen(op.key));
  }

  function unstoredRecords(): readonly OpRecord[] {
    return unstoredApplied().map(toRecord);
  }

  function isKnown(key: SeenKey): boolean {
    return (causes.hasSeen(key) || held.has(key)) && !unstored.has(key);
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
  async function storeRemote(ops: readonly Op[], isOnly: boolean): Promise<StoreOutcome> {
    const waitingAlready = ops.filter((op) => held.has(op.key));
    const fresh = ops.filter((op) => !causes.hasSeen(op.key) && !held.has(op.key));
    const { ready, waiting } = planBatch(causes, held, fresh);
    const isReady = new Set(ready);
    const stillWaiting = waitingAlready.filter((op) => !isReady.has(op));
    const outcome = await append({
      applied: ready.map(toRecord),
      held: [
        ...stillWaiting.map(toHeldRecord),
        ...waiting.map(({ op, cause }) => ({ ...toRecord(op), cause })),
      ],
      released: ready.filter((op) => held.has(op.key)).map((op) => op.key),
      isOnly,
    });
    noteStored([...ready, ...stillWaiting, ...waiting.map(({ op }) => op)], outcome);
    return outcome;
  }

  function noteStored(ops: readonly Op[], outcome: StoreOutcome): void {
    for (const op of ops) {
      unstored.delete(op.key);
      if (outcome.type === 'failed') unstored.set(op.key, op);
    }
  }

  /** What was applied and could not be stored goes first: later ops may need it. */
  async function append(batch: RemoteBatch): Promise<StoreOutcome> {
    const backlog = unstoredApplied();
    const whole: RemoteBatch = {
      applied: [...backlog.map(toRecord), ...batch.applied],
      held: batch.held,
      released: [...backlog.map((op) => op.key), ...batch.released],
      isOnly: batch.isOnly ?? false,
    };
    if (whole.applied.length + whole.held.length === 0) return { type: 'stored' };
    const transact = (to: OpStore): Promise<StoreOutcome> => to.appendRemote(whole);
    let outcome = await store.write(transact);
    if (outcome.type === 'failed' && outcome.reason === 'broken') {
      outcome = await store.write(transact);
    }
    noteStored(backlog, outcome);
    if (outcome.type === 'stored') {
      loggedOps += whole.applied.length;
      keeper?.noteOps();
    }
    return outcome;
  }

  function applyAll(ops: readonly Op[]): Applied {
    const applications = ops.map(apply);
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
      const applied = await settle(await store.read((from) => from.readHeldFor(brought)));
      publish(applied, null);
      ops = applied.ops;
    }
  }

  /** Takes ops from the held ones on disk; what has all it needs by now moves to the log. */
  async function settle(records: readonly OpRecord[]): Promise<Applied> {
    const ops = readRecords(records, logger).filter(
      (op) => !held.has(op.key) && !causes.hasSeen(op.key),
    );
    const { ready } = planBatch(causes, held, ops);
    const released = ready.map((op) => op.key);
    noteStored(ready, await append({ applied: ready.map(toRecord), held: [], released }));
    const applied = applyAll(ops);
    await storeEvicted(applied.evicted);
    return applied;
  }

  function acknowledge(keys: readonly string[]): void {
    const news = unacknowledged.remove(keys);
    if (news.length === 0) return;
    void saveAcks(news).then(() => deps.onStatus(status()));
    deps.onStatus(status());
  }

  async function storeOwn(ops: readonly Op[]): Promise<StoreOutcome> {
    const outcome = await store.write((to) => to.appendOwn(ops.map(toRecord)));
    if (outcome.type === 'failed') return outcome;
    loggedOps += ops.length;
    ownOps += ops.length;
    unacknowledged.add(ops);
    keeper?.noteOps();
    return outcome;
  }
}

function toRecord({ key, bytes }: Op): OpRecord {
  return { key, bytes };
}
