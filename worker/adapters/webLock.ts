/** One holder per origin and name, by the Web Locks API. */

import type { Lock } from '../ports.ts';

/** null: this realm has no locks (plain http on an address that is no secure context). */
export function createWebLock(name: string): Lock | null {
  if (navigator.locks === undefined) return null;
  return {
    acquire: () =>
      new Promise((resolve, reject) => {
        navigator.locks
          .request(name, () => new Promise<void>((release) => resolve({ release })))
          .catch(reject);
      }),
  };
}
