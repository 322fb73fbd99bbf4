/**
 * What the page itself keeps and asks of the browser's storage: a note of what this replica signed
 * (the canary of worker/api.ts), apart from the database so that a rolled-back one is noticed, and
 * the promise not to evict. Where the browser gives neither, the page does without.
 */
import type { Canary } from '../worker/api.ts';

export interface PageStorage {
  /** Null: none, or not readable. */
  readCanary(pipeline: string): Canary | null;
  /** Keeps the highest count noted for a signer. */
  noteCanary(pipeline: string, canary: Canary): void;
  /** True: the browser now promises not to evict this origin's data. May ask the user. */
  askToPersist(): Promise<boolean>;
}

const KEY_PREFIX = 'huskies.canary.';
const SIGNER = /^[0-9a-f]{64}$/;

export const browserStorage: PageStorage = {
  readCanary: (pipeline) => {
    try {
      return parseCanary(localStorage.getItem(KEY_PREFIX + pipeline));
    } catch {
      return null;
    }
  },
  noteCanary: (pipeline, canary) => {
    const noted = browserStorage.readCanary(pipeline);
    if (noted?.signer === canary.signer && noted.ownOps >= canary.ownOps) return;
    try {
      localStorage.setItem(KEY_PREFIX + pipeline, `${canary.signer} ${canary.ownOps}`);
    } catch {
      // No storage, or no space in it: the next start goes without a note.
    }
  },
  askToPersist: async () => {
    try {
      return await navigator.storage.persist();
    } catch {
      return false;
    }
  },
};

function parseCanary(text: string | null): Canary | null {
  const [signer = '', ownOps = '', ...rest] = (text ?? '').split(' ');
  if (!SIGNER.test(signer) || !/^\d{1,15}$/.test(ownOps) || rest.length > 0) return null;
  return { signer, ownOps: Number(ownOps) };
}
