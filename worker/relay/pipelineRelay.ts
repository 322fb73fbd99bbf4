import type { SeenKey } from '../crdt/bytes.ts';
import { type Causes, createCauses } from '../crdt/causes.ts';
import { CAUSAL_QUEUE_MAX, createHeldOps, type HeldLimits } from '../crdt/held.ts';
import type { Op } from '../crdt/op.ts';
import type { ReceivedOp } from '../crdt/packedOp.ts';
import { planBatch } from '../crdt/planBatch.ts';
import { type IntakeResult, takeIn } from '../intake.ts';
import type { Clock, Logger, Timer, Verifier } from '../ports.ts';
import type { OpExchange, OpSource, Received } from '../sync/exchange.ts';
import { createTurns } from '../turns.ts';
import { type OfferedOp, offerOp } from '../wire/offeredOp.ts';
import { type Metrics, NO_METRICS } from './metrics.ts';
import type { LoggedOp, PipelineLog, StoreFailure } from './opLog.ts';
import { createQuota, type QuotaLimits } from './quota.ts';
import { createRejectionLog } from './rejectionLog.ts';
import { createRelaySets } from './relaySets.ts';
import { createStoreWatch } from './storeWatch.ts';
import { createUnlistedOps } from './unlistedOps.ts';

/**
 * One pipeline of the relay: a validator and store of ops, without a view. Every op of a peer goes
 * through the intake, waits for its causes, is appended, and only then goes to the others.
 *
 * Invariant 1: nothing is acknowledged, forwarded or marked seen that is not on the disk.
 * Invariant 2: nothing is stored or forwarded that was not accepted, in the text that it came in.
 * Invariant 3: an op goes to every peer but the one it came from, once.
 * Invariant 4: the log is in causal order; where an op was damaged, it stands behind those that
 *   need it when it has come again.
 */

/** What made ops be forgotten should be over by then. */
const RESYNC_AFTER_MS = 10_000;

export interface Peer {
  offer(op: OfferedOp): void;
  /** Ends the connection in a way that makes the peer come back and send all it holds. */
  resync(): void;
  /** Resolves when what was offered, and what is acknowledged, has gone out. Absent: at once. */
  readonly flush?: () => Promise<void>;
}

export interface PipelineRelay {
  readonly exchange: OpExchange;
  /** As `exchange.receive`, and says what became of the others; null: closed, none was looked at. */
  take(ops: readonly ReceivedOp[], source: OpSource): Promise<Taken | null>;
  /** Whether this op is on the disk. */
  hasStored(key: SeenKey): boolean;
  /** `name`: as in `OpSource.peer`. */
  join(name: string, peer: Peer): void;
  leave(name: string): void;
  /** Who may sign has changed: peers whose ops would be taken now are asked to send them again. */
  recheckSigners(): void;
  /** Resolves when the batches that were begun are done, and their peers told; later ones change nothing. */
  close(): Promise<void>;
}

export interface Taken extends Received {
  /** Seen-keys of good ops that are not on the disk, but may be some day. */
  readonly notNow: readonly SeenKey[];
  /** Ops that are invalid for ever. */
  readonly rejected: number;
}

export interface PipelineRelayOptions {
  readonly name: string;
  readonly log: PipelineLog;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent: nothing is counted. */
  readonly metrics?: Metrics;
  readonly heldLimits?: HeldLimits;
  /** Absent: it may hold any number of ops. */
  readonly quota?: QuotaLimits;
  /** Whether ops of this signer are taken. Absent: of every signer. */
  readonly maySign?: (signer: string) => boolean;
  /** 32 random bits that peers do not know. Absent: fixed. */
  readonly hashSeed?: number;
}

export type PipelineRelayOpening =
  | { readonly type: 'opened'; readonly pipeline: PipelineRelay }
  | StoreFailure;

/** Reads the log once, to know what was accepted; nothing in it is verified again. */
export async function openPipelineRelay(
  options: PipelineRelayOptions,
): Promise<PipelineRelayOpening> {
  const { name, log, logger } = options;
  try {
    const causes = createCauses(options.hashSeed);
    const replay = await log.replay(causes.restore);
    if (replay.type === 'failed') return replay;
    const { damagedOps } = replay;
    if (damagedOps > 0) {
      const fields = { pipeline: name, ops: damagedOps };
      logger.error('the log had damaged ops: they are set aside until a peer sends them', fields);
    }
    return { type: 'opened', pipeline: createPipelineRelay(options, causes) };
  } catch (error) {
    return { type: 'failed', reason: 'broken', detail: String(error) };
  }
}

function createPipelineRelay(options: PipelineRelayOptions, causes: Causes): PipelineRelay {
  const { name, log, verifier, clock, logger, heldLimits = CAUSAL_QUEUE_MAX } = options;
  const { maySign = () => true, metrics = NO_METRICS } = options;
  const held = createHeldOps(heldLimits);
  /** Who sent an op that is held; empty: nobody who is still there. */
  const senders = new Map<SeenKey, string>();
  const peers = new Map<string, Peer>();
  /** Peers that sent ops which were held and then forgotten. */
  const forgottenOf = new Set<string>();
  let resyncTimer: Timer | null = null;
  const turns = createTurns();
  const rejectionLog = createRejectionLog(name, logger);
  const unlisted = createUnlistedOps({ pipeline: name, maySign, logger });
  const quota =
    options.quota && createQuota({ pipeline: name, log, limits: options.quota, logger, metrics });
  const storeWatch = createStoreWatch({
    pipeline: name,
    log,
    clock,
    logger,
    onRecovered(missed) {
      for (const peerName of missed) peers.get(peerName)?.resync();
    },
  });
  /** What stands before it in the log has been offered to the peers, or was there before them. */
  let offeredEnd = log.end();
  let isClosed = false;

  const isKnown = (key: SeenKey): boolean => causes.hasSeen(key) || held.has(key);
  const senderOf = ({ key }: Op, source: OpSource): string => senders.get(key) ?? source.peer;

  async function takeBatch(intake: IntakeResult, source: OpSource): Promise<Taken> {
    rejectionLog.write(source.peer, intake.rejected);
    for (const { reason } of intake.rejected) metrics.count('ops_rejected', reason);
    // Since they were looked at, another batch may have brought the same ops.
    const unknown = intake.verified.filter(({ key }) => !isKnown(key));
    const fresh = unlisted.keepListed(unknown, source.peer);
    const known = [...intake.known, ...intake.verified.map(({ key }) => key)];
    const { ready: all, waiting } = planBatch(causes, held, fresh);
    const ready = quota?.keepFitting(all) ?? all;
    const isStored = await append(ready, source);
    // Before the held ops among them are let go, and with them the names of their senders.
    if (isStored) forward(ready, source);
    const own = isStored ? ready.filter((op) => senderOf(op, source) === source.peer) : [];
    if (isStored) record(ready);
    for (const { op } of waiting) hold(op, source.peer);
    const keys = [...known.filter(causes.hasSeen), ...own.map((op) => op.key)];
    const stored = [...new Set(keys)];
    metrics.count('ops', isStored ? 'stored' : 'lost', ready.length);
    metrics.count('ops', 'known', known.length);
    metrics.count('ops', 'held', waiting.length);
    metrics.count('ops', 'acknowledged', stored.length);
    const notNow = known.filter((key) => !causes.hasSeen(key));
    return { stored, notNow, rejected: intake.rejected.length };
  }

  async function append(ready: readonly Op[], source: OpSource): Promise<boolean> {
    if (ready.length === 0) return true;
    const outcome = await log.append(ready.map(toLogged));
    if (outcome.type === 'failed') storeWatch.noteFailure(outcome, source.peer);
    else storeWatch.noteSuccess();
    return outcome.type === 'stored';
  }

  function forward(ready: readonly Op[], source: OpSource): void {
    offeredEnd = log.end();
    for (const op of ready) {
      const from = senderOf(op, source);
      const offered = offerOp(op);
      for (const [to, peer] of peers) if (to !== from) peer.offer(offered);
    }
  }

  function record(ready: readonly Op[]): void {
    for (const op of ready) {
      for (const cause of causes.record(op)) {
        for (const released of held.release(cause)) hold(released, senders.get(released.key));
      }
    }
  }

  /** What was forgotten comes again only when its sender is asked for all it has. */
  function resyncForgotten(): void {
    resyncTimer = null;
    const names = [...forgottenOf];
    forgottenOf.clear();
    for (const peerName of names) peers.get(peerName)?.resync();
  }

  /** Lets `op` wait for the next thing it needs; for nothing, if all is here. */
  function hold(op: Op, sender = ''): void {
    senders.delete(op.key);
    const missing = causes.missing(op);
    if (missing === undefined) return;
    senders.set(op.key, sender);
    const evicted = held.hold(op, missing);
    for (const { key } of evicted) {
      forgottenOf.add(senders.get(key) ?? '');
      senders.delete(key);
    }
    if (evicted.length > 0) {
      resyncTimer ??= clock.startTimer(RESYNC_AFTER_MS, resyncForgotten);
      const fields = { pipeline: name, ops: evicted.length };
      logger.warn('too many ops wait for others: the oldest are forgotten', fields);
    }
  }

  async function take(ops: readonly ReceivedOp[], source: OpSource): Promise<Taken | null> {
    if (isClosed) return null;
    metrics.count('ops', 'received', ops.length);
    // Begun at once: what is found out about these ops depends on them alone.
    const intake = takeIn(ops, isKnown, verifier, source.refusals);
    return turns(async () => takeBatch(await intake, source));
  }

  return {
    take,
    hasStored: causes.hasSeen,
    exchange: {
      receive: async (ops, source) => ({ stored: (await take(ops, source))?.stored ?? [] }),
      readLog: (from = 0, to) => log.read(from, to),
      logLength: log.count,
      logEnd: () => offeredEnd,
      reconcile: createRelaySets(log, causes, clock),
      // The relay keeps no list of what its peers hold.
      acknowledged: () => undefined,
    },
    join(peerName, peer) {
      peers.set(peerName, peer);
    },
    leave(peerName) {
      peers.delete(peerName);
      rejectionLog.forget(peerName);
      unlisted.forget(peerName);
      // Whoever comes back under this name may have lost what it sent.
      for (const [key, sender] of senders) if (sender === peerName) senders.set(key, '');
    },
    recheckSigners() {
      // Else they would be stored when what they wait for comes.
      for (const op of held.drop(({ signer }) => !maySign(signer))) {
        unlisted.keepListed([op], senders.get(op.key) ?? '');
        senders.delete(op.key);
      }
      for (const peerName of unlisted.takeWelcome()) peers.get(peerName)?.resync();
    },
    async close() {
      isClosed = true;
      resyncTimer?.cancel();
      storeWatch.close();
      await turns(async () => undefined);
      // Whoever sent the last batch acknowledges it in the turn after.
      await clock.yieldTurn();
      await Promise.all([...peers.values()].map((peer) => peer.flush?.()));
    },
  };
}

export function toLogged(op: Op): LoggedOp {
  const { key, bytes, signature } = op;
  return { key, bytes, signature, itemId: op.type === 'insert' ? op.id : null };
}
