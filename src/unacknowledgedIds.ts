/** The items with own edits that no peer has yet: a signal for each item that somebody reads. */
import { createSignal, getListener, type Signal } from 'solid-js';
import type { ItemId, StreamMessage } from '../worker/api.ts';

export interface UnacknowledgedIds {
  /** Tracks the item. */
  has(id: ItemId): boolean;
  receive(message: Extract<StreamMessage, { readonly type: 'unacknowledged' }>): void;
}

export function createUnacknowledgedIds(): UnacknowledgedIds {
  const ids = new Set<ItemId>();
  const signals = new Map<ItemId, Signal<boolean>>();

  const announce = (touched: Iterable<ItemId>): void => {
    for (const id of touched) signals.get(id)?.[1](ids.has(id));
  };

  return {
    has: (id) => {
      if (getListener() === null) return ids.has(id);
      const signal = signals.get(id) ?? createSignal(ids.has(id));
      signals.set(id, signal);
      return signal[0]();
    },
    receive: ({ change, items }) => {
      const before = change === 'all' ? [...ids] : [];
      if (change === 'all') ids.clear();
      for (const id of items) {
        if (change === 'removed') ids.delete(id);
        else ids.add(id);
      }
      announce(before);
      announce(items);
    },
  };
}
