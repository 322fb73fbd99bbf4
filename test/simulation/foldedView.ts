/** A page: folds the stream onto what it shows, and finds fault with a stream that cannot be folded. */

import type { ItemId, ItemView, MessagePort, Status, StreamMessage } from '../../worker/api.ts';
import type { Change } from '../../worker/crdt/view.ts';

type UnacknowledgedMessage = Extract<StreamMessage, { readonly type: 'unacknowledged' }>;

export interface FoldedView extends MessagePort {
  /** null: no snapshot yet. */
  items(): readonly ItemView[] | null;
  /** Items with own ops that are told to be on no peer. */
  unacknowledged(): ReadonlySet<ItemId>;
  status(): Status | null;
}

export function createFoldedView(onFault: (what: string) => void): FoldedView {
  let items: ItemView[] | null = null;
  let unacknowledged: ReadonlySet<ItemId> = new Set();
  let status: Status | null = null;

  function foldUnacknowledged({ change, items: ids }: UnacknowledgedMessage): void {
    const next = new Set(change === 'all' ? [] : unacknowledged);
    for (const id of ids) {
      if (change !== 'all' && next.has(id) === (change === 'added')) {
        onFault(`an item is told as ${change} that was so before`);
      }
      if (change === 'removed') next.delete(id);
      else next.add(id);
    }
    unacknowledged = next;
  }

  function fold(view: ItemView[], change: Change): void {
    if (change.type === 'insert') {
      if (change.index > view.length) onFault('a patch inserts behind the end of the view');
      if (view.some(({ id }) => id === change.item.id)) onFault('a patch inserts an item twice');
      view.splice(change.index, 0, change.item);
      return;
    }
    const at = view.findIndex(({ id }) => id === change.id);
    const item = view[at];
    if (item === undefined) onFault(`a patch ${change.type}s an item that is not in view`);
    else if (change.type === 'remove') view.splice(at, 1);
    else view[at] = { id: item.id, fields: { ...item.fields, ...change.fields } };
  }

  function take(message: StreamMessage): void {
    switch (message.type) {
      case 'snapshot':
        items = [...message.items];
        return;
      case 'patch':
        if (items === null) onFault('a patch comes before the first snapshot');
        else for (const change of message.changes) fold(items, change);
        return;
      case 'unacknowledged':
        foldUnacknowledged(message);
        return;
      case 'status':
        status = message.status;
        return;
    }
  }

  return {
    items: () => items,
    unacknowledged: () => unacknowledged,
    status: () => status,
    postMessage: (message) => take(message as StreamMessage),
    close: () => {},
  };
}
