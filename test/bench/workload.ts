/**
 * A pipeline's history, made on the spot: the work of `boardWork.ts` by three signers who each see
 * all that came before. Every op is as ours emit it and validly signed. The same number of ops gives
 * the same bytes.
 */

import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type OpId, type PublicKey, ROOT, toHex } from '../../worker/crdt/bytes.ts';
import { draftInsert, draftSet, sealOp, type UnsignedOp } from '../../worker/crdt/emit.ts';
import type { Op } from '../../worker/crdt/op.ts';
import type { FieldName } from '../../worker/crdt/view.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { type BoardChange, createBoardWork, pick } from './boardWork.ts';

export interface Workload {
  readonly name: string;
  /** In causal order. */
  readonly ops: readonly Op[];
  /** Items that are in view at the end. */
  readonly visibleItems: number;
}

const SIGNERS = 3;
/** Header of an Ed25519 secret key in PKCS #8 form (RFC 8410, section 7). */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');

interface Author {
  readonly secret: KeyObject;
  readonly publicKey: PublicKey;
}

interface Item {
  readonly id: OpId;
  /** Sets of each register so far. */
  readonly sets: Partial<Record<FieldName, number>>;
}

export function createWorkload(count: number): Workload {
  const random = createSeededRandom(`workload of ${count}`);
  const authors = Array.from({ length: SIGNERS }, () => createAuthor(random.bytes(32)));
  const items: Item[] = [];
  const ops = createBoardWork(count).changes.map((change) => {
    const author = pick(random, authors);
    const unsigned = draft(items, change, author.publicKey);
    const op = sealOp(unsigned, sign(null, unsigned.digest, author.secret));
    if (op.type === 'rejected') throw new Error(op.detail);
    if (op.type === 'insert') items.push({ id: op.id, sets: {} });
    return op;
  });
  return { name: `synthetic-${count}`, ops, visibleItems: items.length };
}

function draft(items: readonly Item[], change: BoardChange, author: PublicKey): UnsignedOp {
  if (change.type === 'add') {
    // `listSeq` is the number of inserts so far: nothing is deleted.
    const seq = items.length + 1;
    return draftInsert({ author, origin: items.at(-1)?.id ?? ROOT, seq, fields: change.fields });
  }
  const { field, value } = change;
  const item = items[change.item];
  if (item === undefined) throw new Error(`no item ${change.item}`);
  const sets = (item.sets[field] ?? 0) + 1;
  item.sets[field] = sets;
  return draftSet({ author, target: item.id, field, seq: sets + 1, value });
}

function createAuthor(seed: Uint8Array): Author {
  const secret = createSecretKey(seed);
  return { secret, publicKey: publicKeyOf(secret) };
}

/** An Ed25519 key of 32 bytes, as node:crypto takes it. */
export function createSecretKey(bytes: Uint8Array): KeyObject {
  const der = Buffer.concat([PKCS8_HEADER, bytes]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

export function publicKeyOf(secret: KeyObject): PublicKey {
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  return toHex(spki.subarray(-32));
}
