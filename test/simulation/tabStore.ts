/** The replica's store on a simulated disk, as `idbOpStore` uses IndexedDB. */

import { type Claim, isFenced } from '../../worker/adapters/claim.ts';
import type {
  HeldRecord,
  OpRecord,
  OpStore,
  PeerPlace,
  ReplicaSnapshot,
  StoreOutcome,
} from '../../worker/ports.ts';
import { createDisk, type Disk, type Strictness } from './disk.ts';
import type { Process } from './process.ts';

export interface TabStoreState {
  secretKey: Uint8Array | null;
  ownOps: number;
  epoch: number;
  /** Who has claimed the store: every other tab's writes fail. */
  owner: Process | null;
  log: OpRecord[];
  /** Of the log and of what is held. */
  readonly keys: Set<string>;
  readonly held: Map<string, HeldRecord>;
  readonly unacknowledged: Set<string>;
  places: readonly PeerPlace[];
  snapshot: ReplicaSnapshot | null;
}

export type TabDisk = Disk<TabStoreState>;

export function createTabDisk(): TabDisk {
  return createDisk<TabStoreState>(() => ({
    secretKey: null,
    ownOps: 0,
    epoch: 0,
    owner: null,
    log: [],
    keys: new Set(),
    held: new Map(),
    unacknowledged: new Set(),
    places: [],
    snapshot: null,
  }));
}

/** Few, so that reading takes several turns. */
const OPS_PER_READ = 50;

export interface TabStoreOptions {
  readonly disk: TabDisk;
  readonly process: Process;
  /** Own ops, before they are written. */
  readonly onOwn: (records: readonly OpRecord[]) => void;
}

/** Claims the disk: whoever opened it before writes no more. null: it cannot be opened. */
export async function openTabStore(options: TabStoreOptions): Promise<OpStore | null> {
  const { disk, process } = options;
  const seen = { epoch: 0, logEnd: 0 };
  const claimed = await disk.submit(process, {
    strictness: 'strict',
    apply(state) {
      state.epoch += 1;
      state.owner = process;
      seen.epoch = state.epoch;
      seen.logEnd = state.log.length;
    },
  });
  if (claimed.type === 'stored') return createTabStore(options, { ...seen, isOnDisk: true });
  const { epoch, log } = disk.state();
  if (claimed.reason !== 'full') return null;
  return createTabStore(options, { epoch: epoch + 1, isOnDisk: false, logEnd: log.length });
}

function createTabStore({ disk, process, onOwn }: TabStoreOptions, claimed: Claim): OpStore {
  let claim = claimed;
  let { logEnd } = claimed;
  let isClosed = false;

  async function write(
    strictness: Strictness,
    apply: (state: TabStoreState) => void,
  ): Promise<StoreOutcome> {
    if (isClosed) return { type: 'failed', reason: 'broken', detail: 'the store is closed' };
    const outcome = await disk.submit(process, {
      strictness,
      apply(state) {
        state.epoch = claim.epoch;
        state.owner = process;
        apply(state);
      },
      isFenced: ({ epoch, log }) => isFenced({ epoch, logEnd: log.length }, claim),
    });
    if (outcome.type === 'stored') claim = { ...claim, isOnDisk: true };
    return outcome;
  }

  function grow(state: TabStoreState, records: readonly OpRecord[]): void {
    for (const record of records) {
      state.log.push(record);
      state.keys.add(record.key);
    }
  }

  function hold(state: TabStoreState, records: readonly HeldRecord[]): void {
    for (const record of records) {
      state.held.set(record.key, record);
      state.keys.add(record.key);
    }
  }

  return {
    async loadIdentity(createKey) {
      const { secretKey: known, ownOps } = disk.state();
      if (known !== null) return { secretKey: known, ownOps };
      const secretKey = createKey();
      const outcome = await write('strict', (state) => {
        state.secretKey = secretKey;
      });
      if (outcome.type === 'failed') throw new Error(outcome.detail);
      return { secretKey, ownOps };
    },
    replaceIdentity: (secretKey) =>
      write('strict', (state) => {
        state.secretKey = secretKey;
        state.ownOps = 0;
      }),
    async *readOps(after = 0) {
      const log = disk.state().log.slice(after);
      for (let at = 0; at < log.length; at += OPS_PER_READ) yield log.slice(at, at + OPS_PER_READ);
    },
    damagedRecords: () => 0,
    logEnd: () => logEnd,
    async readSnapshot() {
      const { snapshot } = disk.state();
      return snapshot === null || snapshot.logEnd > logEnd ? null : snapshot;
    },
    writeSnapshot: (snapshot) =>
      write('relaxed', (state) => {
        state.snapshot = snapshot;
      }),
    async rewrite({ log, held }) {
      const outcome = await write('strict', (state) => {
        state.log = [];
        state.held.clear();
        state.keys.clear();
        state.snapshot = null;
        grow(state, log);
        hold(state, held);
      });
      if (outcome.type === 'stored') logEnd = log.length;
      return outcome;
    },
    readHeld: async () => [...disk.state().held.values()],
    async readHeldFor(causes) {
      return [...disk.state().held.values()].filter(({ cause }) => causes.includes(cause));
    },
    readUnacknowledged: async () => [...disk.state().unacknowledged],
    async appendOwn(records) {
      onOwn(records);
      const outcome = await write('strict', (state) => {
        grow(state, records);
        state.ownOps += records.length;
        for (const { key } of records) state.unacknowledged.add(key);
      });
      if (outcome.type === 'stored') logEnd += records.length;
      return outcome;
    },
    async appendRemote({ applied, held, released }) {
      const outcome = await write('relaxed', (state) => {
        grow(state, applied);
        hold(state, held);
        for (const key of released) state.held.delete(key);
      });
      if (outcome.type === 'stored') logEnd += applied.length;
      return outcome;
    },
    acknowledge: (keys) =>
      write('relaxed', (state) => {
        for (const key of keys) state.unacknowledged.delete(key);
      }),
    readPlaces: async () => disk.state().places,
    savePlaces: (places) =>
      write('relaxed', (state) => {
        state.places = places;
      }),
    durability: async () => 'persisted',
    async close() {
      isClosed = true;
    },
  };
}

/** It is lost, or its bytes are others, whole or in part; a checksum would tell of most of that. */
export function spoilSnapshot(state: TabStoreState, how: number, at: number): void {
  if (state.snapshot === null) return;
  const { items } = state.snapshot;
  const spoiled = [
    null,
    { ...state.snapshot, items: items.subarray(0, at % items.length) },
    { ...state.snapshot, index: items },
  ];
  state.snapshot = spoiled[how % spoiled.length] ?? null;
}

/** The places in the logs of peers become others: too high, too low, or in another log. */
export function spoilPlaces(state: TabStoreState, how: number, by: number): void {
  state.places = state.places.map(({ peer, log, offset }) => {
    if (how % 4 === 0) return { peer, log: 'f'.repeat(32), offset };
    if (how % 4 === 1) return { peer, log, offset: Math.max(1, offset - (by % 30)) };
    return { peer, log, offset: offset + 1 + (by % 30) };
  });
}
