/**
 * The state, computed from a set of ops in the dumbest correct way: try every op again until none
 * can be applied any more, walk the tree by recursion, sort all writes of a register and take the
 * first. Shares no code with the document but the type of an op; slow, for small sets.
 */

import type { Op } from '../../worker/crdt/op.ts';
import type { Value } from '../../worker/crdt/value.ts';

type InsertOp = Extract<Op, { type: 'insert' }>;
export type ModelFields = { readonly [field: string]: string | number | boolean | null };

export interface ModelState {
  /** Visible items in order. */
  readonly items: readonly { readonly id: string; readonly fields: ModelFields }[];
  /** Seen-keys of the ops that count, sorted. */
  readonly applied: readonly string[];
  /** Seen-keys of the ops that wait, sorted. */
  readonly waiting: readonly string[];
}

const HEAD = '0'.repeat(64);

export function computeState(ops: readonly Op[]): ModelState {
  const distinct = [...new Map(ops.map((op) => [op.key as string, op])).values()];
  const applied = applicable(distinct);
  const inserts = [
    ...new Map(applied.filter((op) => op.type === 'insert').map((op) => [op.id as string, op])),
  ].map(([, op]) => op);
  const deleted = applied.filter((op) => op.type === 'delete').map((op) => op.target);
  const items = depthFirst(inserts, HEAD)
    .filter((op) => op.content.type === 'object' && !deleted.includes(op.id))
    .map((op) => ({ id: op.id as string, fields: fieldsOf(op.id, applied) }));
  const waiting = distinct.filter((op) => !applied.includes(op));
  return { items, applied: keysOf(applied), waiting: keysOf(waiting) };
}

function keysOf(ops: readonly Op[]): string[] {
  return ops.map((op) => op.key as string).sort();
}

function applicable(ops: readonly Op[]): Op[] {
  const applied: Op[] = [];
  for (;;) {
    const next = ops.find((op) => !applied.includes(op) && canApply(op, applied));
    if (next === undefined) return applied;
    applied.push(next);
  }
}

function canApply(op: Op, applied: readonly Op[]): boolean {
  const needed = op.type === 'insert' ? op.origin : op.target;
  const hasItem = needed === HEAD || applied.some((a) => a.type === 'insert' && a.id === needed);
  return hasItem && op.dependsOn.every((dep) => applied.some((a) => a.signature === dep));
}

function depthFirst(inserts: readonly InsertOp[], origin: string): InsertOp[] {
  const children = inserts.filter((op) => op.origin === origin);
  children.sort(
    (a, b) =>
      b.seq - a.seq || compareBytes(b.innerAuthor, a.innerAuthor) || compareBytes(b.id, a.id),
  );
  return children.flatMap((child) => [child, ...depthFirst(inserts, child.id)]);
}

/** Hex compared byte by byte, left to right. */
function compareBytes(a: string, b: string): number {
  for (let at = 0; at < a.length; at += 2) {
    const distance =
      Number.parseInt(a.slice(at, at + 2), 16) - Number.parseInt(b.slice(at, at + 2), 16);
    if (distance !== 0) return distance;
  }
  return 0;
}

const STRINGS = ['story_id', 'stage', 'name', 'agent', 'depends_on', 'claimed_by'];
const NUMBERS = ['retry_count', 'claimed_at'];
const BOOLEANS = ['blocked'];

function fieldsOf(id: string, applied: readonly Op[]): ModelFields {
  return Object.fromEntries(
    [...STRINGS, ...NUMBERS, ...BOOLEANS].map((name) => {
      const value = winner(id, name, applied);
      if (value?.type === 'string' && STRINGS.includes(name)) return [name, value.string];
      if (value?.type === 'number' && NUMBERS.includes(name)) return [name, value.number];
      if (value?.type === 'bool' && BOOLEANS.includes(name)) return [name, value.bool];
      return [name, null];
    }),
  );
}

interface Write {
  readonly seq: number;
  readonly innerAuthor: string;
  readonly signer: string;
  readonly id: string;
  readonly value: Value | null;
}

function winner(item: string, name: string, applied: readonly Op[]): Value | null {
  const writes = applied.flatMap((op): Write[] => {
    const { signer, id } = op;
    if (op.type === 'insert' && id === item && op.content.type === 'object') {
      const value = op.content.entries.get(name) ?? null;
      return [{ seq: 1, innerAuthor: id, signer, id, value }];
    }
    if (op.type !== 'set' || op.target !== item || op.field !== name) return [];
    return [{ seq: op.seq, innerAuthor: op.innerAuthor, signer, id, value: op.content }];
  });
  writes.sort(
    (a, b) =>
      b.seq - a.seq ||
      compareBytes(a.innerAuthor, b.innerAuthor) ||
      compareBytes(a.signer, b.signer) ||
      compareBytes(a.id, b.id),
  );
  return writes[0]?.value ?? null;
}
