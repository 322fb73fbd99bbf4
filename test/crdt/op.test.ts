import { expect, test } from 'vitest';
import { ROOT } from '../../worker/crdt/bytes.ts';
import { examineOp, MAX_OP_BYTES, readOp } from '../../worker/crdt/op.ts';
import { parseSignedOp, type SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Value } from '../../worker/crdt/value.ts';
import { FIELD_NAMES } from '../../worker/crdt/view.ts';
import {
  createFakeSigner,
  deleteOp,
  field,
  idOf,
  index,
  insertOp,
  itemContent,
  opText,
  readable,
  setOp,
  signedOp,
  text,
} from '../support/opFactory.ts';
import { textOf } from '../support/opRecords.ts';

const signer = createFakeSigner(0);
const ITEM = '11'.repeat(32);
const never = (): boolean => false;

/** `candidate`, `duplicate`, or the reason of the rejection. */
function verdict(op: SignedOp | string): string {
  const examined = examineOp(typeof op === 'string' ? op : opText(op), never);
  return examined.type === 'rejected' ? examined.reason : examined.type;
}

function verdicts(ops: readonly SignedOp[]): string[] {
  return ops.map(verdict);
}

/** `id` with another last bit: the same 24 bits in a digest. */
function almost(id: string): string {
  return id.slice(0, -1) + (Number.parseInt(id.slice(-1), 16) ^ 1).toString(16);
}

test('OP8 a text above 64 KiB of UTF-8 is too large, whatever is in it', () => {
  for (const filler of ['a', 'é', '語', '😀']) {
    const count = Math.floor((MAX_OP_BYTES - 2000) / Buffer.byteLength(filler));
    const large = opText(insertOp({ signer, content: text(filler.repeat(count)) }));
    const largest = large + ' '.repeat(MAX_OP_BYTES - Buffer.byteLength(large));
    expect([largest, `${largest} `].map(verdict)).toEqual(['candidate', 'too-large']);
  }
  expect(verdict('x'.repeat(MAX_OP_BYTES + 1))).toBe('too-large');
  expect(verdict('語'.repeat(MAX_OP_BYTES / 3 + 1))).toBe('too-large');
});

test('OP9 what is no SignedOp is unparsable', () => {
  const good = opText(insertOp({ signer }));
  const texts = ['', 'null', '{}', '[]', good.slice(1), `${good}x`, good.slice(0, -1), '\ud800'];
  expect(texts.map(verdict)).toEqual(texts.map(() => 'unparsable'));
});

test('OP10 any seq up to 2^53 − 1 is taken', () => {
  const seqs = [0, 1, Number.MAX_SAFE_INTEGER, 2n ** 53n, 2n ** 64n - 1n];
  expect(verdicts(seqs.map((seq) => insertOp({ signer, seq })))).toEqual([
    'candidate',
    'candidate',
    'candidate',
    'seq-too-large',
    'seq-too-large',
  ]);
  const beyond = opText(insertOp({ signer })).replace('"seq":1', '"seq":18446744073709551616');
  expect(verdict(beyond)).toBe('unparsable');
});

test('OP11 an op has at most 64 dependencies', () => {
  const dependencies = (count: number): string[] =>
    Array.from({ length: count }, (_, at) => at.toString(16).padStart(2, '0').repeat(64));
  const ops = [64, 65].map((count) => insertOp({ signer, dependsOn: dependencies(count) }));
  expect(verdicts(ops)).toEqual(['candidate', 'too-many-dependencies']);
});

test('OP12 a signer whose key has small order is refused, an inner author is not looked at', () => {
  const anybody = { ...signer, publicKey: '00'.repeat(32) } as typeof signer;
  expect(verdict(insertOp({ signer: anybody }))).toBe('small-order-key');
  expect(verdict(insertOp({ signer, innerAuthor: '00'.repeat(32) }))).toBe('candidate');
});

test('OP13 the four shapes are insert, delete, set and the delete of a register', () => {
  const ops = [
    insertOp({ signer, origin: ITEM }),
    deleteOp(ITEM, { signer }),
    setOp(ITEM, 'stage', { signer }),
    setOp(ITEM, 'stage', { signer, content: null }),
  ];
  expect(
    ops.map((op) => {
      const { key, bytes, ...read } = { ...readable(op) };
      return [read, textOf({ bytes }) === opText(op), typeof key];
    }),
  ).toEqual(
    [
      { type: 'insert', origin: ITEM, content: itemContent() },
      { type: 'delete', target: ITEM },
      { type: 'set', target: ITEM, field: 'stage', content: text('new') },
      { type: 'set', target: ITEM, field: 'stage', content: null },
    ].map((read, at) => [
      {
        ...read,
        seq: 1,
        id: idOf(ops[at]!),
        signer: signer.publicKey,
        innerAuthor: signer.publicKey,
        signature: Buffer.from(ops[at]!.signed_digest).toString('hex'),
        dependsOn: [],
      },
      true,
      'string',
    ]),
  );
});

test('OP13 each of the nine registers can be set, and no other', () => {
  const set = (name: string): string => verdict(setOp(ITEM, name, { signer }));
  expect(FIELD_NAMES.map(set)).toEqual(FIELD_NAMES.map(() => 'candidate'));
  const others = ['', 'Stage', 'id', '__proto__', 'constructor', 'toString', 'items'];
  expect(others.map(set)).toEqual(others.map(() => 'bad-shape'));
});

test('OP13 a path of any other form is refused', () => {
  const paths = [
    [],
    [field('items')],
    [index(ITEM)],
    [field('other'), index(ITEM)],
    [field('items'), field('stage')],
    [field('items'), index(ITEM), field('stage')],
    [field('items'), index(ITEM), index(ITEM)],
    [field('items'), index(ITEM), index(ITEM), index(ITEM)],
    [field('items'), index(ITEM), field('stage'), field('stage')],
    [index(ITEM), field('items')],
  ];
  const ops = paths.flatMap((path) => [
    signedOp({ signer, origin: ITEM, content: text('x'), path }),
    signedOp({ signer, origin: ITEM, content: null, path }),
  ]);
  expect(verdicts(ops)).toEqual(ops.map(() => 'bad-shape'));
  const longer = setOp(ITEM, 'stage', {
    signer,
    path: (id) => [field('items'), index(ITEM), field('stage'), index(id), index(id)],
  });
  expect(verdict(longer)).toBe('bad-shape');
});

test('OP14 the last index is the own id, of a delete its origin, in all 32 bytes', () => {
  const insert = insertOp({ signer });
  const set = setOp(ITEM, 'stage', { signer });
  const ops = [
    insertOp({ signer, path: [field('items'), index(almost(idOf(insert)))] }),
    setOp(ITEM, 'stage', {
      signer,
      path: [field('items'), index(ITEM), field('stage'), index(almost(idOf(set)))],
    }),
    deleteOp(ITEM, { signer, path: [field('items'), index(almost(ITEM))] }),
    deleteOp(ITEM, { signer, path: (id) => [field('items'), index(id)] }),
  ];
  expect(verdicts(ops)).toEqual(ops.map(() => 'bad-shape'));
});

test('OP15 a set names in origin its own item, whole, or nothing', () => {
  const origins = [ROOT, ITEM, almost(ITEM), '22'.repeat(32)];
  const ops = origins.map((origin) => setOp(ITEM, 'stage', { signer, origin }));
  expect(verdicts(ops)).toEqual(['candidate', 'candidate', 'bad-shape', 'bad-shape']);
});

test('OP16 the root is no item: nobody deletes it or sets its registers', () => {
  const ops = [deleteOp(ROOT, { signer }), setOp(ROOT, 'stage', { signer })];
  expect(verdicts(ops)).toEqual(['bad-shape', 'bad-shape']);
});

test('OP17 content is null exactly where something is deleted', () => {
  const ops = [
    insertOp({ signer, content: null, isDeleted: false }),
    insertOp({ signer, isDeleted: true }),
    deleteOp(ITEM, { signer, content: text('x'), isDeleted: true }),
    setOp(ITEM, 'stage', { signer, content: null, isDeleted: false }),
    setOp(ITEM, 'stage', { signer, isDeleted: true }),
  ];
  expect(verdicts(ops)).toEqual(ops.map(() => 'bad-shape'));
});

test('OP18 an inserted object has all nine registers, of any type, and may have more keys', () => {
  const { entries } = itemContent() as Extract<Value, { type: 'object' }>;
  const without = (name: string): Value => {
    return { type: 'object', entries: new Map([...entries].filter(([key]) => key !== name)) };
  };
  const ops = FIELD_NAMES.map((name) => insertOp({ signer, content: without(name) }));
  expect(verdicts(ops)).toEqual(FIELD_NAMES.map(() => 'missing-fields'));
  const odd = [
    itemContent({ stage: { type: 'null' }, blocked: text('no') }),
    itemContent({ extra: text(''), __proto__x: text('') }),
    { type: 'object', entries: new Map([...entries].reverse()) } satisfies Value,
    text('no object'),
    { type: 'array', items: [] } satisfies Value,
    { type: 'null' } satisfies Value,
  ];
  expect(verdicts(odd.map((content) => insertOp({ signer, content })))).toEqual(
    odd.map(() => 'candidate'),
  );
});

test('OP19 the id is the one that belongs to origin, inner author, seq, content and deletion', () => {
  const item = insertOp({ signer });
  const { entries } = itemContent() as Extract<Value, { type: 'object' }>;
  const changes: Partial<SignedOp['inner']>[] = [
    { origin: new Uint8Array(32).fill(1) },
    { author: new Uint8Array(32) },
    { seq: 2 },
    { content: itemContent({ name: text('x') }) },
    { content: { type: 'object', entries: new Map([...entries].reverse()) } },
  ];
  const altered = changes.map((change) => ({ ...item, inner: { ...item.inner, ...change } }));
  expect(verdicts(altered)).toEqual(changes.map(() => 'wrong-id'));
});

test('OP20 an op that was accepted is a duplicate, whatever its white space or the order of its keys', () => {
  const json = opText(insertOp({ signer }));
  const first = examineOp(json, never);
  if (first.type !== 'candidate') throw new Error(first.type);
  const isSeen = (key: string): boolean => key === first.op.key;
  const { author, ...rest } = JSON.parse(json);
  const respelled = JSON.stringify({ ...rest, author }, null, 1);
  expect([json, respelled].map((each) => examineOp(each, isSeen))).toEqual([
    { type: 'duplicate', key: first.op.key },
    { type: 'duplicate', key: first.op.key },
  ]);
});

test('OP20 an altered copy is never taken for the op it copies', () => {
  const op = insertOp({ signer });
  const first = examineOp(opText(op), never);
  if (first.type !== 'candidate') throw new Error(first.type);
  const isSeen = (key: string): boolean => key === first.op.key;
  const altered = { ...op, signed_digest: op.signed_digest.with(0, op.signed_digest[0]! ^ 1) };
  const outcome = examineOp(opText(altered), isSeen);
  expect(outcome.type).toBe('candidate');
});

test('OP21 a rejection depends on the text alone: it comes before anything seen is looked at', () => {
  const bad = [
    'x',
    opText(insertOp({ signer, seq: 2n ** 53n })),
    opText(deleteOp(ROOT, { signer })),
    opText(insertOp({ signer, content: { type: 'object', entries: new Map() } })),
  ];
  const always = (): boolean => true;
  for (const each of bad) expect(examineOp(each, always)).toEqual(examineOp(each, never));
  expect(bad.map((each) => examineOp(each, always).type)).toEqual(bad.map(() => 'rejected'));
});

test('OP22 the text of an op stays as it was received', () => {
  const spaced = ` ${opText(insertOp({ signer }))}\n`;
  const examined = examineOp(spaced, never);
  expect(examined.type === 'candidate' && textOf(examined.op)).toBe(spaced);
  expect(parseSignedOp(spaced).type).toBe('read');
});

test('OP23 an op of the own store is read by the same rules, its id and signature taken for right', () => {
  const item = insertOp({ signer });
  const forged: SignedOp = { ...item, inner: { ...item.inner, seq: 2 } };
  expect(readOp(opText(forged)).type).toBe('insert');
  expect(verdict(forged)).toBe('wrong-id');
  expect(readOp(opText(deleteOp(ROOT, { signer })))).toEqual({
    type: 'rejected',
    reason: 'bad-shape',
    detail: 'delete of the root',
  });
});

test('OP8 an op whose canonical text is above 64 KiB is too large however short it is spelled', () => {
  // 1e15 takes four characters here and eighteen in the text that a Rust node would pass on.
  const items = (count: number): Value => {
    return { type: 'array', items: Array<Value>(count).fill({ type: 'number', number: 1e15 }) };
  };
  const spelled = (count: number): string =>
    opText(insertOp({ signer, content: items(count) })).replaceAll('1000000000000000.0', '1e15');
  expect([spelled(2500).length < MAX_OP_BYTES, verdict(spelled(2500))]).toEqual([
    true,
    'too-large',
  ]);
  expect(verdict(spelled(1500))).toBe('candidate');
});
