/** A long snapshot as the page gets it: in parts, each read and shown within a few milliseconds. */

import type { StreamMessage } from './api.ts';

/** Some 2 ms of a page's time. */
export const SNAPSHOT_PART_ITEMS = 500;

/** Messages that say the same as `message`, to be sent one right after another. */
export function* snapshotParts(message: StreamMessage): Generator<StreamMessage> {
  if (message.type !== 'snapshot' || message.items.length <= SNAPSHOT_PART_ITEMS) {
    yield message;
    return;
  }
  const { items } = message;
  for (let from = 0; from < items.length; from += SNAPSHOT_PART_ITEMS) {
    const part = items.slice(from, from + SNAPSHOT_PART_ITEMS);
    yield { type: 'snapshot', items: part, from, left: items.length - from - part.length };
  }
}
