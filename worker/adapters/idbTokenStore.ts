/** Tokens for relays in a small database of their own: shared by all tabs and pipelines of the origin. */

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { TokenStore } from '../ports.ts';

interface Schema extends DBSchema {
  /** Keyed by the relay's address. */
  tokens: { key: string; value: string };
}

export function createIdbTokenStore(name = 'huskies-access'): TokenStore {
  /** Opened for one use: nothing waits on it when the user clears the site's data. */
  async function use<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T | null> {
    try {
      const database = await openDB<Schema>(name, 1, {
        upgrade: (made) => void made.createObjectStore('tokens'),
      });
      try {
        return await work(database);
      } finally {
        database.close();
      }
    } catch {
      // No storage here: a token is kept while the tab that leads is open.
      return null;
    }
  }

  return {
    read: async (address) => (await use((database) => database.get('tokens', address))) ?? null,
    async write(address, token) {
      await use<unknown>((database) =>
        token === null
          ? database.delete('tokens', address)
          : database.put('tokens', token, address),
      );
    },
  };
}
