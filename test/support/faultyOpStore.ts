/** A store that keeps a journal, and fails or waits when told to. It counts as a disk. */

import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import type { OpStore, ReplicaSnapshot, StoreFailure, StoreOutcome } from '../../worker/ports.ts';

export interface FaultyOpStore extends OpStore {
  /** Writes, oldest first: what was written and how much. */
  readonly journal: readonly string[];
  /** Every write fails like this, until `mend`. */
  fail(reason: StoreFailure): void;
  mend(): void;
  /** Reads reject, until `mend`. */
  failReads(): void;
  /** Writes wait until `resume`. */
  pause(): void;
  resume(): void;
  /** The record of this op is damaged, until the log is rewritten. */
  damage(key: string): void;
  /** What a start finds; null: nothing. */
  snapshot: ReplicaSnapshot | null;
}

export function createFaultyOpStore(): FaultyOpStore {
  const store = createMemoryOpStore();
  const journal: string[] = [];
  let failure: StoreOutcome | null = null;
  let areReadsBroken = false;
  const damaged = new Set<string>();
  let damagedRecords = 0;
  let gate: { readonly promise: Promise<void>; readonly open: () => void } | null = null;

  async function write(
    entry: string,
    transact: () => Promise<StoreOutcome>,
  ): Promise<StoreOutcome> {
    await gate?.promise;
    journal.push(entry);
    return failure ?? transact();
  }

  const faulty: FaultyOpStore = {
    ...store,
    journal,
    snapshot: null,
    readSnapshot: async () => faulty.snapshot,
    writeSnapshot: (snapshot) =>
      write(snapshot === null ? 'no snapshot' : `snapshot ${snapshot.loggedOps}`, async () => {
        faulty.snapshot = snapshot;
        return { type: 'stored' };
      }),
    damage: (key) => void damaged.add(key),
    damagedRecords: () => damagedRecords,
    durability: async () => 'best-effort',
    appendOwn: (records) => write(`own ${records.length}`, () => store.appendOwn(records)),
    appendRemote: (batch) =>
      write(
        `applied ${batch.applied.length} held ${batch.held.length} released ${batch.released.length}`,
        () => store.appendRemote(batch),
      ),
    replaceIdentity: (secretKey) =>
      write('identity replaced', () => store.replaceIdentity(secretKey)),
    rewrite: (contents) =>
      write(`rewritten ${contents.log.length}`, () => {
        damaged.clear();
        faulty.snapshot = null;
        return store.rewrite(contents);
      }),
    acknowledge: (keys) => write(`acknowledged ${keys.length}`, () => store.acknowledge(keys)),
    fail(reason) {
      failure = { type: 'failed', reason, detail: `the store is ${reason}` };
    },
    failReads() {
      areReadsBroken = true;
    },
    async *readOps(after) {
      if (areReadsBroken) throw unreadable();
      damagedRecords = 0;
      for await (const records of store.readOps(after)) {
        const sound = records.filter(({ key }) => !damaged.has(key));
        damagedRecords += records.length - sound.length;
        yield sound;
      }
    },
    readHeldFor: (causes) =>
      areReadsBroken ? Promise.reject(unreadable()) : store.readHeldFor(causes),
    mend() {
      failure = null;
      areReadsBroken = false;
    },
    pause() {
      let open = (): void => {};
      const promise = new Promise<void>((resolve) => {
        open = resolve;
      });
      gate = { promise, open };
    },
    resume() {
      gate?.open();
      gate = null;
    },
  };
  return faulty;
}

function unreadable(): Error {
  return new Error('the store cannot be read');
}
