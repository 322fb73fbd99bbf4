/** A replica on a store double, with everything it told. */

import { vi } from 'vitest';
import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import type { Canary } from '../../worker/api.ts';
import { verifySignature } from '../../worker/crdt/curve.ts';
import type { HeldLimits } from '../../worker/crdt/held.ts';
import type { Change } from '../../worker/crdt/view.ts';
import type { OpRecord, OpStore, Verifier } from '../../worker/ports.ts';
import { openReplica, type Replica, type ReplicaStatus } from '../../worker/replica.ts';
import type { UnacknowledgedChange } from '../../worker/unacknowledgedOps.ts';
import { createFaultyOpStore } from './faultyOpStore.ts';
import { createManualClock, type ManualClock } from './manualClock.ts';
import { createMemoryLogger, type MemoryLogger } from './memoryLogger.ts';
import { createNobleSigner } from './nobleSigner.ts';

export interface OpenedReplica {
  readonly replica: Replica;
  readonly store: OpStore;
  readonly logger: MemoryLogger;
  readonly changes: Change[];
  /** Ops for the peers, and whom they are not for. */
  readonly offered: { readonly op: OpRecord; readonly except: string | null }[];
  readonly statuses: ReplicaStatus[];
  readonly unacknowledged: UnacknowledgedChange[];
  readonly onFenced: () => void;
  readonly onDamaged: () => void;
  readonly clock: ManualClock;
}

export const nobleVerifier: Verifier = {
  verify: async (checks) =>
    checks.map(({ signature, digest, publicKey }) => verifySignature(signature, digest, publicKey)),
};

export interface TestReplicaOptions<Store extends OpStore> {
  /** 0–255: the first key made is this byte 32 times, the next one the byte above, and so on. */
  readonly seed: number;
  readonly store: Store;
  readonly verifier?: Verifier;
  readonly heldLimits?: HeldLimits;
  readonly canary?: Canary;
  /** New ops that are worth a snapshot. */
  readonly snapshotOps?: number;
}

export async function openTestReplica<Store extends OpStore>(
  options: TestReplicaOptions<Store>,
): Promise<OpenedReplica & { readonly store: Store }> {
  const { store, heldLimits, canary = null, verifier = nobleVerifier, snapshotOps } = options;
  const logger = createMemoryLogger();
  const changes: Change[] = [];
  const offered: { op: OpRecord; except: string | null }[] = [];
  const statuses: ReplicaStatus[] = [];
  const unacknowledged: UnacknowledgedChange[] = [];
  const onFenced = vi.fn();
  const onDamaged = vi.fn();
  const clock = createManualClock();
  let keys = 0;
  const replica = await openReplica({
    store,
    createMemoryStore: createMemoryOpStore,
    createKey() {
      keys += 1;
      return new Uint8Array(32).fill(options.seed + keys - 1);
    },
    createSigner: async (secretKey) => createNobleSigner(secretKey),
    canary,
    verifier,
    logger,
    ...(heldLimits && { heldLimits }),
    onChanges: (some) => changes.push(...some),
    onApplied: (ops, except) => offered.push(...ops.map((op) => ({ op, except }))),
    onStatus: (status) => statuses.push(status),
    onUnacknowledged: (change) => unacknowledged.push(change),
    onFenced,
    onDamaged,
    snapshots: { clock, leastOps: snapshotOps },
  });
  const told = { changes, offered, statuses, unacknowledged };
  return { replica, store, logger, ...told, onFenced, onDamaged, clock };
}

export const openFaultyReplica = (seed: number) =>
  openTestReplica({ seed, store: createFaultyOpStore() });
