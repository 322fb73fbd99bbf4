/**
 * The last-writer-wins register: higher seq, then lower inner author, then lower signer, then lower
 * id. The reference stops at inner author and otherwise keeps what came first; its nodes can
 * therefore differ for ever, ours cannot.
 */

import type { OpId, PublicKey } from './bytes.ts';
import { FIELD_NAMES, type FieldName, type FieldValue, type ItemFields } from './view.ts';

/** What two writes to one register are ordered by. */
export interface Stamp {
  readonly seq: number;
  readonly innerAuthor: string;
  readonly signer: PublicKey;
  readonly id: OpId;
}

/** Whether a write stamped `a` wins over one stamped `b`. A total order on distinct stamps. */
export function wins(a: Stamp, b: Stamp): boolean {
  if (a.seq !== b.seq) return a.seq > b.seq;
  if (a.innerAuthor !== b.innerAuthor) return a.innerAuthor < b.innerAuthor;
  if (a.signer !== b.signer) return a.signer < b.signer;
  return a.id < b.id;
}

export interface LwwRegister<V> {
  readonly stamp: Stamp;
  readonly value: V;
}

/**
 * The nine registers of an item. Nothing in it changes: a write makes another one, so that a reader
 * can keep what it was given.
 */
export interface Registers {
  readonly id: OpId;
  readonly values: ItemFields;
  /** As `FIELD_NAMES`. An insert stamps all nine with one object. */
  readonly stamps: readonly Stamp[];
}

export function createRegisters(id: OpId, values: ItemFields, stamp: Stamp): Registers {
  return { id, values, stamps: FIELD_NAMES.map(() => stamp) };
}

/** The winning stamp of a register. */
export function stampOf({ stamps }: Registers, field: FieldName): Stamp {
  const stamp = stamps[FIELD_NAMES.indexOf(field)];
  if (stamp === undefined) throw new Error(`no stamp of ${field}`);
  return stamp;
}

/** The registers after one more write to one of them; the same object if the write loses. */
export function write(
  registers: Registers,
  field: FieldName,
  { stamp, value }: LwwRegister<FieldValue>,
): Registers {
  if (!wins(stamp, stampOf(registers, field))) return registers;
  const { id, values, stamps } = registers;
  return {
    id,
    values: Object.is(values[field], value) ? values : { ...values, [field]: value },
    stamps: stamps.with(FIELD_NAMES.indexOf(field), stamp),
  };
}
