import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROOT, toBytes } from '../../worker/crdt/bytes.ts';
import { examineOp, MAX_OP_BYTES } from '../../worker/crdt/op.ts';
import { attemptPacked, createByteWriter, writtenBytes } from '../../worker/crdt/packedBytes.ts';
import { opText, type PackedOp, packParts, packText } from '../../worker/crdt/packedOp.ts';
import { readPackedValue, writePackedValue } from '../../worker/crdt/packedValue.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Value } from '../../worker/crdt/value.ts';
import {
  createFakeSigner,
  deleteOp,
  insertOp,
  itemContent,
  number,
  setOp,
  text,
  opText as textOfSigned,
} from '../support/opFactory.ts';
import { readRustDump } from '../support/rustDump.ts';

const signer = createFakeSigner(1);
const ITEM = '5a'.repeat(32);
const OTHER = '77'.repeat(32);
const SIGNATURE = '33'.repeat(64);

const item = insertOp({ signer, origin: ITEM });
const rustSet = setOp(ITEM, 'stage', { signer, innerAuthor: ITEM, origin: ROOT });
const shapes: readonly (readonly [string, SignedOp])[] = [
  ['an insert', item],
  ['an insert at the head', insertOp({ signer, origin: ROOT })],
  ['an insert of no object', insertOp({ signer, content: number(-0) })],
  ['an insert by another inner author', insertOp({ signer, innerAuthor: OTHER })],
  ['an insert with dependencies', insertOp({ signer, dependsOn: [SIGNATURE, '44'.repeat(64)] })],
  ['a delete', deleteOp(ITEM, { signer })],
  ['a delete by its item', deleteOp(ITEM, { signer, innerAuthor: ITEM })],
  ['a set as ours', setOp(ITEM, 'stage', { signer })],
  ['a set as a Rust node makes it', rustSet],
  ['a set by another', setOp(ITEM, 'blocked', { signer, innerAuthor: OTHER })],
  ['the delete of a register', setOp(ITEM, 'name', { signer, content: null, seq: 2 ** 53 - 1 })],
];

const verdict = (op: PackedOp | Uint8Array): string => {
  const examined = examineOp(op as PackedOp, () => false);
  return examined.type === 'rejected' ? examined.reason : examined.type;
};

test.each(shapes)('PACK1 %s comes back from its parts, the same op as from its text', (_, op) => {
  const packed = packParts(op);
  expect(opText(packed)).toBe(textOfSigned(op));
  expect(examineOp(packed, () => false)).toEqual(examineOp(textOfSigned(op), () => false));
});

test('PACK1 every op of a real log comes back, in less than a fifth of its text', () => {
  let [textBytes, packedBytes] = [0, 0];
  for (const one of readRustDump().ops) {
    const examined = examineOp(one, () => false);
    if (examined.type !== 'candidate') throw new Error(examined.type);
    const { bytes } = examined.op;
    expect(opText(bytes)).toBe(one);
    textBytes += one.length;
    packedBytes += bytes.length;
  }
  expect(packedBytes).toBeLessThan(textBytes / 5);
});

test('PACK2 a canonical text is packed as parts, any other as its text', () => {
  const canonical = textOfSigned(item);
  const spelled = canonical.replace('"seq":1', '"seq": 1');
  const packed = [canonical, spelled].map((one) => {
    const examined = examineOp(one, () => false);
    return examined.type === 'candidate' ? examined.op.bytes : null;
  });
  expect(packed).toEqual([packParts(item), packText(spelled)]);
});

test('PACK2 a text that was packed as such is packed anew when it is taken in', () => {
  const examined = examineOp(packText(textOfSigned(item)), () => false);
  expect(examined.type === 'candidate' && examined.op.bytes).toEqual(packParts(item));
});

test('PACK3 parts that end early or go on are unparsable', () => {
  for (const [, op] of shapes) {
    const packed = packParts(op);
    for (let end = 0; end < packed.length; end += 1) {
      expect(verdict(packed.subarray(0, end)), `${end} bytes`).toBe('unparsable');
    }
    expect(verdict(Uint8Array.of(...packed, 0))).toBe('unparsable');
  }
});

const PREFIX = { set: 3, insert: 1, delete: 2 };
const SIGNER = [...toBytes(signer.publicKey)];
const NAME = [...toBytes(ITEM)];
const SIGNED = [...toBytes(SIGNATURE)];
const NULL_SET = [1, 7, 0];

test.each([
  ['a spare kind bit', [0x80 | PREFIX.set, ...SIGNER, ...NAME, ...SIGNED, ...NULL_SET]],
  ['a spare inner author', [0b1100 | PREFIX.set, ...SIGNER, ...NAME, ...SIGNED, ...NULL_SET]],
  ['an insert by its item', [0b0100 | PREFIX.insert, ...SIGNER, ...NAME, ...SIGNED, 1, 0]],
  ['a delete at the root', [0b1_0000 | PREFIX.delete, ...SIGNER, ...NAME, ...SIGNED, 1]],
  ['an insert without content', [0b10_0000 | PREFIX.insert, ...SIGNER, ...NAME, ...SIGNED, 1]],
  ['a signer named again', [0b1000 | 3, ...SIGNER, ...NAME, ...SIGNER, ...SIGNED, ...NULL_SET]],
  ['an item named again', [0b1000 | 3, ...SIGNER, ...NAME, ...NAME, ...SIGNED, ...NULL_SET]],
  ['a root that is named', [PREFIX.insert, ...SIGNER, ...toBytes(ROOT), ...SIGNED, 1, 0]],
  ['no dependencies', [0b100_0000 | 3, 0, ...SIGNER, ...NAME, ...SIGNED, ...NULL_SET]],
  ['more dependencies than bytes', [0b100_0000 | 3, 9, ...SIGNER, ...NAME, ...SIGNED, 1, 7, 0]],
  ['an unknown register', [PREFIX.set, ...SIGNER, ...NAME, ...SIGNED, 1, 9, 0]],
  ['a long seq', [PREFIX.set, ...SIGNER, ...NAME, ...SIGNED, 0x81, 0, 7, 0]],
  [
    'a seq above 2^53 − 1',
    [PREFIX.set, ...SIGNER, ...NAME, ...SIGNED, ...new Array(7).fill(0x80), 0x10, 7, 0],
  ],
  ['a seq without end', [PREFIX.set, ...SIGNER, ...NAME, ...SIGNED, ...new Array(9).fill(0xff)]],
])('PACK3 %s is unparsable', (_, bytes) => {
  expect(verdict(Uint8Array.from(bytes))).toBe('unparsable');
});

const f64 = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)];
const unpackValue = (bytes: readonly number[]): string =>
  attemptPacked(Uint8Array.from(bytes), readPackedValue).type;

test.each([
  ['an unknown tag', [9]],
  ['a whole number as a float', [4, ...f64(7)]],
  ['a number that is none', [4, ...f64(Number.NaN)]],
  ['infinity', [4, ...f64(Number.POSITIVE_INFINITY)]],
  ['a string that is no UTF-8', [5, 1, 0xff]],
  ['a surrogate', [5, 3, 0xed, 0xa0, 0x80]],
  ['a string of more than there is', [5, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]],
  ['an array of more than there is', [6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]],
  ['an object of more than there is', [7, 3, 1, 97, 0]],
  ['a key that comes twice', [7, 2, 1, 97, 0, 1, 97, 0]],
])('PACK5 %s is no value', (_, bytes) => {
  expect(unpackValue(bytes)).toBe('unreadable');
});

test('PACK5 the nine names of an item are left out, and may not be written out', () => {
  const content = itemContent();
  const writer = createByteWriter(8);
  writePackedValue(writer, content);
  expect([...writtenBytes(writer)]).toEqual([
    ...[8, 5, 0, 1, 3, 0, 5, 0, 5, 0, 5, 0, 3, 0],
    ...[5, 9, ...Buffer.from('1_backlog'), 5, 0],
  ]);
  const entries = content.type === 'object' ? [...content.entries.keys()] : [];
  const spelled = entries.flatMap((name) => [name.length, ...Buffer.from(name), 0]);
  expect(unpackValue([7, 9, ...spelled])).toBe('unreadable');
});

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constant<Value>({ type: 'null' }),
    fc.boolean().map((bool): Value => ({ type: 'bool', bool })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(number),
    fc.maxSafeInteger().map(number),
    fc.string({ unit: 'binary' }).map(text),
    fc.array(tie('value')).map((items): Value => ({ type: 'array', items })),
    fc
      .array(fc.tuple(fc.string({ unit: 'binary' }), tie('value')))
      .map((entries): Value => ({ type: 'object', entries: new Map(entries) })),
  ),
})).value;

test('PACK5 any value reads back as it was written', () => {
  fc.assert(
    fc.property(values, (value) => {
      const writer = createByteWriter(1);
      writePackedValue(writer, value);
      const read = attemptPacked(writtenBytes(writer), readPackedValue);
      expect(read).toEqual({ type: 'read', value });
    }),
  );
});

const nested = (depth: number, inner: Value): Value => {
  let value = inner;
  for (let level = 0; level < depth; level += 1) value = { type: 'array', items: [value] };
  return value;
};

test('PACK4 a packed op may be nested as its text may, and no deeper', () => {
  const verdicts = [62, 63].map((depth) => {
    const op = insertOp({ signer, content: nested(depth, number(1)) });
    return [verdict(packParts(op)), verdict(packText(textOfSigned(op)))];
  });
  expect(verdicts).toEqual([
    ['candidate', 'candidate'],
    ['unparsable', 'unparsable'],
  ]);
});

test('PACK4 a packed op is as long as its text may be, and no longer', () => {
  const named = (bytes: number): SignedOp =>
    insertOp({ signer, content: itemContent({ name: text('x'.repeat(bytes)) }) });
  const room = MAX_OP_BYTES - textOfSigned(named(0)).length;
  const verdicts = [room - 1, room, room + 1].map((bytes) => {
    const op = named(bytes);
    // The id and the signature differ in digits; only the name decides here.
    return [textOfSigned(op).length <= MAX_OP_BYTES, verdict(packParts(op)) === 'candidate'];
  });
  expect(verdicts.every(([fits, isTaken]) => fits === isTaken)).toBe(true);
  expect(verdict(packParts(named(MAX_OP_BYTES)))).toBe('too-large');
  expect(verdict(packText(`${textOfSigned(item)}${' '.repeat(MAX_OP_BYTES)}`))).toBe('too-large');
});

test('PACK4 a packed op is rejected for what its text is rejected for', () => {
  const bad = [
    insertOp({ signer, dependsOn: new Array(65).fill(SIGNATURE) }),
    setOp(ROOT, 'stage', { signer, origin: ROOT }),
    deleteOp(ROOT, { signer }),
    insertOp({ signer, content: { type: 'object', entries: new Map([['name', text('')]]) } }),
    { ...item, author: toBytes(ROOT) },
  ];
  const reasons = bad.map((op) => [verdict(packParts(op)), verdict(packText(textOfSigned(op)))]);
  expect(reasons).toEqual([
    ['too-many-dependencies', 'too-many-dependencies'],
    ['bad-shape', 'bad-shape'],
    ['bad-shape', 'bad-shape'],
    ['missing-fields', 'missing-fields'],
    ['small-order-key', 'small-order-key'],
  ]);
});

test('PACK4 a packed op that is seen is a duplicate', () => {
  expect(examineOp(packParts(item), () => true).type).toBe('duplicate');
});
