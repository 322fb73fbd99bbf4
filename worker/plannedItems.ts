/**
 * The items as they will be once some own ops are applied, for planning the commands that follow
 * them: ops of many commands are then stored in one transaction.
 *
 * Invariant: for adding at the end and for editing it answers as the items would after applying the
 *   ops. Nothing else may be planned on it; `isOpen` says so.
 */

import type { OpId } from './crdt/bytes.ts';
import type { Stamp } from './crdt/lwwRegister.ts';
import type { InsertOp, Op, SetOp } from './crdt/op.ts';
import { FIELD_NAMES, type FieldName, fieldValue, type ItemFields } from './crdt/view.ts';
import type { PipelineItems } from './pipeline.ts';

export interface PlannedItems extends PipelineItems {
  note(op: Op): void;
  /** Whether a further command can be planned: no op was noted that may change which item is last. */
  isOpen(): boolean;
}

export function createPlannedItems(items: PipelineItems): PlannedItems {
  const changed = new Map<OpId, ItemFields>();
  const stamps = new Map<string, Stamp>();
  let last = items.lastVisible();
  let listSeq = items.listSeq();
  let isOpen = true;

  const fields = (id: OpId): ItemFields | undefined => changed.get(id) ?? items.fields(id);

  function noteInsert(op: InsertOp): void {
    const { content, id, signer, seq, origin } = op;
    if (content.type !== 'object') return;
    const initial = FIELD_NAMES.map((field) => {
      stamps.set(stampName(id, field), { seq: 1, innerAuthor: id, signer, id });
      return [field, fieldValue(field, content.entries.get(field) ?? null)];
    });
    changed.set(id, Object.fromEntries(initial) as unknown as ItemFields);
    listSeq = Math.max(listSeq, seq);
    isOpen = isOpen && origin === (last ?? origin);
    last = id;
  }

  function noteSet(op: SetOp): void {
    const { target, field, content, seq, innerAuthor, signer, id } = op;
    const before = fields(target);
    if (before === undefined) return;
    changed.set(target, { ...before, [field]: fieldValue(field, content) });
    stamps.set(stampName(target, field), { seq, innerAuthor, signer, id });
  }

  return {
    note(op) {
      if (op.type === 'insert') noteInsert(op);
      else if (op.type === 'set') noteSet(op);
      else isOpen = false;
    },
    isOpen: () => isOpen,
    fields,
    has: (id) => changed.has(id) || items.has(id),
    lastVisible: () => last,
    listSeq: () => listSeq,
    stamp: (id, field) => stamps.get(stampName(id, field)) ?? items.stamp(id, field),
  };
}

function stampName(id: OpId, field: FieldName): string {
  return `${id} ${field}`;
}
