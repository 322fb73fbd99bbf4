/** A store that lasts as long as its tab: for pages that have neither locks nor a database. */

import type { HeldRecord, Identity, OpRecord, OpStore, PeerPlace, StoreOutcome } from '../ports.ts';

const STORED: StoreOutcome = { type: 'stored' };

export function createMemoryOpStore(): OpStore {
  let log: OpRecord[] = [];
  const held = new Map<string, HeldRecord>();
  const unacknowledged = new Set<string>();
  let identity: Identity | undefined;
  let places: readonly PeerPlace[] = [];

  return {
    async loadIdentity(createKey) {
      identity ??= { secretKey: createKey(), ownOps: 0 };
      return identity;
    },
    async replaceIdentity(secretKey) {
      identity = { secretKey, ownOps: 0 };
      return STORED;
    },
    async *readOps(after = 0) {
      if (log.length > after) yield log.slice(after);
    },
    damagedRecords: () => 0,
    logEnd: () => log.length,
    readSnapshot: async () => null,
    writeSnapshot: async () => STORED,
    async rewrite(contents) {
      log = [...contents.log];
      held.clear();
      for (const record of contents.held) held.set(record.key, record);
      return STORED;
    },
    readHeld: async () => [...held.values()],
    async readHeldFor(causes) {
      const wanted = new Set(causes);
      return [...held.values()].filter(({ cause }) => wanted.has(cause));
    },
    readUnacknowledged: async () => [...unacknowledged],
    async appendOwn(records) {
      for (const record of records) {
        log.push(record);
        unacknowledged.add(record.key);
      }
      if (identity) identity = { ...identity, ownOps: identity.ownOps + records.length };
      return STORED;
    },
    async appendRemote({ applied, held: waiting, released }) {
      for (const record of applied) log.push(record);
      for (const record of waiting) held.set(record.key, record);
      for (const key of released) held.delete(key);
      return STORED;
    },
    async acknowledge(keys) {
      for (const key of keys) unacknowledged.delete(key);
      return STORED;
    },
    readPlaces: async () => places,
    async savePlaces(next) {
      places = next;
      return STORED;
    },
    durability: async () => 'memory',
    close: async () => {},
  };
}
