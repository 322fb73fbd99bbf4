import { createKeyTable } from '../../worker/crdt/keyTable.ts';
import { createKeySet, insertKeys, type KeySet } from '../../worker/sync/keySet.ts';
import { createSeededRandom } from './seededRandom.ts';

/** Sets of keys for tests. */

export function keySetOf(keys: readonly Uint8Array[]): KeySet {
  const table = createKeyTable(32, 7);
  const numbers = keys.map((key) => table.add(key));
  return insertKeys(createKeySet(table), numbers);
}

/** Distinct keys, the same for the same seed. */
export function someKeys(seed: string, count: number): readonly Uint8Array[] {
  const bytes = createSeededRandom(seed).bytes(32 * count);
  return Array.from({ length: count }, (_, at) => bytes.slice(32 * at, 32 * (at + 1)));
}

export function hexOf(keys: readonly Uint8Array[]): readonly string[] {
  return keys.map((key) => Buffer.from(key).toString('hex')).sort();
}
