/**
 * A table of a MergeableStore, a row an item. It has no lists: the rows' ids, which sort as the
 * items do, stand for the order. Synchronizers send the changes of each transaction.
 */

import { createMergeableStore, type MergeableChanges, type MergeableStore } from 'tinybase';
import type { NewFields } from '../../../worker/crdt/view.ts';
import type { BoardChange } from '../boardWork.ts';
import { type BoardSystem, decodeJson, encodeJson } from '../sideBySide/boardSystem.ts';

export const system: BoardSystem = {
  async createWriter(onChange) {
    const store = createBoard('writer', onChange);
    let update: unknown;
    store.addDidFinishTransactionListener(() => {
      update = store.getTransactionMergeableChanges();
    });
    let rows = 0;
    const make = (change: BoardChange): void => {
      if (change.type === 'set') {
        store.setCell('items', rowId(change.item), change.field, change.value);
        return;
      }
      store.setRow('items', rowId(rows), { ...change.fields });
      rows += 1;
    };
    return {
      make,
      makeUpdate(change) {
        make(change);
        return encodeJson(update);
      },
      history: () => encodeJson(store.getMergeableContent()),
    };
  },
  async createReader(onChange) {
    const store = createBoard('reader', onChange);
    const apply = (bytes: Uint8Array): unknown =>
      store.applyMergeableChanges(decodeJson<MergeableChanges>(bytes));
    const rowOf = (id: string): unknown => store.getRow('items', id);
    return {
      load: apply,
      apply,
      board: () => store.getRowIds('items').sort().map(rowOf) as NewFields[],
    };
  },
};

function createBoard(id: string, onChange: () => void): MergeableStore {
  const store = createMergeableStore(id);
  store.addTablesListener(onChange);
  return store;
}

function rowId(item: number): string {
  return String(item).padStart(8, '0');
}
