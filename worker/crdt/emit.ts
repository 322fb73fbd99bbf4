/**
 * Making ops of our own: sorted keys, all nine fields, inner author = own key, a set names its item
 * in origin (so that the id, and with it the signature, binds the whole item), no dependencies.
 */

import { type OpId, type PublicKey, toBytes } from './bytes.ts';
import { computeDigest, computeOpId } from './identity.ts';
import { admitOwn, type Op, type Rejection } from './op.ts';
import type { InnerOp, PathSegment } from './signedOp.ts';
import type { Value } from './value.ts';
import { FIELD_NAMES, FIELD_TYPES, type FieldName, type NewFields } from './view.ts';

/** An op that only lacks its signature over `digest` (32 bytes). */
export interface UnsignedOp {
  readonly inner: InnerOp;
  readonly digest: Uint8Array;
}

interface Draft {
  readonly author: PublicKey;
  readonly origin: OpId;
  readonly seq: number;
  readonly content: Value | null;
}

/** A new item after `origin`. Values must have passed `emittableValue`. */
export function draftInsert(draft: {
  readonly author: PublicKey;
  readonly origin: OpId;
  readonly seq: number;
  readonly fields: NewFields;
}): UnsignedOp {
  const entries = new Map(FIELD_NAMES.map((name) => [name, toValue(draft.fields[name])]));
  return identify({ ...draft, content: { type: 'object', entries } }, (id) => [items, at(id)]);
}

/** Deletes `target`. */
export function draftDelete(draft: {
  readonly author: PublicKey;
  readonly target: OpId;
  readonly seq: number;
}): UnsignedOp {
  const { author, target, seq } = draft;
  return identify({ author, seq, origin: target, content: null }, () => [
    items,
    at(toBytes(target)),
  ]);
}

/** Sets one register of `target`. */
export function draftSet(draft: {
  readonly author: PublicKey;
  readonly target: OpId;
  readonly field: FieldName;
  readonly seq: number;
  readonly value: NewFields[FieldName];
}): UnsignedOp {
  const { author, target, field, seq } = draft;
  const content = toValue(draft.value);
  return identify({ author, seq, origin: target, content }, (id) => [
    items,
    at(toBytes(target)),
    { type: 'field', field },
    at(id),
  ]);
}

const items: PathSegment = { type: 'field', field: 'items' };

function at(index: Uint8Array): PathSegment {
  return { type: 'index', index };
}

function identify(draft: Draft, path: (id: Uint8Array) => readonly PathSegment[]): UnsignedOp {
  const identified = {
    origin: toBytes(draft.origin),
    author: toBytes(draft.author),
    seq: draft.seq,
    content: draft.content,
    is_deleted: draft.content === null,
  };
  const id = computeOpId(identified);
  const inner: InnerOp = { ...identified, path: path(id), id };
  return { inner, digest: computeDigest({ id, path: inner.path, dependsOn: [] }) };
}

/**
 * The finished op, or why it is none (too large). `signature`: 64 bytes over the digest by the
 * draft's author.
 */
export function sealOp(unsigned: UnsignedOp, signature: Uint8Array): Op | Rejection {
  const { inner } = unsigned;
  return admitOwn({
    author: inner.author,
    signed_digest: signature,
    inner,
    depends_on: [],
  });
}

function toValue(value: NewFields[FieldName]): Value {
  switch (typeof value) {
    case 'string':
      return { type: 'string', string: value };
    case 'boolean':
      return { type: 'bool', bool: value };
    case 'number':
      return { type: 'number', number: value };
  }
}

/** A user's value as we may emit it. Undefined: not a value of this field, or none we may emit. */
export function emittableValue(field: FieldName, value: unknown): NewFields[FieldName] | undefined {
  switch (FIELD_TYPES[field]) {
    case 'string':
      return typeof value === 'string' && value.isWellFormed() ? value : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'number':
      return typeof value === 'number' ? emittableNumber(value) : undefined;
  }
}

/**
 * serde_json without `float_roundtrip` multiplies a float's digits, as one integer, by a power of
 * ten. That is exact while the integer fits a float and the power is at most 10^22, so with 15
 * digits from 1e-8 up to 1e15; beyond, a Rust node may read another number and refuse the op's id.
 */
function emittableNumber(value: number): number | undefined {
  const rounded = Number(value.toPrecision(15));
  const magnitude = Math.abs(rounded);
  if (magnitude === 0) return 0;
  return magnitude >= 1e-8 && magnitude < 1e15 ? rounded : undefined;
}

/** The values that an item has where its maker gave none. */
export const EMPTY_FIELDS: NewFields = {
  agent: '',
  blocked: false,
  claimed_at: 0,
  claimed_by: '',
  depends_on: '',
  name: '',
  retry_count: 0,
  stage: '1_backlog',
  story_id: '',
};
