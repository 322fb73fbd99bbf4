import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import type { Op } from '../../worker/crdt/op.ts';
import type { Verifier } from '../../worker/ports.ts';
import { openReplica } from '../../worker/replica.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import { quantile } from './timing.ts';

const silent = (): void => undefined;

/** How many are timed. */
export const LATER_OPS = 300;

/**
 * Median milliseconds of a replica that holds `ops` but the last ones to take in one of those, to
 * its patch.
 */
export async function timeOneOps(ops: readonly Op[], verifier: Verifier): Promise<number> {
  let patchedMs = 0;
  const store = createMemoryOpStore();
  await store.appendRemote({ applied: ops.slice(0, -LATER_OPS), held: [], released: [] });
  const replica = await openReplica({
    store,
    createMemoryStore: createMemoryOpStore,
    createKey: () => new Uint8Array(32).fill(7),
    createSigner: async (secretKey) => createNobleSigner(secretKey),
    canary: null,
    verifier,
    logger: { info: silent, warn: silent, error: silent },
    onChanges() {
      patchedMs = performance.now();
    },
    onApplied: silent,
    onStatus: silent,
    onFenced: silent,
  });
  const samples: number[] = [];
  for (const op of ops.slice(-LATER_OPS)) {
    patchedMs = 0;
    const startMs = performance.now();
    await replica.receive([op.bytes], { peer: 'the bench', frame: 'live' });
    // A set that comes to nothing changes no view.
    if (patchedMs > 0) samples.push(patchedMs - startMs);
  }
  return quantile(samples, 0.5);
}
