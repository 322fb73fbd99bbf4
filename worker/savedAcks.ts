/** Acknowledgements on their way to the store: what it could not note is tried again with the next ones. */

import type { StoreOutcome } from './ports.ts';

/** Notes further keys, and what is left of earlier ones. */
export type SaveAcks = (keys: readonly string[]) => Promise<void>;

export function createSaveAcks(
  acknowledge: (keys: readonly string[]) => Promise<StoreOutcome>,
): SaveAcks {
  const unsaved = new Set<string>();

  return async (news) => {
    for (const key of news) unsaved.add(key);
    const keys = [...unsaved];
    const { type } = await acknowledge(keys);
    if (type === 'stored') for (const key of keys) unsaved.delete(key);
  };
}
