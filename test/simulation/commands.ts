/** What a user may ask for, right and wrong, from the numbers of a move. */

import type { Command, FieldName, ItemView, NewFields } from '../../worker/api.ts';
import { FIELD_NAMES, FIELD_TYPES } from '../../worker/crdt/view.ts';

const STAGES = ['1_backlog', '2_current', '3_qa', '4_merge', '5_done', '6_archived', 'elsewhere'];
const EXOTIC = ['', '\0\t"\\', '\u{1f43a} Ü', '\u0301', '__proto__', 'x'.repeat(3000), '\u202e'];
const NUMBERS = [0, 1, 1.5, -3, 1e21, 1e-7, 0.1 + 0.2, 1_700_000_000, -0];

const WRONG: readonly unknown[] = [
  null,
  {},
  { type: 'add' },
  { type: 'add', fields: { name: 7 } },
  { type: 'add', fields: { name: '\ud800' } },
  { type: 'add', fields: {}, after: 'nowhere' },
  { type: 'edit', id: 'f'.repeat(64), fields: { name: 'x' } },
  { type: 'edit', id: '__proto__', fields: {} },
  { type: 'delete', id: 17 },
  { type: 'add', fields: { name: 'x'.repeat(70_000) } },
  { type: 'add', fields: { retry_count: Number.NaN } },
];

/** `items`: what the user sees. Nearly every text that is written is unlike all others. */
export function commandOf(items: readonly ItemView[], what: number, value: number): Command {
  const kind = what % 24;
  // Mostly the same few items, so that edits meet.
  const among = value % 3 === 0 ? items.length : Math.min(items.length, 3);
  const item = items[Math.floor(what / 24) % Math.max(1, among)];
  if (kind === 0) return WRONG[value % WRONG.length] as Command;
  if (kind < 8 || item === undefined) {
    const after = [undefined, null, item?.id][value % 3];
    const fields = fieldsOf(value, 1 + (value % 4));
    return { type: 'add', fields, ...(after !== undefined && { after }) };
  }
  if (kind < 11) return { type: 'delete', id: item.id };
  return { type: 'edit', id: item.id, fields: fieldsOf(value, 1 + (value % 2)) };
}

function fieldsOf(value: number, count: number): Partial<NewFields> {
  const entries = Array.from({ length: count }, (_, at) => {
    const field = FIELD_NAMES[(value + at * 4) % FIELD_NAMES.length] ?? 'name';
    return [field, valueFor(field, value)];
  });
  return Object.fromEntries(entries) as Partial<NewFields>;
}

function valueFor(field: FieldName, value: number): NewFields[FieldName] {
  switch (FIELD_TYPES[field]) {
    case 'bool':
      return value % 2 === 0;
    case 'number':
      return value % 4 === 0 ? (NUMBERS[value % NUMBERS.length] ?? 0) : value;
    case 'string':
      if (field === 'stage') return STAGES[value % STAGES.length] ?? '';
      return value % 7 === 0 ? (EXOTIC[value % EXOTIC.length] ?? '') : `text ${value}`;
  }
}
