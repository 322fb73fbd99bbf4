/** A list of maps; each change is a commit. A fresh reader gets a snapshot. */

import { LoroDoc, type LoroList, LoroMap } from 'loro-crdt';
import type { NewFields } from '../../../worker/crdt/view.ts';
import type { BoardChange } from '../boardWork.ts';
import type { BoardSystem } from '../sideBySide/boardSystem.ts';

export const system: BoardSystem = {
  async createWriter(onChange) {
    const { doc, items } = createBoard(onChange);
    let update: Uint8Array = new Uint8Array();
    doc.subscribeLocalUpdates((bytes) => {
      update = bytes;
    });
    const make = (change: BoardChange): void => {
      if (change.type === 'add') {
        const item = items.pushContainer(new LoroMap());
        for (const [field, value] of Object.entries(change.fields)) item.set(field, value);
      } else {
        (items.get(change.item) as LoroMap).set(change.field, change.value);
      }
      doc.commit();
    };
    return {
      make,
      // Loro tells its subscribers in a microtask.
      async makeUpdate(change) {
        make(change);
        await Promise.resolve();
        return update;
      },
      history: () => doc.export({ mode: 'snapshot' }),
    };
  },
  async createReader(onChange) {
    const { doc, items } = createBoard(onChange);
    return {
      load: (history) => doc.import(history),
      apply: (update) => doc.import(update),
      board: () => items.toJSON() as NewFields[],
    };
  },
};

function createBoard(onChange: () => void): { doc: LoroDoc; items: LoroList } {
  const doc = new LoroDoc();
  doc.subscribe(onChange);
  return { doc, items: doc.getList('items') };
}
