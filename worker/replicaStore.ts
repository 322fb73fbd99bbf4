/**
 * The store as a replica uses it: with a memory store to fall back to, so that a board goes on when
 * its disk is gone.
 *
 * Invariant: after the fall nothing more is read from or written to the broken store.
 */

import type { Durability } from './api.ts';
import type { Logger, OpStore, StoreOutcome } from './ports.ts';

export interface ReplicaStore {
  durability(): Durability;
  /** Whether what is stored now outlives this tab; if not, nothing is acknowledged to peers. */
  isDurable(): boolean;
  /** Writes to the store of the day. `broken` means that the next write goes to memory. */
  write(transact: (store: OpStore) => Promise<StoreOutcome>): Promise<StoreOutcome>;
  /** Reads from the store of the day; what was on a disk that breaks meanwhile is not there. */
  read<T>(work: (store: OpStore) => Promise<T>): Promise<T>;
  /** The store of the day, for a reading in slices. */
  current(): OpStore;
  /** The user let the browser promise to keep the data, perhaps. */
  refreshDurability(): Promise<void>;
}

export interface ReplicaStoreDeps {
  readonly store: OpStore;
  readonly openedAs: 'persisted' | 'best-effort' | 'memory';
  readonly createMemoryStore: () => OpStore;
  readonly logger: Logger;
  /** The disk is gone and memory has taken its place. */
  readonly onBroken: () => void;
  /** Another tab has claimed the store. */
  readonly onFenced: () => void;
}

export function createReplicaStore(deps: ReplicaStoreDeps): ReplicaStore {
  let store = deps.store;
  let openedAs = deps.openedAs;
  let fault: 'none' | 'full' | 'broken' = 'none';

  function fallBack(detail: string): void {
    deps.logger.error('the store is broken; going on in memory', { detail });
    void store.close().catch(() => {});
    store = deps.createMemoryStore();
    fault = 'broken';
    deps.onBroken();
  }

  function noteOutcome(outcome: StoreOutcome): void {
    if (outcome.type === 'stored') {
      if (fault === 'full') fault = 'none';
      return;
    }
    if (outcome.reason === 'broken') {
      fallBack(outcome.detail);
      return;
    }
    deps.logger.error('the store failed', { reason: outcome.reason, detail: outcome.detail });
    if (outcome.reason === 'full') fault = 'full';
    else deps.onFenced();
  }

  return {
    durability: () => (fault === 'none' ? openedAs : fault),
    isDurable: () => fault !== 'broken' && openedAs !== 'memory',
    async write(transact) {
      const outcome = await transact(store);
      noteOutcome(outcome);
      return outcome;
    },
    async read(work) {
      try {
        return await work(store);
      } catch (error) {
        if (fault === 'broken') throw error;
        fallBack(String(error));
        return work(store);
      }
    },
    current: () => store,
    async refreshDurability() {
      if (openedAs === 'best-effort' && fault === 'none') openedAs = await store.durability();
    },
  };
}
