/**
 * Ours through the production core: the replica itself on a store in memory. Each op is signed by
 * node:crypto and verified as in the relay.
 */

import { sign } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { createMemoryOpStore } from '../../../worker/adapters/memoryOpStore.ts';
import type { Command } from '../../../worker/api.ts';
import type { PackedOp } from '../../../worker/crdt/packedOp.ts';
import type { ItemId, NewFields } from '../../../worker/crdt/view.ts';
import type { OpRecord, OpStore, ReplicaSnapshot, Signer } from '../../../worker/ports.ts';
import { nodeClock } from '../../../worker/relay/nodeSystem.ts';
import { createNodeVerifier } from '../../../worker/relay/nodeVerifier.ts';
import { openReplica, type Replica } from '../../../worker/replica.ts';
import { SLICE_OPS } from '../../../worker/wire/limits.ts';
import { createMemoryLogger } from '../../support/memoryLogger.ts';
import type { BoardChange } from '../boardWork.ts';
import { createSecretKey, publicKeyOf } from '../workload.ts';
import type { BoardSystem, BoardWriter } from './boardSystem.ts';

/** What crosses from one replica to another: each op is parsed, hashed and verified there. */
export const system: BoardSystem = {
  createWriter: (onChange) => createOursWriter(onChange, encodeOps),
  async createReader(onChange) {
    const { replica } = await openBoard(onChange);
    return {
      async load(history) {
        const ops = decodeOps(history);
        // As a connection does: the next slice is handed over before this one is done with.
        let before: Promise<unknown> = Promise.resolve();
        for (let at = 0; at < ops.length; at += SLICE_OPS) {
          const slice = ops.slice(at, at + SLICE_OPS);
          const underWay = replica.receive(slice, { peer: 'writer', frame: 'bulk' });
          await before;
          before = underWay;
        }
        await before;
      },
      apply: (update) => takeUpdate(replica, update),
      board: () => boardOf(replica),
    };
  },
};

/** What the replica that made it all finds in its own log, which it trusts. */
export const ownLog: BoardSystem = {
  createWriter: (onChange) => createOursWriter(onChange, encodeRecords),
  async createReader(onChange) {
    let replica: Replica;
    return {
      async load(history) {
        const store = createMemoryOpStore();
        await store.appendRemote({ applied: decodeRecords(history), held: [], released: [] });
        ({ replica } = await openBoard(onChange, store));
      },
      apply: (update) => takeUpdate(replica, update),
      board: () => boardOf(replica),
    };
  },
};

/** The same from the snapshot that it leaves; its log stays on the disk. */
export const snapshot: BoardSystem = {
  async createWriter(onChange) {
    let written: ReplicaSnapshot | null = null;
    const store: OpStore = {
      ...createMemoryOpStore(),
      // What is not on a disk gets no snapshot.
      durability: async () => 'best-effort',
      async writeSnapshot(next) {
        written = next;
        return { type: 'stored' };
      },
    };
    const { replica, applied } = await openBoard(onChange, store);
    const writer = createWriterOf(replica, applied);
    return {
      ...writer,
      async history() {
        replica.acknowledged(applied.map(({ key }) => key));
        // Closing writes a snapshot; what has its store in memory goes on.
        await replica.close();
        return serialize(written);
      },
    };
  },
  async createReader(onChange) {
    let replica: Replica;
    return {
      async load(history) {
        const read = deserialize(history) as ReplicaSnapshot;
        const store = { ...createMemoryOpStore(), readSnapshot: async () => read };
        ({ replica } = await openBoard(onChange, store));
      },
      apply: (update) => takeUpdate(replica, update),
      board: () => boardOf(replica),
    };
  },
};

async function createOursWriter(
  onChange: () => void,
  encode: (records: readonly OpRecord[]) => Uint8Array,
): Promise<BoardWriter> {
  const { replica, applied } = await openBoard(onChange);
  return { ...createWriterOf(replica, applied), history: () => encode(applied) };
}

function createWriterOf(
  replica: Replica,
  applied: readonly OpRecord[],
): Omit<BoardWriter, 'history'> {
  const items: ItemId[] = [];
  const make = async (change: BoardChange): Promise<void> => {
    const outcome = await replica.command(toCommand(change, items));
    if (outcome.type === 'refused') throw new Error(outcome.detail);
    if (change.type === 'add') items.push(outcome.id);
  };
  return {
    make,
    async makeUpdate(change) {
      await make(change);
      return encodeOps(applied.slice(-1));
    },
  };
}

async function takeUpdate(replica: Replica, update: Uint8Array): Promise<void> {
  await replica.receive(decodeOps(update), { peer: 'writer', frame: 'live' });
}

async function openBoard(
  onChange: () => void,
  store = createMemoryOpStore(),
): Promise<{ readonly replica: Replica; readonly applied: readonly OpRecord[] }> {
  const applied: OpRecord[] = [];
  const replica = await openReplica({
    store,
    createMemoryStore: createMemoryOpStore,
    createKey: () => new Uint8Array(32).fill(7),
    createSigner: createNodeSigner,
    canary: null,
    verifier: createNodeVerifier(async () => undefined),
    snapshots: { clock: nodeClock, leastOps: 1 },
    logger: createMemoryLogger(),
    onChanges: onChange,
    onApplied: (ops) => applied.push(...ops),
    onStatus: () => undefined,
    onFenced: () => undefined,
  });
  return { replica, applied };
}

async function createNodeSigner(secretKey: Uint8Array): Promise<Signer> {
  const secret = createSecretKey(secretKey);
  return { publicKey: publicKeyOf(secret), sign: async (digest) => sign(null, digest, secret) };
}

function toCommand(change: BoardChange, items: readonly ItemId[]): Command {
  if (change.type === 'add') return { type: 'add', fields: change.fields };
  return { type: 'edit', id: items[change.item] ?? '', fields: { [change.field]: change.value } };
}

function boardOf(replica: Replica): readonly NewFields[] {
  return replica.view().map(({ fields }) => fields as NewFields);
}

function encodeOps(records: readonly OpRecord[]): Uint8Array {
  return joinParts(records.map(({ bytes }) => bytes));
}

function decodeOps(bytes: Uint8Array): readonly PackedOp[] {
  return splitParts(bytes) as readonly PackedOp[];
}

/** As a log keeps them: with their seen-keys. */
function encodeRecords(records: readonly OpRecord[]): Uint8Array {
  return joinParts(records.flatMap(({ key, bytes }) => [Buffer.from(key, 'hex'), bytes]));
}

function decodeRecords(bytes: Uint8Array): readonly OpRecord[] {
  const parts = splitParts(bytes);
  return Array.from({ length: parts.length / 2 }, (_, index) => ({
    key: Buffer.from(parts[2 * index] ?? []).toString('hex'),
    bytes: parts[2 * index + 1] as PackedOp,
  }));
}

/** Each part behind its length in two bytes. */
function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    parts.flatMap((part) => [Uint8Array.of(part.length >> 8, part.length & 0xff), part]),
  );
}

function splitParts(bytes: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + 256 * (bytes[at] ?? 0) + (bytes[at + 1] ?? 0);
    parts.push(bytes.slice(at + 2, end));
    at = end;
  }
  return parts;
}
