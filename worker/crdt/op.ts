/**
 * An op as the document takes it, and the examination that every op from anywhere goes through
 * before its signature is worth checking: limits → strict parse → exact shape → seen? → id.
 *
 * Invariant 1: `rejected` depends on the text alone, so it is the same on every replica, for ever.
 * Invariant 2: an examined op whose signature verifies is safe to store, forward and apply.
 */

import { type OpId, type PublicKey, ROOT, type SeenKey, type Signature, toHex } from './bytes.ts';
import { computeDigest, computeOpId, computeSeenKey, isSmallOrder } from './identity.ts';
import { encodeSignedOp, type PathSegment, parseSignedOp, type SignedOp } from './signedOp.ts';
import type { Value } from './value.ts';
import { FIELD_NAMES, type FieldName, isFieldName } from './view.ts';

/** UTF-8 bytes of an op's text. */
export const MAX_OP_BYTES = 64 * 1024;
export const MAX_DEPENDENCIES = 64;

const utf8 = new TextEncoder();

interface OpCommon {
  readonly key: SeenKey;
  /** The text as received or made: what is stored and forwarded. */
  readonly text: string;
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

/** Examines an untrusted text. `isSeen`: whether this very op was accepted before. Never throws. */
export function examineOp(text: string, isSeen: (key: SeenKey) => boolean): Examination {
  const read = readSigned(text);
  if (read.type === 'rejected') return read;
  const { signed } = read;
  const op = shapeOp(signed, text);
  if (op.type === 'rejected') return op;
  if (isSeen(op.key)) return { type: 'duplicate', key: op.key };
  if (toHex(computeOpId(signed.inner)) !== op.id) {
    return reject('wrong-id', 'the id does not belong to the content');
  }
  return { type: 'candidate', op, claim: signatureClaim(signed) };
}

/**
 * An op of this replica's own making or store: neither id nor signature is computed again, nor its
 * seen-key if `knownKey` says it.
 */
export function readOp(text: string, knownKey?: string): Op | Rejection {
  const read = readSigned(text);
  return read.type === 'rejected' ? read : shapeOp(read.signed, text, knownKey as SeenKey);
}

function readSigned(text: string): { type: 'read'; signed: SignedOp } | Rejection {
  if (exceedsOpSize(text)) return reject('too-large', `over ${MAX_OP_BYTES} bytes`);
  const parsed = parseSignedOp(text);
  return parsed.type === 'unreadable'
    ? reject('unparsable', parsed.detail)
    : { type: 'read', signed: parsed.value };
}

function signatureClaim(signed: SignedOp): SignatureClaim {
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

/** UTF-8 takes one to three bytes a UTF-16 unit, so most texts need no counting. */
function exceedsOpSize(text: string): boolean {
  if (text.length > MAX_OP_BYTES) return true;
  return text.length * 3 > MAX_OP_BYTES && utf8.encode(text).length > MAX_OP_BYTES;
}

/** The fixed rules and the four shapes of DESIGN's table; nothing else is an op. */
function shapeOp(signed: SignedOp, text: string, knownKey?: SeenKey): Op | Rejection {
  const { inner } = signed;
  if (typeof inner.seq === 'bigint') return reject('seq-too-large', 'seq above 2^53 − 1');
  if (signed.depends_on.length > MAX_DEPENDENCIES) {
    return reject('too-many-dependencies', `over ${MAX_DEPENDENCIES} dependencies`);
  }
  if (isSmallOrder(signed.author))
    return reject('small-order-key', 'anybody can sign for this key');
  const key = knownKey ?? boundedSeenKey(signed);
  if (key === undefined) return reject('too-large', `canonically over ${MAX_OP_BYTES} bytes`);
  const common: OpCommon = {
    key,
    text,
    signer: toHex(signed.author),
    signature: toHex(signed.signed_digest),
    id: toHex(inner.id),
    innerAuthor: toHex(inner.author),
    seq: inner.seq,
    dependsOn: signed.depends_on.map((signature) => toHex(signature)),
  };
  return shapeByPath(signed, common);
}

/**
 * The seen-key; undefined if the canonical text is over the bound. A short spelling of such an op
 * would get in here, and be refused by whoever gets it from a Rust node, which passes on the long.
 */
function boundedSeenKey(signed: SignedOp): SeenKey | undefined {
  const canonical = encodeSignedOp(signed);
  return exceedsOpSize(canonical) ? undefined : computeSeenKey(canonical);
}

function shapeByPath(signed: SignedOp, common: OpCommon): Op | Rejection {
  const { inner } = signed;
  const origin: OpId = toHex(inner.origin);
  const [list, item, register, own, ...extra] = inner.path;
  if (list?.type !== 'field' || list.field !== 'items') return badShape('path is not in items');
  const itemId = indexId(item);
  if (itemId === undefined) return badShape('path names no item');
  if (register === undefined) {
    return inner.is_deleted
      ? shapeDelete(common, inner.content, origin, itemId)
      : shapeInsert(common, inner.content, origin, itemId);
  }
  if (extra.length > 0) return badShape('path goes on behind the register');
  if (register.type !== 'field' || !isFieldName(register.field))
    return badShape('no such register');
  if (indexId(own) !== common.id) return badShape('path does not end in the op id');
  if (itemId === ROOT) return badShape('set of the root');
  if (origin !== ROOT && origin !== itemId) return badShape('origin names another item');
  if ((inner.content === null) !== inner.is_deleted)
    return badShape('content of a set or a delete');
  const field = register.field;
  return { ...common, type: 'set', target: itemId, field, content: inner.content };
}

function indexId(segment: PathSegment | undefined): OpId | undefined {
  return segment?.type === 'index' ? toHex<OpId>(segment.index) : undefined;
}

function badShape(detail: string): Rejection {
  return reject('bad-shape', detail);
}

function shapeDelete(
  common: OpCommon,
  content: Value | null,
  origin: OpId,
  itemId: OpId,
): DeleteOp | Rejection {
  if (content !== null) return badShape('a delete with content');
  if (itemId !== origin) return badShape('path does not end in the origin');
  if (origin === ROOT) return badShape('delete of the root');
  return { ...common, type: 'delete', target: origin };
}

function shapeInsert(
  common: OpCommon,
  content: Value | null,
  origin: OpId,
  itemId: OpId,
): InsertOp | Rejection {
  if (content === null) return badShape('an insert without content');
  if (itemId !== common.id) return badShape('path does not end in the op id');
  if (content.type === 'object') {
    const missing = FIELD_NAMES.filter((name) => !content.entries.has(name));
    if (missing.length > 0) return reject('missing-fields', `without ${missing.join(', ')}`);
  }
  return { ...common, type: 'insert', origin, content };
}
