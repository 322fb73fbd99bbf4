import type { KeyTable } from '../crdt/keyTable.ts';
import type { Clock } from '../ports.ts';
import type { KeySet } from './keySet.ts';
import { createKeySet, insertKeys, sizeOf } from './keySet.ts';

/** Sets of the keys of a table that grows, made when somebody asks. */
export interface KeyHistory {
  /** All keys that the table holds when this resolves. */
  freeze(): Promise<KeySet>;
}

/** Keys that are inserted between two pauses: a few milliseconds. */
const SLICE_KEYS = 4096;

export function createKeyHistory(
  table: Pick<KeyTable, 'size' | 'bytes'>,
  clock: Pick<Clock, 'yieldTurn'>,
): KeyHistory {
  let set = createKeySet(table);
  return {
    async freeze() {
      for (;;) {
        const from = sizeOf(set);
        const count = Math.min(SLICE_KEYS, table.size() - from);
        set = insertKeys(
          set,
          Array.from({ length: count }, (_, at) => from + at),
        );
        if (sizeOf(set) === table.size()) return set;
        await clock.yieldTurn();
      }
    },
  };
}
