/**
 * The items of the pipeline: the list and the nine registers of each item. Takes ops whose causes
 * are here and answers with what changed in view.
 *
 * Invariant: the state is a function of the set of applied ops; every write below is a join.
 */

import type { OpId } from './bytes.ts';
import { type LwwRegister, type Stamp, write } from './lwwRegister.ts';
import type { DeleteOp, InsertOp, Op, SetOp } from './op.ts';
import { createRga } from './rga.ts';
import {
  type Change,
  FIELD_NAMES,
  type FieldName,
  type FieldValue,
  fieldValue,
  type ItemFields,
  type ItemView,
} from './view.ts';

type Registers = Record<FieldName, LwwRegister<FieldValue>>;

export interface Items {
  /** Applies an op whose item and origin are here. Returns the change in view, if there is one. */
  apply(op: Op): Change | undefined;
  /** Visible items in list order. */
  view(): readonly ItemView[];
  /** The fields of a visible item. */
  fields(id: OpId): ItemFields | undefined;
  /** Whether an element with this id is in the list, visible or not. */
  has(id: OpId): boolean;
  lastVisible(): OpId | undefined;
  /** Highest insert seq of the list. */
  listSeq(): number;
  /** The winning stamp of a register; undefined if there is no such item. */
  stamp(id: OpId, field: FieldName): Stamp | undefined;
}

export function createItems(): Items {
  const list = createRga();
  /** Of elements that are objects; the others are invisible and have none. */
  const registers = new Map<OpId, Registers>();

  const viewOf = (id: OpId): ItemView => ({ id, fields: readFields(registers.get(id)) });

  function insert(op: InsertOp): Change | undefined {
    const initial = initialRegisters(op);
    // The same insert signed by somebody else has the same id, so the same content; only the
    // signer in the stamps may differ.
    if (list.has(op.id)) return initial && writeFields(op.id, initial);
    list.insert(op);
    if (initial === undefined) {
      list.hide(op.id);
      return undefined;
    }
    registers.set(op.id, initial);
    return { type: 'insert', index: list.visibleIndex(op.id), item: viewOf(op.id) };
  }

  function set(op: SetOp): Change | undefined {
    const { seq, innerAuthor, signer, id } = op;
    const value = fieldValue(op.field, op.content);
    return writeFields(op.target, {
      [op.field]: { stamp: { seq, innerAuthor, signer, id }, value },
    });
  }

  function writeFields(id: OpId, writes: Partial<Registers>): Change | undefined {
    const target = registers.get(id);
    if (target === undefined) return undefined;
    const changed: [FieldName, FieldValue][] = [];
    for (const field of FIELD_NAMES) {
      const written = writes[field];
      if (written === undefined) continue;
      const before = target[field];
      target[field] = write(before, written);
      if (!Object.is(target[field].value, before.value)) changed.push([field, target[field].value]);
    }
    if (changed.length === 0 || !list.isVisible(id)) return undefined;
    return { type: 'update', id, fields: Object.fromEntries(changed) };
  }

  function remove(op: DeleteOp): Change | undefined {
    if (!list.isVisible(op.target)) return undefined;
    list.hide(op.target);
    return { type: 'remove', id: op.target };
  }

  return {
    apply(op) {
      switch (op.type) {
        case 'insert':
          return insert(op);
        case 'set':
          return set(op);
        case 'delete':
          return remove(op);
      }
    },
    view: () => Array.from(list.visibleIds(), viewOf),
    fields: (id) =>
      list.has(id) && list.isVisible(id) ? readFields(registers.get(id)) : undefined,
    has: (id) => list.has(id),
    lastVisible: () => list.lastVisible(),
    listSeq: () => list.highestSeq(),
    stamp: (id, field) => registers.get(id)?.[field].stamp,
  };
}

/** The nine registers as an insert writes them; undefined if its content is no object. */
function initialRegisters(op: InsertOp): Registers | undefined {
  const { content, id, signer } = op;
  if (content.type !== 'object') return undefined;
  const stamp: Stamp = { seq: 1, innerAuthor: id, signer, id };
  return mapFields((field) => {
    return { stamp, value: fieldValue(field, content.entries.get(field) ?? null) };
  });
}

function readFields(registers: Registers | undefined): ItemFields {
  return mapFields((field) => registers?.[field].value ?? null) as ItemFields;
}

function mapFields<T>(of: (field: FieldName) => T): Record<FieldName, T> {
  return Object.fromEntries(FIELD_NAMES.map((field) => [field, of(field)])) as Record<FieldName, T>;
}
