/**
 * Signed ops of any shape, right or wrong: what is left out of a shape is made as our own ops have
 * it, what is given is taken as it is.
 */

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { type OpId, type PublicKey, ROOT, toBytes, toHex } from '../../worker/crdt/bytes.ts';
import { computeDigest, computeOpId } from '../../worker/crdt/identity.ts';
import { type Op, readOp } from '../../worker/crdt/op.ts';
import {
  encodeSignedOp,
  type InnerOp,
  type PathSegment,
  type SignedOp,
} from '../../worker/crdt/signedOp.ts';
import type { Value } from '../../worker/crdt/value.ts';

export interface TestSigner {
  readonly publicKey: PublicKey;
  sign(digest: Uint8Array): Uint8Array;
}

/** The same key for the same number, 0–255. A signature costs about a millisecond. */
export function createSigner(number: number): TestSigner {
  const secretKey = new Uint8Array(32).fill(number);
  return {
    publicKey: toHex(ed25519.getPublicKey(secretKey)),
    sign: (digest) => ed25519.sign(digest, secretKey),
  };
}

/** Signs with bytes that depend on key and digest, as real ones do, but verify nowhere. */
export function createFakeSigner(number: number): TestSigner {
  const publicKey = new Uint8Array(32).fill(0xa0 + number);
  return {
    publicKey: toHex(publicKey),
    sign: (digest) => sha512(Uint8Array.of(...publicKey, ...digest)),
  };
}

/** Ids, keys and signatures are hex. */
export interface OpShape {
  readonly signer: TestSigner;
  /** Absent: the signer's key. */
  readonly innerAuthor?: string;
  readonly seq?: number | bigint;
  readonly origin?: string;
  readonly content: Value | null;
  readonly path: readonly PathSegment[] | ((ownId: Uint8Array) => readonly PathSegment[]);
  /** Absent: true exactly when `content` is null. */
  readonly isDeleted?: boolean;
  readonly dependsOn?: readonly string[];
  /** Absent: the id that belongs to the content. */
  readonly id?: string;
  /** Absent: what the signer signs. */
  readonly signature?: string;
}

export function signedOp(shape: OpShape): SignedOp {
  const { signer, content } = shape;
  const identified = {
    origin: toBytes(shape.origin ?? ROOT),
    author: toBytes(shape.innerAuthor ?? signer.publicKey),
    seq: shape.seq ?? 1,
    content,
    is_deleted: shape.isDeleted ?? content === null,
  };
  const id = shape.id === undefined ? computeOpId(identified) : toBytes(shape.id);
  const path = typeof shape.path === 'function' ? shape.path(id) : shape.path;
  const inner: InnerOp = { ...identified, path, id };
  const dependsOn = (shape.dependsOn ?? []).map(toBytes);
  const signature =
    shape.signature === undefined
      ? signer.sign(computeDigest({ id, path, dependsOn }))
      : toBytes(shape.signature);
  return {
    author: toBytes(signer.publicKey),
    signed_digest: signature,
    inner,
    depends_on: dependsOn,
  };
}

export function field(name: string): PathSegment {
  return { type: 'field', field: name };
}

export function index(id: string | Uint8Array): PathSegment {
  return { type: 'index', index: typeof id === 'string' ? toBytes(id) : id };
}

type Varied = Partial<OpShape> & { readonly signer: TestSigner };

export function insertOp(shape: Varied): SignedOp {
  return signedOp({ content: itemContent(), path: (id) => [field('items'), index(id)], ...shape });
}

export function deleteOp(target: string, shape: Varied): SignedOp {
  const path = [field('items'), index(target)];
  return signedOp({ origin: target, content: null, path, ...shape });
}

export function setOp(target: string, register: string, shape: Varied): SignedOp {
  const path = (id: Uint8Array) => [field('items'), index(target), field(register), index(id)];
  return signedOp({ origin: target, content: text('new'), path, ...shape });
}

export const text = (string: string): Value => ({ type: 'string', string });
export const number = (value: number): Value => ({ type: 'number', number: value });
export const bool = (value: boolean): Value => ({ type: 'bool', bool: value });

/** An object with the nine registers in sorted order, and `changes` on top. */
export function itemContent(changes: { readonly [key: string]: Value } = {}): Value {
  const plain = {
    agent: text(''),
    blocked: bool(false),
    claimed_at: number(0),
    claimed_by: text(''),
    depends_on: text(''),
    name: text(''),
    retry_count: number(0),
    stage: text('1_backlog'),
    story_id: text(''),
  };
  return { type: 'object', entries: new Map(Object.entries({ ...plain, ...changes })) };
}

export function opText(op: SignedOp): string {
  return encodeSignedOp(op);
}

/** The op as the document takes it; throws if its shape is wrong. */
export function readable(op: SignedOp): Op {
  const read = readOp(encodeSignedOp(op));
  if (read.type === 'rejected') throw new Error(`${read.reason}: ${read.detail}`);
  return read;
}

export function idOf(op: SignedOp): OpId {
  return toHex(op.inner.id);
}
