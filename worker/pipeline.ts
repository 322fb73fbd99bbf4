/**
 * Commands: what a user asks of the pipeline, turned into ops to sign. Pure. A command comes from a
 * page, which may be anybody's, so every part of it is looked at before it is used.
 */

import type { Command, CommandOutcome, CommandRefusal } from './api.ts';
import { type OpId, type PublicKey, parseOpId, ROOT } from './crdt/bytes.ts';
import {
  draftDelete,
  draftInsert,
  draftSet,
  EMPTY_FIELDS,
  emittableValue,
  type UnsignedOp,
} from './crdt/emit.ts';
import type { Items } from './crdt/items.ts';
import { FIELD_NAMES, type FieldName, isFieldName, type NewFields } from './crdt/view.ts';

/** What a command is planned on. */
export type PipelineItems = Pick<Items, 'fields' | 'has' | 'lastVisible' | 'listSeq' | 'stamp'>;

/** Makes the op at a given seq, so that it can be made again one higher. */
export interface Draft {
  readonly seq: number;
  at(seq: number): UnsignedOp;
}

export type CommandPlan =
  /** `target`: the item that the ops are about; null: the one that the first op makes. */
  | { readonly type: 'planned'; readonly target: OpId | null; readonly drafts: readonly Draft[] }
  | Refusal;

export type Refusal = Extract<CommandOutcome, { readonly type: 'refused' }>;

export function refuse(reason: CommandRefusal, detail: string): Refusal {
  return { type: 'refused', reason, detail };
}

/** What `command` takes on these items when `author` signs. Never throws on any input. */
export function planCommand(
  items: PipelineItems,
  command: Command,
  author: PublicKey,
): CommandPlan {
  switch (command?.type) {
    case 'add':
      return planAdd(items, command, author);
    case 'edit':
      return planEdit(items, command, author);
    case 'delete':
      return planDelete(items, command, author);
    default:
      return refuse('bad-value', 'no such command');
  }
}

type CommandOf<Type> = Extract<Command, { readonly type: Type }>;

function planAdd(items: PipelineItems, command: CommandOf<'add'>, author: PublicKey): CommandPlan {
  const given = readFields(command.fields);
  if (given.type === 'refused') return given;
  const origin = placeAfter(items, command.after);
  if (origin === undefined) return refuse('no-such-item', 'there is no such item to go after');
  const fields: NewFields = { ...EMPTY_FIELDS, ...given.fields };
  // The list takes any seq; at the last one the order among siblings is decided by author and id.
  const seq = Math.min(items.listSeq() + 1, Number.MAX_SAFE_INTEGER);
  const draft: Draft = { seq, at: (at) => draftInsert({ author, origin, seq: at, fields }) };
  return { type: 'planned', target: null, drafts: [draft] };
}

function placeAfter(items: PipelineItems, after: unknown): OpId | undefined {
  if (after === undefined) return items.lastVisible() ?? ROOT;
  if (after === null) return ROOT;
  const id = typeof after === 'string' ? parseOpId(after) : undefined;
  return id !== undefined && items.has(id) ? id : undefined;
}

function planEdit(
  items: PipelineItems,
  command: CommandOf<'edit'>,
  author: PublicKey,
): CommandPlan {
  const target = visibleItem(items, command.id);
  if (target === undefined) return refuse('no-such-item', 'the item is not there, or deleted');
  const given = readFields(command.fields);
  if (given.type === 'refused') return given;
  const current = items.fields(target);
  const drafts: Draft[] = [];
  for (const field of FIELD_NAMES) {
    const value = given.fields[field];
    if (value === undefined || Object.is(value, current?.[field])) continue;
    const seq = (items.stamp(target, field)?.seq ?? 0) + 1;
    if (seq > Number.MAX_SAFE_INTEGER) {
      return refuse('seq-exhausted', `${field} was set with the last seq there is`);
    }
    drafts.push({ seq, at: (at) => draftSet({ author, target, field, seq: at, value }) });
  }
  return { type: 'planned', target, drafts };
}

function planDelete(
  items: PipelineItems,
  command: CommandOf<'delete'>,
  author: PublicKey,
): CommandPlan {
  const target = visibleItem(items, command.id);
  if (target === undefined) return refuse('no-such-item', 'the item is not there, or deleted');
  const seq = Math.min(items.listSeq() + 1, Number.MAX_SAFE_INTEGER);
  const draft: Draft = { seq, at: (at) => draftDelete({ author, target, seq: at }) };
  return { type: 'planned', target, drafts: [draft] };
}

function visibleItem(items: PipelineItems, id: unknown): OpId | undefined {
  const known = typeof id === 'string' ? parseOpId(id) : undefined;
  return known !== undefined && items.fields(known) !== undefined ? known : undefined;
}

type ReadFields = { readonly type: 'fields'; readonly fields: Partial<NewFields> } | Refusal;

function readFields(given: unknown): ReadFields {
  if (typeof given !== 'object' || given === null) return refuse('bad-value', 'no fields');
  const fields: [FieldName, NewFields[FieldName]][] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!isFieldName(name)) return refuse('bad-value', `an item has no field ${name}`);
    const emittable = emittableValue(name, value);
    if (emittable === undefined) return refuse('bad-value', `not a value for ${name}`);
    fields.push([name, emittable]);
  }
  return { type: 'fields', fields: Object.fromEntries(fields) };
}
