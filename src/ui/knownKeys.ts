/** Keys of nodes that a user may want to name: the own one, named ones, and those that hold claims. */
import type { PipelineStore } from '../pipelineStore.ts';
import { isSigner } from '../settings.ts';

/** More than anybody names. */
const KEYS_MAX = 50;

/** As they are now. `left`: how many are left out. */
export function knownKeys(
  store: PipelineStore,
  named: Iterable<string>,
): { readonly keys: readonly string[]; readonly left: number } {
  const keys = new Set([store.status()?.signer ?? '', ...named].filter(isSigner));
  for (const id of store.order()) {
    const key = store.fieldsOf(id)?.claimed_by;
    if (isSigner(key)) keys.add(key);
  }
  return { keys: [...keys].slice(0, KEYS_MAX), left: Math.max(0, keys.size - KEYS_MAX) };
}
