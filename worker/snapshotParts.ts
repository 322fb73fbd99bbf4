/** What is long as the page gets it: in parts, each read and shown within a few milliseconds. */

import type { StreamMessage } from './api.ts';

/** Some 2 ms of a page's time. */
export const SNAPSHOT_PART_ITEMS = 500;

/** Ids alone are read much sooner. */
export const UNACKNOWLEDGED_PART_ITEMS = 5000;

/** Messages that say the same as `message`, to be sent one right after another. */
export function* snapshotParts(message: StreamMessage): Generator<StreamMessage> {
  if (message.type === 'unacknowledged') {
    yield* unacknowledgedParts(message);
    return;
  }
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

type Unacknowledged = Extract<StreamMessage, { readonly type: 'unacknowledged' }>;

function* unacknowledgedParts({ change, items }: Unacknowledged): Generator<Unacknowledged> {
  const later = change === 'all' ? 'added' : change;
  for (let from = 0; from === 0 || from < items.length; from += UNACKNOWLEDGED_PART_ITEMS) {
    const part = items.slice(from, from + UNACKNOWLEDGED_PART_ITEMS);
    yield { type: 'unacknowledged', change: from === 0 ? change : later, items: part };
  }
}
