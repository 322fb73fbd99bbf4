/** A store that lasts as long as its tab: for pages that have neither locks nor a database. */

import type { HeldRecord, OpRecord, OpStore, StoreOutcome } from '../ports.ts';

const STORED: StoreOutcome = { type: 'stored' };

export function createMemoryOpStore(): OpStore {
  const log: OpRecord[] = [];
  const held = new Map<string, HeldRecord>();
  const unacknowledged = new Set<string>();
  let secretKey: Uint8Array | undefined;

  return {
    async loadSecretKey(createKey) {
      secretKey ??= createKey();
      return secretKey;
    },
    async *readOps() {
      if (log.length > 0) yield log.slice();
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
    durability: async () => 'memory',
    close: async () => {},
  };
}
