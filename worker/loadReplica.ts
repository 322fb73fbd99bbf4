/**
 * What a store holds, brought into memory: by its snapshot and the log behind that, or, where there
 * is none that fits, by the whole log. Nothing is verified again; damaged records are put aside, and
 * a signer that may have signed more than the store remembers signs no more.
 */

import type { Canary } from './api.ts';
import type { SeenKey } from './crdt/bytes.ts';
import { createDocument, type Document, restoreDocument } from './crdt/document.ts';
import type { HeldLimits } from './crdt/held.ts';
import { viewOf } from './crdt/items.ts';
import { type Op, readOp } from './crdt/op.ts';
import type { PackedOp } from './crdt/packedOp.ts';
import { decodeSnapshot } from './crdt/readSnapshot.ts';
import type { Change, ItemView } from './crdt/view.ts';
import type {
  HeldRecord,
  Logger,
  OpRecord,
  OpStore,
  PeerPlace,
  ReplicaSnapshot,
  Signer,
} from './ports.ts';

export interface LoadDeps {
  readonly store: OpStore;
  /** 32 fresh random bytes. */
  readonly createKey: () => Uint8Array;
  readonly createSigner: (secretKey: Uint8Array) => Promise<Signer>;
  /** What the page remembers of this replica; null: nothing. */
  readonly canary: Canary | null;
  readonly heldLimits: HeldLimits;
  /**
   * What a snapshot shows, before anything else is done with it; `onChanges` tells what follows.
   * null: it does not hold, and what was shown is to be shown anew.
   */
  readonly onView?: (items: readonly ItemView[] | null) => void;
  /** What the log behind a snapshot that was shown changes. */
  readonly onChanges: (changes: readonly Change[]) => void;
  /** 32 random bits that peers do not know. Absent: fixed. */
  readonly hashSeed?: number;
  readonly logger: Logger;
}

export interface LoadedReplica {
  readonly document: Document;
  readonly signer: Signer;
  /** Own ops stored with this signer. */
  readonly ownOps: number;
  /** Own ops that no peer has acknowledged, by their seen-keys. */
  readonly unacknowledged: Map<SeenKey, PackedOp>;
  /** Ops in the log. */
  readonly loggedOps: number;
  /** Those of them that the snapshot stands for. */
  readonly snapshotOps: number;
  /** Records of the log that were damaged and put aside. */
  readonly damagedRecords: number;
  /** Where this replica stands in the logs of peers. */
  readonly places: readonly PeerPlace[];
  readonly durability: 'persisted' | 'best-effort' | 'memory';
}

/** What the log says. */
type LoadedLog = Pick<
  LoadedReplica,
  'document' | 'unacknowledged' | 'loggedOps' | 'snapshotOps' | 'damagedRecords'
>;

/** Rejects if the store cannot be read. */
export async function loadReplica(deps: LoadDeps): Promise<LoadedReplica> {
  const { store } = deps;
  const own: ReadonlySet<string> = new Set(await store.readUnacknowledged());
  const log = (await loadFromSnapshot(deps, own)) ?? (await loadFromLog(deps, own));
  const { signer, ownOps } = await loadSigner(deps, log.damagedRecords > 0);
  const durability = await store.durability();
  return { ...log, signer, ownOps, places: await store.readPlaces(), durability };
}

/** `own`: keys of own ops that no peer has acknowledged. */
async function loadFromLog(deps: LoadDeps, own: ReadonlySet<string>): Promise<LoadedLog> {
  const { store, logger } = deps;
  const document = createDocument(deps.heldLimits, deps.hashSeed);
  const log = { document, unacknowledged: new Map<SeenKey, PackedOp>() };
  let { ops: loggedOps } = await applyLog({ ...log, own, deps, after: 0 });
  const damagedRecords = store.damagedRecords();
  if (damagedRecords > 0) {
    logger.error('damaged records were put aside', { records: damagedRecords });
    loggedOps = await repair(store, logger);
  }
  return { ...log, loggedOps, snapshotOps: 0, damagedRecords };
}

/** Undefined: there is no snapshot, or it and the log behind it are not the whole story. */
async function loadFromSnapshot(
  deps: LoadDeps,
  own: ReadonlySet<string>,
): Promise<LoadedLog | undefined> {
  const { store, logger } = deps;
  const snapshot = await store.readSnapshot();
  const document = snapshot && restore(snapshot, deps);
  if (!snapshot || !document) {
    deps.onView?.(null);
    return undefined;
  }
  const unacknowledged = new Map<SeenKey, PackedOp>();
  for (const { key, bytes } of snapshot.unacknowledged) {
    if (own.has(key)) unacknowledged.set(key as SeenKey, bytes);
  }
  const { logEnd: after, loggedOps: snapshotOps } = snapshot;
  const { ops: newOps, changes } = await applyLog({ document, unacknowledged, own, deps, after });
  const isWhole = [...own].every(
    (key) => unacknowledged.has(key as SeenKey) || !document.causes.hasSeen(key as SeenKey),
  );
  if (store.damagedRecords() > 0 || !isWhole) {
    logger.warn('the snapshot is not used: the log behind it is damaged');
    deps.onView?.(null);
    return undefined;
  }
  if (deps.onView !== undefined && changes.length > 0) deps.onChanges(changes);
  return {
    document,
    unacknowledged,
    loggedOps: snapshotOps + newOps,
    snapshotOps,
    damagedRecords: 0,
  };
}

function restore(snapshot: ReplicaSnapshot, deps: LoadDeps): Document | undefined {
  const decoded = decodeSnapshot(snapshot);
  if (decoded.type === 'read') deps.onView?.(viewOf(decoded.value.items));
  const document =
    decoded.type === 'read'
      ? restoreDocument(decoded.value, deps.heldLimits, deps.hashSeed)
      : undefined;
  // Each op of the log is in it once.
  if (document?.causes.size() === snapshot.loggedOps) return document;
  const detail = decoded.type === 'read' ? 'no document is like that' : decoded.detail;
  deps.logger.warn('the snapshot is not used', { detail });
  return undefined;
}

interface LogReading extends Pick<LoadedLog, 'document' | 'unacknowledged'> {
  readonly own: ReadonlySet<string>;
  readonly deps: LoadDeps;
  /** Where in the log to begin. */
  readonly after: number;
}

async function applyLog({
  document,
  unacknowledged,
  own,
  deps,
  after,
}: LogReading): Promise<{ readonly ops: number; readonly changes: readonly Change[] }> {
  let count = 0;
  const changes: Change[] = [];
  for await (const records of deps.store.readOps(after)) {
    count += records.length;
    for (const op of readRecords(records, deps.logger)) {
      const applied = document.apply(op);
      if (after > 0) changes.push(...applied.changes);
      if (own.has(op.key)) unacknowledged.set(op.key, op.bytes);
    }
  }
  return { ops: count, changes };
}

/** The readable ops among `records`, in their order. */
export function readRecords(records: readonly OpRecord[], logger: Logger): readonly Op[] {
  return records.flatMap(({ key, bytes }) => {
    const op = readOp(bytes, key);
    if (op.type !== 'rejected') return [op];
    logger.error('a stored op is damaged', { key, reason: op.reason, detail: op.detail });
    return [];
  });
}

/**
 * Writes the log anew without what was damaged: ops that needed something in there wait for peers to
 * send it again. Returns how many ops are in the log.
 */
async function repair(store: OpStore, logger: Logger): Promise<number> {
  const document = createDocument({ ops: Infinity, bytes: Infinity });
  const log: OpRecord[] = [];
  const waiting: Op[] = [];
  for await (const records of store.readOps()) {
    for (const op of readRecords(records, logger)) {
      const { outcome, applied } = document.apply(op);
      if (outcome === 'held') waiting.push(op);
      for (const { key, bytes } of applied) log.push({ key, bytes });
    }
  }
  const held = new Map<string, HeldRecord>();
  for (const record of await store.readHeld()) held.set(record.key, record);
  for (const op of waiting) {
    const cause = document.causes.missing(op);
    if (cause !== undefined) held.set(op.key, { key: op.key, bytes: op.bytes, cause });
  }
  const outcome = await store.rewrite({ log, held: [...held.values()] });
  if (outcome.type === 'failed') {
    logger.error('the log could not be repaired', {
      reason: outcome.reason,
      detail: outcome.detail,
    });
  }
  return log.length;
}

/** A store older than the page remembers, or with a hole in it, would let a seq be used twice. */
async function loadSigner(
  { store, createKey, createSigner, canary, logger }: LoadDeps,
  hasHole: boolean,
): Promise<{ readonly signer: Signer; readonly ownOps: number }> {
  const { secretKey, ownOps } = await store.loadIdentity(createKey);
  const signer = await createSigner(secretKey);
  const isOlder = canary?.signer === signer.publicKey && canary.ownOps > ownOps;
  if (!hasHole && !isOlder) return { signer, ownOps };
  const freshKey = createKey();
  const outcome = await store.replaceIdentity(freshKey);
  logger.warn('own ops may be missing here: signing with a new key', {
    reason: hasHole ? 'damaged records' : 'the database is older than this page remembers',
    stored: outcome.type === 'stored',
  });
  return { signer: await createSigner(freshKey), ownOps: 0 };
}
