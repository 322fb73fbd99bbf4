/**
 * What a store holds, brought into memory. Nothing is verified again; damaged records are put aside,
 * and a signer that may have signed more than the store remembers signs no more.
 */

import type { Canary } from './api.ts';
import type { SeenKey } from './crdt/bytes.ts';
import { createDocument, type Document } from './crdt/document.ts';
import type { HeldLimits } from './crdt/held.ts';
import { type Op, readOp } from './crdt/op.ts';
import type { PackedOp } from './crdt/packedOp.ts';
import type { HeldRecord, Logger, OpRecord, OpStore, PeerPlace, Signer } from './ports.ts';

export interface LoadDeps {
  readonly store: OpStore;
  /** 32 fresh random bytes. */
  readonly createKey: () => Uint8Array;
  readonly createSigner: (secretKey: Uint8Array) => Signer;
  /** What the page remembers of this replica; null: nothing. */
  readonly canary: Canary | null;
  readonly heldLimits: HeldLimits;
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
  /** Records of the log that were damaged and put aside. */
  readonly damagedRecords: number;
  /** Where this replica stands in the logs of peers. */
  readonly places: readonly PeerPlace[];
  readonly durability: 'persisted' | 'best-effort' | 'memory';
}

/** Rejects if the store cannot be read. */
export async function loadReplica(deps: LoadDeps): Promise<LoadedReplica> {
  const { store, logger } = deps;
  const document = createDocument(deps.heldLimits);
  const unacknowledgedKeys = new Set(await store.readUnacknowledged());
  const unacknowledged = new Map<SeenKey, PackedOp>();
  let loggedOps = 0;
  for await (const records of store.readOps()) {
    loggedOps += records.length;
    for (const op of readRecords(records, logger)) {
      document.apply(op);
      if (unacknowledgedKeys.has(op.key)) unacknowledged.set(op.key, op.bytes);
    }
  }
  const damagedRecords = store.damagedRecords();
  if (damagedRecords > 0) {
    logger.error('damaged records were put aside', { records: damagedRecords });
    loggedOps = await repair(store, logger);
  }
  const { signer, ownOps } = await loadSigner(deps, damagedRecords > 0);
  const durability = await store.durability();
  const places = await store.readPlaces();
  return {
    places,
    document,
    signer,
    ownOps,
    unacknowledged,
    loggedOps,
    damagedRecords,
    durability,
  };
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
  const signer = createSigner(secretKey);
  const isOlder = canary?.signer === signer.publicKey && canary.ownOps > ownOps;
  if (!hasHole && !isOlder) return { signer, ownOps };
  const freshKey = createKey();
  const outcome = await store.replaceIdentity(freshKey);
  logger.warn('own ops may be missing here: signing with a new key', {
    reason: hasHole ? 'damaged records' : 'the database is older than this page remembers',
    stored: outcome.type === 'stored',
  });
  return { signer: createSigner(freshKey), ownOps: 0 };
}
