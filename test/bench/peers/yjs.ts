/** A Y.Array of Y.Maps; each change is a transaction, its update what a provider would send. */

import * as Y from 'yjs';
import type { NewFields } from '../../../worker/crdt/view.ts';
import type { BoardChange } from '../boardWork.ts';
import type { BoardSystem } from '../sideBySide/boardSystem.ts';

type Item = Y.Map<NewFields[keyof NewFields]>;

export const system: BoardSystem = {
  async createWriter(onChange) {
    const { doc, items } = createBoard(onChange);
    let update: Uint8Array = new Uint8Array();
    doc.on('update', (bytes: Uint8Array) => {
      update = bytes;
    });
    const make = (change: BoardChange): void => {
      if (change.type === 'add') items.push([new Y.Map(Object.entries(change.fields))]);
      else items.get(change.item).set(change.field, change.value);
    };
    return {
      make,
      makeUpdate(change) {
        make(change);
        return update;
      },
      history: () => Y.encodeStateAsUpdate(doc),
    };
  },
  async createReader(onChange) {
    const { doc, items } = createBoard(onChange);
    const apply = (bytes: Uint8Array): void => Y.applyUpdate(doc, bytes);
    return { load: apply, apply, board: () => items.toJSON() as NewFields[] };
  },
};

function createBoard(onChange: () => void): { doc: Y.Doc; items: Y.Array<Item> } {
  const doc = new Y.Doc();
  const items = doc.getArray<Item>('items');
  items.observeDeep(onChange);
  return { doc, items };
}
