/** An item as people see it, and the steps from one view to the next. */

import type { Value } from './value.ts';

/** 32-byte id of an item, 64 lower-case hex digits. */
export type ItemId = string;

/** The nine registers of an item. `null`: the register holds a value of the wrong type. */
export interface ItemFields {
  readonly story_id: string | null;
  readonly stage: string | null;
  readonly name: string | null;
  readonly agent: string | null;
  readonly depends_on: string | null;
  readonly claimed_by: string | null;
  readonly retry_count: number | null;
  /** Unix time in seconds; 0: not claimed. */
  readonly claimed_at: number | null;
  readonly blocked: boolean | null;
}

export type FieldName = keyof ItemFields;

/** Values a user can write: as `ItemFields`, never null. */
export type NewFields = { readonly [Name in FieldName]: NonNullable<ItemFields[Name]> };

export interface ItemView {
  readonly id: ItemId;
  readonly fields: ItemFields;
}

/** One step from one view to the next; a patch's changes apply in their order. */
export type Change =
  /** `index`: place among all visible items, at the moment this change applies. */
  | { readonly type: 'insert'; readonly index: number; readonly item: ItemView }
  | { readonly type: 'update'; readonly id: ItemId; readonly fields: Partial<ItemFields> }
  | { readonly type: 'remove'; readonly id: ItemId };

/** The value type of each register; the keys are in the order in which ours are emitted. */
export const FIELD_TYPES = {
  agent: 'string',
  blocked: 'bool',
  claimed_at: 'number',
  claimed_by: 'string',
  depends_on: 'string',
  name: 'string',
  retry_count: 'number',
  stage: 'string',
  story_id: 'string',
} as const satisfies Record<FieldName, 'string' | 'bool' | 'number'>;

export const FIELD_NAMES = Object.keys(FIELD_TYPES) as readonly FieldName[];

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(FIELD_TYPES, name);
}

export type FieldValue = ItemFields[FieldName];

/** What a register shows for a value: null if it has not the register's type. */
export function fieldValue(field: FieldName, value: Value | null): FieldValue {
  if (value?.type !== FIELD_TYPES[field]) return null;
  switch (value.type) {
    case 'string':
      return value.string;
    case 'bool':
      return value.bool;
    case 'number':
      return value.number;
  }
}

const NO_VALUES = Object.fromEntries(FIELD_NAMES.map((field) => [field, null]));

/** The fields of an item, one by one. All that are made here have one shape in memory. */
export function mapFields(of: (field: FieldName) => FieldValue): ItemFields {
  const values: Partial<Record<FieldName, FieldValue>> = { ...NO_VALUES };
  for (const field of FIELD_NAMES) values[field] = of(field);
  return values as ItemFields;
}
