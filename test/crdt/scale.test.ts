import { expect, test, vi } from 'vitest';
import {
  type OpId,
  type PublicKey,
  ROOT,
  type SeenKey,
  type Signature,
} from '../../worker/crdt/bytes.ts';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import type { InsertOp, SetOp } from '../../worker/crdt/op.ts';
import { packText } from '../../worker/crdt/packedOp.ts';
import { itemContent, text } from '../support/opFactory.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const COUNT = 10_000;
const numbers = Array.from({ length: COUNT }, (_, at) => at + 1);
const CONTENT = itemContent();

function hex<T extends string>(number: number, bytes: number): T {
  return number.toString(16).padStart(bytes * 2, '0') as T;
}

function common(number: number) {
  return {
    key: hex<SeenKey>(number, 32),
    bytes: packText('x'.repeat(1000)),
    signer: hex<PublicKey>(number % 7, 32),
    signature: hex<Signature>(number, 64),
    id: hex<OpId>(number, 32),
    innerAuthor: hex<PublicKey>(0, 32),
    seq: number,
    dependsOn: [] as readonly Signature[],
  };
}

/** The item of a number: its id is the number in hex, its seq the number. */
function insert(number: number, origin: number): InsertOp {
  const id = origin === 0 ? ROOT : hex<OpId>(origin, 32);
  return { ...common(number), type: 'insert', origin: id, content: CONTENT };
}

function setStage(number: number, target: number): SetOp {
  const content = text(`stage ${number}`);
  return {
    ...common(COUNT + number),
    type: 'set',
    target: hex(target, 32),
    field: 'stage',
    content,
  };
}

function visible(document: Document): number[] {
  return document.items.view().map(({ id }) => Number.parseInt(id, 16));
}

test('CRDT14 a chain of ten thousand inserts is placed in order of delivery and in reverse', () => {
  const chain = numbers.map((number) => insert(number, number - 1));
  const forward = createDocument();
  const indices = chain.flatMap((op) => forward.apply(op).changes);
  expect(indices.map((change) => change.type === 'insert' && change.index)).toEqual(
    numbers.map((number) => number - 1),
  );
  expect(visible(forward)).toEqual(numbers);

  const backward = createDocument();
  for (const op of chain.slice(1).reverse()) expect(backward.apply(op).outcome).toBe('held');
  const { applied, changes } = backward.apply(chain[0]!);
  expect(applied).toEqual(chain);
  expect(changes.length).toBe(COUNT);
  expect(visible(backward)).toEqual(numbers);
});

const descending = numbers.toReversed();
const inwards = numbers.map((_, at) =>
  at % 2 === 0 ? numbers[at / 2]! : descending[(at - 1) / 2]!,
);

test.each([
  ['ascending', numbers],
  ['descending', descending],
  ['inwards', inwards],
  ['outwards', inwards.toReversed()],
])('CRDT14 ten thousand siblings, delivered %s, stand by seq', (_, order) => {
  const document = createDocument();
  for (const number of order) document.apply(insert(number, 0));
  expect(visible(document)).toEqual(descending);
});

test('CRDT14 ten thousand inserts at the end of a list each go after the one before', () => {
  const document = createDocument();
  for (const number of numbers) {
    const last = document.items.lastVisible() ?? ROOT;
    document.apply({ ...insert(number, 0), origin: last });
  }
  expect(visible(document)).toEqual(numbers);
});

test('CRDT14 ten thousand ops that wait for one item are released by it', () => {
  const document = createDocument();
  const item = COUNT + 1;
  const half = COUNT / 2;
  for (const number of numbers.slice(0, half)) document.apply(setStage(number + 1, item));
  for (const number of numbers.slice(0, half)) document.apply(insert(number, item));
  expect(document.held.ops()).toBe(COUNT);
  const { applied } = document.apply(insert(item, 0));
  expect([applied.length, document.held.ops(), document.held.bytes()]).toEqual([COUNT + 1, 0, 0]);
  expect(document.items.fields(hex(item, 32))?.stage).toBe(`stage ${half + 1}`);
  expect(visible(document)).toEqual([item, ...descending.slice(half)]);
});

test('CRDT14 ten thousand ops that wait for the same 64 dependencies are released by the last', () => {
  const document = createDocument();
  const dependencies = numbers.slice(0, 64).map((number) => insert(COUNT + number, 0));
  const dependsOn = dependencies.map(({ signature }) => signature);
  for (const number of numbers) document.apply({ ...insert(number, 0), dependsOn });
  const released = dependencies.map((op) => document.apply(op).applied.length);
  expect(released).toEqual([...Array(63).fill(1), COUNT + 1]);
  expect(document.held.ops()).toBe(0);
});

test('CRDT14 a flood of ten thousand signers evicts within the bounds', () => {
  const document = createDocument({ ops: 500, bytes: Number.MAX_SAFE_INTEGER });
  const evicted = numbers.flatMap((number) => {
    const op = { ...insert(number, COUNT + 1), signer: hex<PublicKey>(number, 32) };
    return document.apply(op).evicted;
  });
  expect([document.held.ops(), evicted.length]).toEqual([500, COUNT - 500]);
});
