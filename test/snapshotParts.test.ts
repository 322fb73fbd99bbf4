import { expect, test } from 'vitest';
import type { ItemView, StreamMessage } from '../worker/api.ts';
import { SNAPSHOT_PART_ITEMS, snapshotParts } from '../worker/snapshotParts.ts';
import { EMPTY_FIELDS, itemId, LIVE_STATUS } from './support/fakeReplica.ts';

test('TAB14 a long snapshot goes out in parts that hold the same items in the same order', () => {
  const items = itemsUpTo(2 * SNAPSHOT_PART_ITEMS + 1);
  const parts = [...snapshotParts({ type: 'snapshot', items })];
  expect(parts.map((part) => ({ ...part, items: itemsOf(part).length }))).toEqual([
    { type: 'snapshot', items: SNAPSHOT_PART_ITEMS, from: 0, left: SNAPSHOT_PART_ITEMS + 1 },
    { type: 'snapshot', items: SNAPSHOT_PART_ITEMS, from: SNAPSHOT_PART_ITEMS, left: 1 },
    { type: 'snapshot', items: 1, from: 2 * SNAPSHOT_PART_ITEMS, left: 0 },
  ]);
  expect(parts.flatMap(itemsOf)).toEqual(items);
});

test('TAB14 what is not long, or no snapshot, goes out as it is', () => {
  const messages: readonly StreamMessage[] = [
    { type: 'snapshot', items: itemsUpTo(SNAPSHOT_PART_ITEMS) },
    { type: 'patch', changes: [{ type: 'remove', id: itemId(1) }] },
    { type: 'status', status: LIVE_STATUS },
  ];
  expect(messages.flatMap((message) => [...snapshotParts(message)])).toEqual(messages);
});

function itemsUpTo(count: number): readonly ItemView[] {
  return Array.from({ length: count }, (_, index) => ({
    id: itemId(index + 1),
    fields: EMPTY_FIELDS,
  }));
}

function itemsOf(message: StreamMessage): readonly ItemView[] {
  return message.type === 'snapshot' ? message.items : [];
}
