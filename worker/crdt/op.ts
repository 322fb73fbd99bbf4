/**
 * An op as the document takes it, and the examination that every op from anywhere goes through
 * before its signature is worth checking: limits → strict parse → exact shape → seen? → id.
 *
 * Invariant 1: `rejected` depends on the op alone, so it is the same on every replica, for ever.
 * Invariant 2: an examined op whose signature verifies is safe to store, forward and apply.
 */

import {
  isSameBytes,
  type OpId,
  type PublicKey,
  ROOT,
  type SeenKey,
  type Signature,
  toBytes,
  toHex,
} from './bytes.ts';
import { computeDigest, computeOpId, computeSeenKey, isSmallOrder } from './identity.ts';
import { type PackedOp, packParts, packText, type ReceivedOp, TEXT, unpackOp } from './packedOp.ts';
import {
  encodeCanonical,
  type InnerOp,
  type PathSegment,
  parseSignedOp,
  type SignedOp,
} from './signedOp.ts';
import type { Value } from './value.ts';
import { FIELD_NAMES, type FieldName, isFieldName } from './view.ts';

/** UTF-8 bytes of an op's text. */
export const MAX_OP_BYTES = 64 * 1024;
export const MAX_DEPENDENCIES = 64;

const utf8 = new TextEncoder();

interface OpCommon {
  readonly key: SeenKey;
  /** The text as received or made, packed: what is stored and forwarded. */
  readonly bytes: PackedOp;
  readonly signer: PublicKey;
  readonly signature: Signature;
  readonly id: OpId;
  readonly innerAuthor: PublicKey;
  readonly seq: number;
  readonly dependsOn: readonly Signature[];
}

export interface InsertOp extends OpCommon {
  readonly type: 'insert';
  /** The item it goes after, or ROOT. */
  readonly origin: OpId;
  readonly content: Value;
}

export interface DeleteOp extends OpCommon {
  readonly type: 'delete';
  readonly target: OpId;
}

export interface SetOp extends OpCommon {
  readonly type: 'set';
  readonly target: OpId;
  readonly field: FieldName;
  /** null: a register delete. */
  readonly content: Value | null;
}

export type Op = InsertOp | DeleteOp | SetOp;

/** Why an op is invalid for ever. */
export type RejectReason =
  | 'too-large'
  | 'unparsable'
  | 'seq-too-large'
  | 'too-many-dependencies'
  | 'small-order-key'
  | 'bad-shape'
  | 'missing-fields'
  | 'wrong-id'
  | 'wrong-signature';

/** What the signature of an examined op is checked against. */
export interface SignatureClaim {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

export type Examination =
  | { readonly type: 'candidate'; readonly op: Op; readonly claim: SignatureClaim }
  | { readonly type: 'duplicate'; readonly key: SeenKey }
  | Rejection;

export interface Rejection {
  readonly type: 'rejected';
  readonly reason: RejectReason;
  readonly detail: string;
}

/** Examines an untrusted op. `isSeen`: whether this very op was accepted before. Never throws. */
export function examineOp(received: ReceivedOp, isSeen: (key: SeenKey) => boolean): Examination {
  const read = readReceived(received);
  if (read.type === 'rejected') return read;
  const { signed, text } = read;
  const refusal = findRefusal(signed);
  if (refusal !== undefined) return refusal;
  const canonical = encodeCanonical(signed);
  const key = boundedSeenKey(canonical);
  if (key === undefined) return tooLarge('canonically ');
  const isExact = text !== null && isTextOf(text, canonical);
  const shape = shapeOf(signed);
  if (shape.type === 'rejected') return shape;
  if (isSeen(key)) return { type: 'duplicate', key };
  // The id of parts was computed to unpack them.
  if (text !== null && !hasOwnId(signed)) {
    return reject('wrong-id', 'the id does not belong to the content');
  }
  const bytes =
    text === null ? (received as PackedOp) : isExact ? packParts(signed) : packText(text);
  return { type: 'candidate', op: assemble(signed, shape, key, bytes), claim: claimOf(signed) };
}

/**
 * An op of this replica's own store: neither id nor signature is checked again, nor is its seen-key
 * computed if `knownKey` says it.
 */
export function readOp(received: ReceivedOp, knownKey?: string): Op | Rejection {
  const read = readReceived(received);
  if (read.type === 'rejected') return read;
  const { signed, text } = read;
  const refusal = findRefusal(signed);
  if (refusal !== undefined) return refusal;
  const shape = shapeOf(signed);
  if (shape.type === 'rejected') return shape;
  const isParts = text === null;
  if (isParts && knownKey !== undefined) {
    return assemble(signed, shape, knownKey as SeenKey, received as PackedOp);
  }
  const canonical = encodeCanonical(signed);
  const key = (knownKey as SeenKey | undefined) ?? boundedSeenKey(canonical);
  if (key === undefined) return tooLarge('canonically ');
  if (isParts) return assemble(signed, shape, key, received as PackedOp);
  const isExact = isTextOf(text, canonical) && hasOwnId(signed);
  return assemble(signed, shape, key, isExact ? packParts(signed) : packText(text));
}

/**
 * The text of an op that was stored as such, packed as small as it can be. `knownKey`: as in `readOp`;
 * nothing is told of an op that is damaged.
 */
export function packStored(text: string, knownKey: string): PackedOp {
  const op = readOp(text, knownKey);
  return op.type === 'rejected' ? packText(text) : op.bytes;
}

/** An op that was made here, of values that may be emitted. */
export function admitOwn(signed: SignedOp): Op | Rejection {
  const refusal = findRefusal(signed);
  if (refusal !== undefined) return refusal;
  const shape = shapeOf(signed);
  if (shape.type === 'rejected') return shape;
  const key = boundedSeenKey(encodeCanonical(signed));
  return key === undefined ? tooLarge('') : assemble(signed, shape, key, packParts(signed));
}

interface Reading {
  readonly type: 'read';
  readonly signed: SignedOp;
  /** null: it came as parts. */
  readonly text: string | null;
}

function readReceived(received: ReceivedOp): Reading | Rejection {
  if (typeof received === 'string') return readOpText(received);
  const isText = received[0] === TEXT;
  if (received.length > MAX_OP_BYTES + Number(isText)) return tooLarge('');
  const unpacked = unpackOp(received);
  switch (unpacked.type) {
    case 'unreadable':
      return reject('unparsable', unpacked.detail);
    case 'text':
      return readOpText(unpacked.text);
    case 'parts':
      return { type: 'read', signed: unpacked.signed, text: null };
  }
}

function readOpText(text: string): Reading | Rejection {
  if (exceedsOpSize(text)) return tooLarge('');
  const parsed = parseSignedOp(text);
  return parsed.type === 'unreadable'
    ? reject('unparsable', parsed.detail)
    : { type: 'read', signed: parsed.value, text };
}

/**
 * The seen-key; undefined if the canonical text is over the bound. A short spelling of such an op
 * would get in here, and be refused by whoever gets it from a Rust node, which passes on the long.
 */
function boundedSeenKey(canonical: Uint8Array): SeenKey | undefined {
  return canonical.length > MAX_OP_BYTES ? undefined : computeSeenKey(canonical);
}

/** Whether `canonical` is the UTF-8 of `text`. */
function isTextOf(text: string, canonical: Uint8Array): boolean {
  return text.length <= canonical.length && isSameBytes(utf8.encode(text), canonical);
}

function hasOwnId({ inner }: SignedOp): boolean {
  return isSameBytes(computeOpId(inner), inner.id);
}

function claimOf(signed: SignedOp): SignatureClaim {
  const { id, path } = signed.inner;
  return {
    publicKey: signed.author,
    digest: computeDigest({ id, path, dependsOn: signed.depends_on }),
    signature: signed.signed_digest,
  };
}

function reject(reason: RejectReason, detail: string): Rejection {
  return { type: 'rejected', reason, detail };
}

function tooLarge(how: '' | 'canonically '): Rejection {
  return reject('too-large', `${how}over ${MAX_OP_BYTES} bytes`);
}

/** UTF-8 takes one to three bytes a UTF-16 unit, so most texts need no counting. */
function exceedsOpSize(text: string): boolean {
  if (text.length > MAX_OP_BYTES) return true;
  return text.length * 3 > MAX_OP_BYTES && utf8.encode(text).length > MAX_OP_BYTES;
}

/** The rules that have nothing to do with the shape. */
function findRefusal({ inner, author, depends_on }: SignedOp): Rejection | undefined {
  if (typeof inner.seq === 'bigint') return reject('seq-too-large', 'seq above 2^53 − 1');
  if (depends_on.length > MAX_DEPENDENCIES) {
    return reject('too-many-dependencies', `over ${MAX_DEPENDENCIES} dependencies`);
  }
  return isSmallOrder(author)
    ? reject('small-order-key', 'anybody can sign for this key')
    : undefined;
}

/** What tells the ops apart, as it stands in a SignedOp. */
type Shape =
  | { readonly type: 'insert'; readonly origin: Uint8Array; readonly content: Value }
  | { readonly type: 'delete'; readonly target: Uint8Array }
  | {
      readonly type: 'set';
      readonly target: Uint8Array;
      readonly field: FieldName;
      readonly content: Value | null;
    };

function assemble(signed: SignedOp, shape: Shape, key: SeenKey, bytes: PackedOp): Op {
  const { inner } = signed;
  const common: OpCommon = {
    key,
    bytes,
    signer: toHex(signed.author),
    signature: toHex(signed.signed_digest),
    id: toHex(inner.id),
    innerAuthor: toHex(inner.author),
    seq: Number(inner.seq),
    dependsOn: signed.depends_on.map((signature) => toHex(signature)),
  };
  switch (shape.type) {
    case 'insert':
      return { ...common, type: 'insert', origin: toHex(shape.origin), content: shape.content };
    case 'delete':
      return { ...common, type: 'delete', target: toHex(shape.target) };
    case 'set': {
      const { field, content } = shape;
      return { ...common, type: 'set', target: toHex(shape.target), field, content };
    }
  }
}

/** The four shapes of DESIGN's table; nothing else is an op. */
function shapeOf({ inner }: SignedOp): Shape | Rejection {
  const [list, item, register, own, ...extra] = inner.path;
  if (list?.type !== 'field' || list.field !== 'items') return badShape('path is not in items');
  if (item?.type !== 'index') return badShape('path names no item');
  if (register === undefined) {
    return inner.is_deleted ? shapeDelete(inner, item.index) : shapeInsert(inner, item.index);
  }
  if (extra.length > 0) return badShape('path goes on behind the register');
  if (register.type !== 'field' || !isFieldName(register.field))
    return badShape('no such register');
  if (!isIndex(own, inner.id)) return badShape('path does not end in the op id');
  if (isRoot(item.index)) return badShape('set of the root');
  if (!isRoot(inner.origin) && !isSameBytes(inner.origin, item.index))
    return badShape('origin names another item');
  if ((inner.content === null) !== inner.is_deleted)
    return badShape('content of a set or a delete');
  return { type: 'set', target: item.index, field: register.field, content: inner.content };
}

function isIndex(segment: PathSegment | undefined, id: Uint8Array): boolean {
  return segment?.type === 'index' && isSameBytes(segment.index, id);
}

const ROOT_BYTES = toBytes(ROOT);

function isRoot(id: Uint8Array): boolean {
  return isSameBytes(id, ROOT_BYTES);
}

function badShape(detail: string): Rejection {
  return reject('bad-shape', detail);
}

function shapeDelete({ origin, content }: InnerOp, item: Uint8Array): Shape | Rejection {
  if (content !== null) return badShape('a delete with content');
  if (!isSameBytes(item, origin)) return badShape('path does not end in the origin');
  if (isRoot(origin)) return badShape('delete of the root');
  return { type: 'delete', target: origin };
}

function shapeInsert({ origin, content, id }: InnerOp, item: Uint8Array): Shape | Rejection {
  if (content === null) return badShape('an insert without content');
  if (!isSameBytes(item, id)) return badShape('path does not end in the op id');
  if (content.type === 'object') {
    const missing = FIELD_NAMES.filter((name) => !content.entries.has(name));
    if (missing.length > 0) return reject('missing-fields', `without ${missing.join(', ')}`);
  }
  return { type: 'insert', origin, content };
}
