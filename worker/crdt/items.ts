/**
 * The items of the pipeline: the list and the nine registers of each item. Takes ops whose causes
 * are here and answers with what changed in view.
 *
 * Invariant 1: the state is a function of the set of applied ops; every write below is a join.
 * Invariant 2: exactly the visible elements have registers. A deleted item shows nothing ever again,
 *   so what it held goes with it.
 * Invariant 3: nothing here keeps an op, or the frame that it came in, alive.
 */

import type { OpId, PublicKey } from './bytes.ts';
import { createRegisters, type Registers, type Stamp, stampOf, write } from './lwwRegister.ts';
import type { DeleteOp, InsertOp, Op, SetOp } from './op.ts';
import { ownText } from './ownText.ts';
import { createRga, type PlacedElement, type Placement, type Rga, restoreRga } from './rga.ts';
import type { Value } from './value.ts';
import {
  type Change,
  FIELD_NAMES,
  type FieldName,
  type FieldValue,
  fieldValue,
  type ItemFields,
  type ItemView,
  mapFields,
} from './view.ts';

export interface Items {
  /** Applies an op whose item and origin are here. Returns the change in view, if there is one. */
  apply(op: Op): Change | undefined;
  /** Visible items in list order. */
  view(): readonly ItemView[];
  /** The fields of a visible item. */
  fields(id: OpId): ItemFields | undefined;
  /** Whether an element with this id is in the list, visible or not. */
  has(id: OpId): boolean;
  /** What the insert of an element said of itself, visible or not. */
  placement(id: OpId): Pick<Placement, 'seq' | 'innerAuthor'> | undefined;
  lastVisible(): OpId | undefined;
  /** Highest insert seq of the list. */
  listSeq(): number;
  /** The winning stamp of a register; undefined if there is no such item, or it was deleted. */
  stamp(id: OpId, field: FieldName): Stamp | undefined;
  /** All of it, at this moment: later ops change nothing in what was returned. */
  contents(): ItemsContents;
}

export interface ItemsContents {
  /** In list order. */
  readonly elements: readonly PlacedElement[];
  /** Of each element; null: it is invisible. */
  readonly registers: readonly (Registers | null)[];
}

/** Visible items in list order. */
export function viewOf({ registers }: ItemsContents): readonly ItemView[] {
  return registers.flatMap((held) => held ?? []).map(({ id, values }) => ({ id, fields: values }));
}

export function createItems(): Items {
  return createFrom(createRga(), new Map());
}

/** `contents`: as that of other items. Undefined: no items have such contents. */
export function restoreItems({ elements, registers }: ItemsContents): Items | undefined {
  const list = restoreRga(elements);
  const isWhole =
    elements.length === registers.length &&
    elements.every(({ id, isVisible }, index) => {
      const held = registers[index];
      return isVisible ? held?.id === id : held === null;
    });
  if (list === undefined || !isWhole) return undefined;
  const visible = registers.filter((held) => held !== null);
  return createFrom(list, new Map(visible.map((held) => [held.id, held])));
}

function createFrom(list: Rga, registers: Map<OpId, Registers>): Items {
  const authors = new Map<PublicKey, PublicKey>();

  const itemOf = (id: OpId): ItemView => ({ id, fields: valuesOf(id) });

  function valuesOf(id: OpId): ItemFields {
    const found = registers.get(id);
    if (found === undefined) throw new Error(`no registers of ${id}`);
    return found.values;
  }

  /** One text for each author, however many ops name it. */
  function shared(author: PublicKey): PublicKey {
    const known = authors.get(author);
    if (known !== undefined) return known;
    authors.set(author, author);
    return author;
  }

  function insert(op: InsertOp): Change | undefined {
    const { id, origin, seq, content } = op;
    const stamp: Stamp = { seq: 1, innerAuthor: id, signer: shared(op.signer), id };
    // Signed by somebody else too: the same id, so the same content; the signer decides.
    if (list.has(id)) return writeAll(id, stamp, content);
    list.insert({ id, origin, seq, innerAuthor: shared(op.innerAuthor) });
    if (content.type !== 'object') {
      list.hide(id);
      return undefined;
    }
    registers.set(id, createRegisters(id, initialValues(content.entries), stamp));
    return { type: 'insert', index: list.visibleIndex(id), item: itemOf(id) };
  }

  function writeAll(id: OpId, stamp: Stamp, content: Value): Change | undefined {
    const before = registers.get(id);
    if (before === undefined || content.type !== 'object') return undefined;
    const initial = initialValues(content.entries);
    const after = FIELD_NAMES.reduce(
      (joined, field) => write(joined, field, { stamp, value: initial[field] }),
      before,
    );
    return replace(before, after);
  }

  function set(op: SetOp): Change | undefined {
    const before = registers.get(op.target);
    if (before === undefined) return undefined;
    const { field, seq, id } = op;
    const innerAuthor =
      op.innerAuthor === (before.id as string) ? before.id : shared(op.innerAuthor);
    const stamp: Stamp = { seq, innerAuthor, signer: shared(op.signer), id };
    const value = owned(fieldValue(field, op.content));
    return replace(before, write(before, field, { stamp, value }));
  }

  function replace(before: Registers, after: Registers): Change | undefined {
    if (after === before) return undefined;
    registers.set(before.id, after);
    if (after.values === before.values) return undefined;
    const changed = FIELD_NAMES.filter(
      (name) => !Object.is(after.values[name], before.values[name]),
    );
    const fields = Object.fromEntries(changed.map((name) => [name, after.values[name]]));
    return { type: 'update', id: before.id, fields };
  }

  function remove(op: DeleteOp): Change | undefined {
    if (!registers.delete(op.target)) return undefined;
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
    view: () => Array.from(list.visibleIds(), itemOf),
    fields: (id) => registers.get(id)?.values,
    has: (id) => list.has(id),
    placement: (id) => list.placement(id),
    lastVisible: () => list.lastVisible(),
    listSeq: () => list.highestSeq(),
    stamp(id, field) {
      const found = registers.get(id);
      return found && stampOf(found, field);
    },
    contents() {
      const elements = list.elements();
      return { elements, registers: elements.map(({ id }) => registers.get(id) ?? null) };
    },
  };
}

/** The nine registers as an insert writes them. */
function initialValues(entries: ReadonlyMap<string, Value>): ItemFields {
  return mapFields((field) => owned(fieldValue(field, entries.get(field) ?? null)));
}

function owned(value: FieldValue): FieldValue {
  return typeof value === 'string' ? ownText(value) : value;
}
