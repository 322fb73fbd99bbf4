/**
 * The store as a replica uses it: with a memory store to fall back to, so that a board goes on when
 * its disk is gone.
 *
 * Invariant 1: the memory store that takes over holds all of the log that could still be read, and
 *   every own op that no peer has, before anything else uses it.
 * Invariant 2: after the fall nothing more is read from or written to the broken store.
 */

import type { Durability } from './api.ts';
import type { Logger, OpRecord, OpStore, ReplicaSnapshot, StoreOutcome } from './ports.ts';

export interface ReplicaStore {
  durability(): Durability;
  /** Whether what is stored now outlives this tab; if not, nothing is acknowledged to peers. */
  isDurable(): boolean;
  /** Writes to the store of the day. `broken` means that the next write goes to memory. */
  write(transact: (store: OpStore) => Promise<StoreOutcome>): Promise<StoreOutcome>;
  /** Writes what may be lost: how that ends changes nothing. */
  tryWrite(transact: (store: OpStore) => Promise<StoreOutcome>): void;
  /** Reads from the store of the day; what was on a disk that breaks meanwhile is not there. */
  read<T>(work: (store: OpStore) => Promise<T>): Promise<T>;
  /**
   * The log of the day behind a place in it, in slices; whole where that place was another log's.
   * Rejects when the disk breaks meanwhile; the next one is whole.
   */
  readLog(after?: number): AsyncIterable<readonly OpRecord[]>;
  /** The place in the log of the day behind all that is in it. */
  logEnd(): number;
  /** A convenience for the next start: where there is no room for it, nothing is missing. */
  writeSnapshot(snapshot: ReplicaSnapshot): Promise<void>;
  /** The disk is known to be gone. */
  fail(detail: string): Promise<void>;
  /** The user let the browser promise to keep the data, perhaps. */
  refreshDurability(): Promise<void>;
  close(): Promise<void>;
}

export interface ReplicaStoreDeps {
  readonly store: OpStore;
  readonly openedAs: 'persisted' | 'best-effort' | 'memory';
  readonly createMemoryStore: () => OpStore;
  readonly logger: Logger;
  /** Whether the replica has applied the op of this seen-key. */
  readonly isApplied: (key: string) => boolean;
  /** Own ops that no peer has acknowledged, in the order of their making. */
  readonly unacknowledged: () => readonly OpRecord[];
  /** The disk is gone, and memory with so many ops is about to take its place. */
  readonly onBroken: (loggedOps: number) => Promise<void>;
  /** Another tab has claimed the store. */
  readonly onFenced: () => void;
  /** Reading the log found damaged records. */
  readonly onDamage: () => void;
}

export function createReplicaStore(deps: ReplicaStoreDeps): ReplicaStore {
  const { logger } = deps;
  let store = deps.store;
  let openedAs = deps.openedAs;
  let fault: 'none' | 'full' | 'broken' = 'none';
  let falling: Promise<void> | null = null;

  /** Once for each store: what was under way on it may fail one after another. */
  async function fallBack(from: OpStore, detail: string): Promise<void> {
    if (from !== store) return;
    falling ??= fall(from, detail);
    await falling;
    falling = null;
  }

  async function fall(from: OpStore, detail: string): Promise<void> {
    logger.error('the store is broken; going on in memory', { detail });
    fault = 'broken';
    const memory = deps.createMemoryStore();
    const log = (await salvage(from)).filter(({ key }) => deps.isApplied(key));
    const inLog = new Set(log.map(({ key }) => key));
    const own = deps.unacknowledged().filter(({ key }) => !inLog.has(key));
    await memory.appendRemote({ applied: log, held: [], released: [] });
    await memory.appendOwn(own);
    await deps.onBroken(log.length + own.length);
    store = memory;
    void from.close().catch(() => {});
  }

  async function noteOutcome(from: OpStore, outcome: StoreOutcome): Promise<void> {
    if (outcome.type === 'stored') {
      if (fault === 'full') fault = 'none';
      return;
    }
    if (outcome.reason === 'broken') {
      await fallBack(from, outcome.detail);
      return;
    }
    logger.error('the store failed', { reason: outcome.reason, detail: outcome.detail });
    if (outcome.reason === 'fenced') deps.onFenced();
    else if (fault === 'none') fault = 'full';
  }

  function noteDamage(from: OpStore): void {
    if (from === store && from.damagedRecords() > 0) deps.onDamage();
  }

  return {
    durability: () => (fault === 'none' ? openedAs : fault),
    isDurable: () => fault !== 'broken' && openedAs !== 'memory',
    async write(transact) {
      const to = store;
      const outcome = await transact(to);
      await noteOutcome(to, outcome);
      return outcome;
    },
    tryWrite(transact) {
      if (fault === 'none') void transact(store).catch(() => undefined);
    },
    async read(work) {
      const from = store;
      try {
        const result = await work(from);
        noteDamage(from);
        return result;
      } catch (error) {
        await fallBack(from, String(error));
        if (from === store) throw error;
        return work(store);
      }
    },
    async *readLog(after = 0) {
      const from = store;
      try {
        yield* from.readOps(after > from.logEnd() ? 0 : after);
        noteDamage(from);
      } catch (error) {
        await fallBack(from, String(error));
        throw error;
      }
    },
    logEnd: () => store.logEnd(),
    async writeSnapshot(snapshot) {
      const to = store;
      const outcome = await to.writeSnapshot(snapshot);
      if (outcome.type === 'stored') return;
      if (outcome.reason !== 'full') await noteOutcome(to, outcome);
      else logger.info('no room for a snapshot', { detail: outcome.detail });
    },
    async fail(detail) {
      if (fault !== 'broken') await fallBack(store, detail);
    },
    async refreshDurability() {
      if (openedAs === 'best-effort' && fault === 'none') openedAs = await store.durability();
    },
    close: () => store.close(),
  };
}

/** The log from its start, as far as it can be read. */
async function salvage(from: OpStore): Promise<readonly OpRecord[]> {
  const log: OpRecord[] = [];
  try {
    for await (const records of from.readOps()) for (const record of records) log.push(record);
  } catch {
    // The end of what can be read.
  }
  return log;
}
