/** Ops with the id that belongs to them, so that they get past it, and with content of any kind. */

import { type PublicKey, ROOT } from '../../worker/crdt/bytes.ts';
import type { InnerOp, PathSegment, SignedOp } from '../../worker/crdt/signedOp.ts';
import { encodeSignedOp } from '../../worker/crdt/signedOp.ts';
import type { Value } from '../../worker/crdt/value.ts';
import { FIELD_NAMES } from '../../worker/crdt/view.ts';
import type { Dice } from '../simulation/dice.ts';
import {
  createFakeSigner,
  deleteOp,
  field,
  index,
  insertOp,
  itemContent,
  setOp,
  signedOp,
  type TestSigner,
} from '../support/opFactory.ts';
import { KEYS, STRINGS } from './edges.ts';
import { type Loose, type LooseEntry, parseLoose, printFreely, printLoose } from './looseJson.ts';
import { pick } from './mutate.ts';

const SIGNERS = [createFakeSigner(1), createFakeSigner(2)];
const SMALL_ORDER: TestSigner = { ...createFakeSigner(3), publicKey: ROOT as string as PublicKey };
const SEQS = [0, 1, 2, 1e15, 2 ** 53 - 1, 2 ** 53, 2n ** 64n - 1n];

/** A text that is an op, or nearly: odd seqs, content and dependencies are let through. */
export function generateOp(dice: Dice, others: readonly Loose[]): string {
  const text = encodeSignedOp(createOp(dice));
  const tree = dice.oneIn(3) ? null : parseLoose(text);
  if (tree === null) return text;
  const odd = dice.oneIn(2) ? respell(tree, dice, others) : tree;
  return dice.oneIn(2) ? printFreely(odd, dice) : printLoose(odd);
}

/** Within the limit as it is spelled, about at it or beyond it as it is written canonically. */
export function generateSwellingOp(dice: Dice): string {
  const items: Value[] = Array(2200 + dice.below(50)).fill({ type: 'number', number: 1e15 });
  const content: Value = { type: 'array', items };
  const op = setOp(hex(dice, 32), 'stage', { signer: SIGNERS[0]!, content });
  return encodeSignedOp(op).replaceAll('1000000000000000.0', '1e15');
}

function createOp(dice: Dice): SignedOp {
  const target = dice.oneIn(10) ? ROOT : hex(dice, 32);
  const register = dice.oneIn(8) ? generateString(dice) : pick(dice, FIELD_NAMES);
  const common = {
    signer: dice.oneIn(40) ? SMALL_ORDER : pick(dice, SIGNERS),
    seq: dice.oneIn(3) ? safeSeq(pick(dice, SEQS)) : dice.below(1000),
    dependsOn: Array.from({ length: dice.oneIn(40) ? 65 : dice.below(3) }, () => hex(dice, 64)),
    ...(dice.oneIn(4) ? { innerAuthor: hex(dice, 32) } : {}),
  };
  switch (dice.below(6)) {
    case 0: {
      const origin = dice.oneIn(2) ? target : hex(dice, 32);
      const content = dice.oneIn(2) ? null : generateValue(dice, 0);
      const path = (id: Uint8Array) => generatePath(dice, target, id);
      return signedOp({ ...common, origin, content, path, isDeleted: dice.oneIn(2) });
    }
    case 1:
      return deleteOp(target, common);
    case 2:
      return setOp(target, register, { ...common, content: generateValue(dice, 0) });
    case 3:
      return setOp(target, register, { ...common, content: null });
    case 4:
      return insertOp({ ...common, origin: target, content: generateValue(dice, 0) });
    default: {
      const changes = { [pick(dice, FIELD_NAMES)]: generateValue(dice, 0) };
      const content = itemContent({ ...changes, [generateString(dice)]: generateValue(dice, 0) });
      const path = (id: Uint8Array) => [field('items'), index(id)];
      return insertOp({ ...common, origin: target, content, path });
    }
  }
}

/** Right, or wrong in one of its parts, or short, or long. */
function generatePath(dice: Dice, target: string, id: Uint8Array): readonly PathSegment[] {
  const item = dice.oneIn(4) ? field('stage') : index(dice.oneIn(4) ? ROOT : target);
  const register = dice.oneIn(6) ? index(target) : field('stage');
  const list = field(dice.oneIn(6) ? 'item' : 'items');
  const own = dice.oneIn(4) ? index(target) : index(id);
  return [list, item, register, own, field('stage')].slice(0, dice.below(6));
}

/** As a reader has it: a bigint exactly when it is above 2^53 − 1. */
function safeSeq(seq: number | bigint): InnerOp['seq'] {
  return typeof seq === 'number' && !Number.isSafeInteger(seq) ? BigInt(seq) : seq;
}

function hex(dice: Dice, bytes: number): string {
  const fill = dice.below(256).toString(16).padStart(2, '0');
  return (
    dice
      .below(2 ** 24)
      .toString(16)
      .padStart(6, '0') + fill.repeat(bytes - 3)
  );
}

export function generateValue(dice: Dice, depth: number): Value {
  switch (dice.below(depth > 6 ? 4 : 6)) {
    case 0:
      return dice.oneIn(2) ? { type: 'null' } : { type: 'bool', bool: dice.oneIn(2) };
    case 1:
      return { type: 'number', number: generateNumber(dice) };
    case 2:
    case 3:
      return { type: 'string', string: generateString(dice) };
    case 4:
      if (dice.oneIn(30)) return nested(dice.below(65));
      return { type: 'array', items: several(dice, () => generateValue(dice, depth + 1)) };
    default: {
      const entry = (): [string, Value] => [generateString(dice), generateValue(dice, depth + 1)];
      return { type: 'object', entries: new Map(several(dice, entry)) };
    }
  }
}

function several<T>(dice: Dice, make: () => T): T[] {
  return Array.from({ length: dice.below(4) }, make);
}

/** 62 arrays in an op are as many as may be. */
function nested(depth: number): Value {
  let value: Value = { type: 'array', items: [] };
  for (let level = 1; level < depth; level += 1) value = { type: 'array', items: [value] };
  return value;
}

const bits = new DataView(new ArrayBuffer(8));

function generateNumber(dice: Dice): number {
  if (dice.oneIn(4)) return pick(dice, [0, -0, -0, 1e15, 1e16, 1e-4, 1e-5, 5e-324, 1e21]);
  if (dice.oneIn(2)) return (dice.below(2_000_001) - 1_000_000) / 10 ** dice.below(24);
  bits.setUint32(0, dice.below(2 ** 32));
  bits.setUint32(4, dice.below(2 ** 32));
  const number = bits.getFloat64(0);
  return Number.isFinite(number) ? number : 0;
}

function generateString(dice: Dice): string {
  if (dice.oneIn(3)) return wellFormed(pick(dice, dice.oneIn(2) ? KEYS : STRINGS));
  if (dice.oneIn(2000)) return 'é'.repeat(20_000 + dice.below(20_000));
  const planes = [0x80, 0x800, 0x10000, 0x110000];
  const points = Array.from({ length: dice.below(6) }, () => dice.below(pick(dice, planes)));
  return String.fromCodePoint(...points).toWellFormed();
}

/** What the quoted text says, or the text itself. */
function wellFormed(quoted: string): string {
  try {
    return String(JSON.parse(quoted)).toWellFormed();
  } catch {
    return quoted.toWellFormed();
  }
}

/** Another text of the same op: keys in another order, fields that nobody knows. */
function respell(tree: Loose, dice: Dice, others: readonly Loose[]): Loose {
  if (tree.type !== 'object') return tree;
  if (dice.oneIn(10)) return { type: 'array', items: tree.entries.map(([, value]) => value) };
  const inner = tree.entries.map(
    ([key, value]): LooseEntry => [key, key === '"inner"' ? respell(value, dice, others) : value],
  );
  const at = dice.below(inner.length + 1);
  const turned = [...inner.slice(at), ...inner.slice(0, at)];
  const unknown = pick(dice, ['"x"', '"__proto__"', '"constructor"', '"\\u0061"']);
  const extra: readonly LooseEntry[] = dice.oneIn(2) ? [[unknown, pick(dice, others)]] : [];
  return { type: 'object', entries: dice.oneIn(2) ? [...extra, ...turned] : [...turned, ...extra] };
}
