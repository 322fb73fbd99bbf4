import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ROOT, toHex } from '../../worker/crdt/bytes.ts';
import { verifySignature } from '../../worker/crdt/curve.ts';
import {
  draftDelete,
  draftInsert,
  draftSet,
  EMPTY_FIELDS,
  emittableValue,
  sealOp,
  type UnsignedOp,
} from '../../worker/crdt/emit.ts';
import { examineOp, type Op } from '../../worker/crdt/op.ts';
import { serdeNumber } from '../../worker/crdt/rustDebug.ts';
import { encodeSignedOp } from '../../worker/crdt/signedOp.ts';
import {
  createFakeSigner,
  createSigner,
  deleteOp,
  idOf,
  insertOp,
  setOp,
  text,
} from '../support/opFactory.ts';
import { textOf } from '../support/opRecords.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const signer = createFakeSigner(0);
const author = signer.publicKey;
const item = insertOp({ signer });
const ITEM = idOf(item);

function seal(unsigned: UnsignedOp): Op {
  const sealed = sealOp(unsigned, signer.sign(unsigned.digest));
  if (sealed.type === 'rejected') throw new Error(sealed.detail);
  return sealed;
}

test('EMIT1 an insert has all nine fields in sorted order and no dependencies', () => {
  const made = seal(draftInsert({ author, origin: ROOT, seq: 1, fields: EMPTY_FIELDS }));
  expect(textOf(made)).toBe(encodeSignedOp(item));
  expect(
    [...textOf(made).matchAll(/"(\w+)":\{"(?:String|Number|Bool)"/g)].map(([, key]) => key),
  ).toEqual([
    'agent',
    'blocked',
    'claimed_at',
    'claimed_by',
    'depends_on',
    'name',
    'retry_count',
    'stage',
    'story_id',
  ]);
  const fields = { ...EMPTY_FIELDS, name: 'x' };
  const next = seal(draftInsert({ author, origin: ITEM, seq: 7, fields }));
  expect([next.type, next.seq, next.innerAuthor, next.dependsOn]).toEqual([
    'insert',
    7,
    author,
    [],
  ]);
});

test('EMIT1 the order in which fields are given does not matter', () => {
  const reversed = Object.fromEntries(Object.entries(EMPTY_FIELDS).reverse());
  const fields = reversed as typeof EMPTY_FIELDS;
  const made = seal(draftInsert({ author, origin: ROOT, seq: 1, fields }));
  expect(textOf(made)).toBe(encodeSignedOp(item));
});

test('EMIT2 a delete names its target as origin and in the path', () => {
  const made = seal(draftDelete({ author, target: ITEM, seq: 3 }));
  expect(textOf(made)).toBe(encodeSignedOp(deleteOp(ITEM, { signer, seq: 3 })));
});

test('EMIT3 a set has the own key as inner author and its item as origin, so the id binds the item', () => {
  const made = seal(draftSet({ author, target: ITEM, field: 'stage', seq: 2, value: '3_qa' }));
  const expected = setOp(ITEM, 'stage', { signer, seq: 2, content: text('3_qa') });
  expect(textOf(made)).toBe(encodeSignedOp(expected));
  expect([made.innerAuthor, toHex(expected.inner.origin)]).toEqual([author, ITEM]);
  const twin = `${ITEM.slice(0, 62)}${ITEM.endsWith('00') ? '01' : '00'}` as typeof ITEM;
  const other = draftSet({ author, target: twin, field: 'stage', seq: 2, value: '3_qa' });
  expect(seal(other).id).not.toBe(made.id);
});

test('EMIT3 booleans and numbers are emitted as such', () => {
  const blocked = seal(draftSet({ author, target: ITEM, field: 'blocked', seq: 2, value: true }));
  const retries = seal(draftSet({ author, target: ITEM, field: 'retry_count', seq: 2, value: 3 }));
  expect([blocked, retries].map((op) => op.type === 'set' && op.content)).toEqual([
    { type: 'bool', bool: true },
    { type: 'number', number: 3 },
  ]);
});

test('EMIT5 what is sealed passes every examination, its signature included', () => {
  const real = createSigner(1);
  const unsigned = draftInsert({
    author: real.publicKey,
    origin: ROOT,
    seq: 1,
    fields: EMPTY_FIELDS,
  });
  const sealed = sealOp(unsigned, real.sign(unsigned.digest));
  if (sealed.type === 'rejected') throw new Error(sealed.detail);
  const examined = examineOp(textOf(sealed), () => false);
  if (examined.type !== 'candidate') throw new Error(examined.type);
  const { digest, publicKey, signature } = examined.claim;
  expect([toHex(digest), verifySignature(signature, digest, publicKey)]).toEqual([
    toHex(unsigned.digest),
    true,
  ]);
  expect(examined.op).toEqual(sealed);
});

test('EMIT5 an op that would be too large is a refusal', () => {
  const value = '語'.repeat(22_000);
  const unsigned = draftSet({ author, target: ITEM, field: 'name', seq: 2, value });
  expect(sealOp(unsigned, signer.sign(unsigned.digest))).toEqual({
    type: 'rejected',
    reason: 'too-large',
    detail: 'over 65536 bytes',
  });
});

/** How serde_json reads a float by default: digits as an integer, then one multiplication. */
function readLikeSerdeJson(json: string): number {
  const [, whole = '', decimals = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e(-?\d+))?$/.exec(
    json,
  )!;
  const significand = BigInt(whole + decimals);
  expect(significand).toBeLessThan(2n ** 64n);
  const exponent = Number(power) - decimals.length;
  const scale = Number(`1e${Math.abs(exponent)}`);
  const value = exponent < 0 ? Number(significand) / scale : Number(significand) * scale;
  return json.startsWith('-') ? -value : value;
}

const anyNumber = fc.oneof(
  fc.double({ noNaN: true }),
  fc
    .tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.integer({ min: -25, max: 40 }))
    .map(([mantissa, exponent]) => mantissa * 10 ** exponent),
  fc.integer(),
  fc.maxSafeInteger(),
);

test('EMIT4 a number that is emitted is one that the Rust nodes read exactly', () => {
  const property = fc.property(anyNumber, (value) => {
    const emitted = emittableValue('claimed_at', value) as number | undefined;
    if (emitted === undefined) return;
    expect(Object.is(readLikeSerdeJson(serdeNumber(emitted)), emitted)).toBe(true);
    expect(Math.abs(emitted - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-14);
  });
  fc.assert(property, { seed: 17, numRuns: 20_000 });
});

test('EMIT4 numbers are rounded to 15 significant digits, and −0 is 0', () => {
  const values = [
    0,
    -0,
    1,
    -3,
    1763812345.123,
    0.1 + 0.2,
    123456789012345.67,
    1e-8,
    999999999999999,
  ];
  expect(values.map((value) => emittableValue('claimed_at', value))).toEqual([
    0, 0, 1, -3, 1763812345.123, 0.3, 123456789012346, 1e-8, 999999999999999,
  ]);
});

test('EMIT4 numbers beyond what is read exactly, infinities and NaN are no values', () => {
  const values = [1e15, -1e15, 999999999999999.9, 1234567890123450, Number.MAX_VALUE, 9e-9, 5e-324];
  const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  const all = [...values, ...odd];
  expect(all.map((value) => emittableValue('retry_count', value))).toEqual(
    all.map(() => undefined),
  );
});

test('EMIT4 a string is emitted if it is well-formed', () => {
  const values = ['', 'a', '😀', '\0\u2028', '\ud800', 'a\udc00b'];
  expect(values.map((value) => emittableValue('name', value))).toEqual([
    '',
    'a',
    '😀',
    '\0\u2028',
    undefined,
    undefined,
  ]);
});

test('EMIT4 a value of another type is no value of the field', () => {
  const strangers = [undefined, null, {}, [], 1n, Symbol('x'), () => ''];
  const wrong = [
    ...['1', true, ...strangers].map((value) => emittableValue('retry_count', value)),
    ...[1, true, ...strangers].map((value) => emittableValue('stage', value)),
    ...[1, 'true', ...strangers].map((value) => emittableValue('blocked', value)),
  ];
  expect(wrong).toEqual(wrong.map(() => undefined));
  expect([emittableValue('blocked', false), emittableValue('blocked', true)]).toEqual([
    false,
    true,
  ]);
});
