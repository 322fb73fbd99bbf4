/** What users were told, and what signers did. */

import type { Command } from '../../worker/api.ts';
import { emittableValue } from '../../worker/crdt/emit.ts';
import type { Op, SetOp } from '../../worker/crdt/op.ts';
import { type FieldName, fieldValue } from '../../worker/crdt/view.ts';
import type { KeptPromise, Ledger } from './ledger.ts';
import type { Profile } from './profile.ts';

/** `ops`: what everybody has in the end. */
export function checkPromises(
  ledger: Ledger,
  ops: readonly Op[],
  profiles: readonly Profile[],
): void {
  for (const promise of ledger.promises) {
    const own = ops.filter((op) => op.signer === promise.signer);
    if (!isKept(promise, own)) {
      ledger.violate(`an edit that was done is lost: ${JSON.stringify(promise)}`);
    }
  }
  for (const { name, signers } of profiles) {
    for (const signer of signers) {
      const own = ops.filter((op) => op.signer === signer);
      const promised = ledger.promises.filter((promise) => promise.signer === signer);
      const count = promised.reduce((sum, promise) => sum + promise.ops, 0);
      if (own.length < count) ledger.violate(`${name} lost ${count - own.length} ops`);
      checkEquivocation(ledger, own, name);
    }
  }
}

function isKept({ item, command, ops }: KeptPromise, own: readonly Op[]): boolean {
  switch (command.type) {
    case 'add':
      return own.some((op) => op.type === 'insert' && op.id === item);
    case 'delete':
      return own.some((op) => op.type === 'delete' && op.target === item);
    case 'edit': {
      const sets = own.filter((op): op is SetOp => op.type === 'set' && op.target === item);
      return sets.filter((op) => isWanted(op, command)).length >= ops;
    }
  }
}

function isWanted(op: SetOp, { fields }: Extract<Command, { type: 'edit' }>): boolean {
  const { field } = op;
  const wanted = Object.entries(fields).find(([name]) => name === field)?.[1];
  const value = fieldValue(field as FieldName, op.content);
  return wanted !== undefined && Object.is(value, emittableValue(field, wanted));
}

/** One signer, one list or register, one seq, two ops. Deletes do not raise the seq of a list. */
function checkEquivocation(ledger: Ledger, own: readonly Op[], name: string): void {
  const places = new Set<string>();
  for (const op of own) {
    // At the last seq there is, nothing but the rest of the op tells ops apart.
    if (op.type === 'delete' || op.seq === Number.MAX_SAFE_INTEGER) continue;
    const place = op.type === 'insert' ? 'list' : `${op.target} ${op.field}`;
    const used = `${place} ${op.seq}`;
    if (places.has(used)) ledger.violate(`${name} equivocates at ${used}`);
    places.add(used);
  }
}
