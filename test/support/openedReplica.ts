/** A replica on a store double, with everything it told. */

import { createNobleSigner } from '../../worker/adapters/nobleSigner.ts';
import type { HeldLimits } from '../../worker/crdt/held.ts';
import { verifySignature } from '../../worker/crdt/identity.ts';
import type { Change } from '../../worker/crdt/view.ts';
import type { OpRecord, OpStore, Verifier } from '../../worker/ports.ts';
import { openReplica, type Replica, type ReplicaStatus } from '../../worker/replica.ts';
import { createFaultyOpStore } from './faultyOpStore.ts';
import { createMemoryLogger, type MemoryLogger } from './memoryLogger.ts';

export interface OpenedReplica {
  readonly replica: Replica;
  readonly store: OpStore;
  readonly logger: MemoryLogger;
  readonly changes: Change[];
  /** Ops for the peers, and whom they are not for. */
  readonly offered: { readonly op: OpRecord; readonly except: string | null }[];
  readonly statuses: ReplicaStatus[];
}

export const nobleVerifier: Verifier = {
  verify: async (checks) =>
    checks.map(({ signature, digest, publicKey }) => verifySignature(signature, digest, publicKey)),
};

/** `seed`: 0–255; the same seed has the same key. */
export async function openTestReplica<Store extends OpStore>(options: {
  readonly seed: number;
  readonly store: Store;
  readonly verifier?: Verifier;
  readonly heldLimits?: HeldLimits;
}): Promise<OpenedReplica & { readonly store: Store }> {
  const { store } = options;
  const logger = createMemoryLogger();
  const changes: Change[] = [];
  const offered: { op: OpRecord; except: string | null }[] = [];
  const statuses: ReplicaStatus[] = [];
  const secretKey = await store.loadSecretKey(() => new Uint8Array(32).fill(options.seed));
  const replica = await openReplica({
    store,
    signer: createNobleSigner(secretKey),
    verifier: options.verifier ?? nobleVerifier,
    logger,
    ...(options.heldLimits && { heldLimits: options.heldLimits }),
    onChanges: (some) => changes.push(...some),
    onApplied: (ops, except) => offered.push(...ops.map((op) => ({ op, except }))),
    onStatus: (status) => statuses.push(status),
  });
  return { replica, store, logger, changes, offered, statuses };
}

export const openFaultyReplica = (seed: number) =>
  openTestReplica({ seed, store: createFaultyOpStore() });
