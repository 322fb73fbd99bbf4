/**
 * A pipeline's history, made on the spot: items of nine fields and later sets, 2.6 an item, one
 * change at a time, by three signers who each see all that came before. Every op is as ours emit it
 * and validly signed. The same number of ops gives the same bytes.
 */

import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type OpId, type PublicKey, ROOT, toHex } from '../../worker/crdt/bytes.ts';
import {
  draftInsert,
  draftSet,
  EMPTY_FIELDS,
  sealOp,
  type UnsignedOp,
} from '../../worker/crdt/emit.ts';
import type { Op } from '../../worker/crdt/op.ts';
import type { FieldName, NewFields } from '../../worker/crdt/view.ts';
import type { Random } from '../../worker/ports.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

export interface Workload {
  readonly name: string;
  /** In causal order. */
  readonly ops: readonly Op[];
  /** Items that are in view at the end. */
  readonly visibleItems: number;
}

const OPS_PER_ITEM = 3.6;
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
  const itemCount = Math.round(count / OPS_PER_ITEM);
  const items: Item[] = [];
  const ops: Op[] = [];
  for (let index = 0; index < count; index += 1) {
    const author = pick(random, authors);
    // Bresenham's step spreads the inserts evenly and makes exactly `itemCount` of them.
    const isInsert = Math.ceil((index * itemCount) / count) === items.length;
    const unsigned =
      isInsert && items.length < itemCount
        ? addItem(items, author.publicKey, random)
        : setField(pick(random, items), author.publicKey, random);
    const op = sealOp(unsigned, sign(null, unsigned.digest, author.secret));
    if (op.type === 'rejected') throw new Error(op.detail);
    if (op.type === 'insert') items.push({ id: op.id, sets: {} });
    ops.push(op);
  }
  return { name: `synthetic-${count}`, ops, visibleItems: items.length };
}

function addItem(items: readonly Item[], author: PublicKey, random: Random): UnsignedOp {
  const number = items.length + 1;
  const fields: NewFields = {
    ...EMPTY_FIELDS,
    story_id: `${number}_story_${pick(random, WORDS)}_${pick(random, WORDS)}`,
    name: `${pick(random, WORDS)} the ${pick(random, WORDS)} of ${pick(random, WORDS)} ${number}`,
  };
  // `listSeq` is the number of inserts so far: nothing is deleted.
  return draftInsert({ author, origin: items.at(-1)?.id ?? ROOT, seq: number, fields });
}

function setField(item: Item, author: PublicKey, random: Random): UnsignedOp {
  const field = pick(random, SET_FIELDS);
  const sets = (item.sets[field] ?? 0) + 1;
  item.sets[field] = sets;
  const value = VALUES[field](random);
  return draftSet({ author, target: item.id, field, seq: sets + 1, value });
}

const WORDS = 'gate merge agent board stage retry queue review window index'.split(' ');
const AGENTS = ['', 'coder-1', 'coder-2', 'qa-1', 'mergemaster'];
const STAGES = ['2_current', '3_qa', '4_merge', '5_done', '6_archived'];

/** What a story goes through: mostly stages and claims. */
const SET_FIELDS: readonly FieldName[] = [
  ...(['stage', 'stage', 'stage', 'agent', 'agent', 'claimed_by', 'claimed_at'] as const),
  ...(['name', 'retry_count', 'blocked', 'depends_on'] as const),
];

const VALUES: { readonly [Name in FieldName]: (random: Random) => NewFields[Name] } = {
  stage: (random) => pick(random, STAGES),
  agent: (random) => pick(random, AGENTS),
  claimed_by: (random) => toHex(random.bytes(32)),
  claimed_at: (random) => 1_750_000_000 + Math.floor(random.fraction() * 10_000_000),
  name: (random) => `${pick(random, WORDS)} the ${pick(random, WORDS)} again`,
  retry_count: (random) => Math.floor(random.fraction() * 4),
  blocked: (random) => random.fraction() < 0.5,
  depends_on: (random) => `[${Math.floor(random.fraction() * 1000)}]`,
  story_id: (random) => `${Math.floor(random.fraction() * 1000)}_bug_${pick(random, WORDS)}`,
};

function createAuthor(seed: Uint8Array): Author {
  const der = Buffer.concat([PKCS8_HEADER, seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  return { secret, publicKey: toHex(spki.subarray(-32)) };
}

function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[Math.floor(random.fraction() * choices.length)];
  if (choice === undefined) throw new Error('nothing to pick from');
  return choice;
}
