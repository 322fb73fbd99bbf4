import { expect, test } from 'vitest';
import type { OpId } from '../../worker/crdt/bytes.ts';
import { CAUSAL_QUEUE_MAX, createHeldOps } from '../../worker/crdt/held.ts';
import type { Op } from '../../worker/crdt/op.ts';
import { createFakeSigner, insertOp, readable, text } from '../support/opFactory.ts';

const [ann, ben] = [createFakeSigner(0), createFakeSigner(1)] as const;
const [first, second] = ['11'.repeat(32) as OpId, '22'.repeat(32) as OpId];
const NO_BOUND = Number.MAX_SAFE_INTEGER;

function opBy(signer: typeof ann, seq: number, padding = 0): Op {
  return readable(insertOp({ signer, seq, content: text('x'.repeat(padding)) }));
}

function seqs(ops: readonly Op[]): number[] {
  return ops.map(({ seq }) => seq);
}

test('HELD3 an op is held once, however often it comes', () => {
  const held = createHeldOps();
  const op = opBy(ann, 1);
  for (const cause of [first, first, second]) expect(held.hold(op, cause)).toEqual([]);
  expect([held.has(op.key), held.ops(), held.bytes()]).toEqual([true, 1, op.bytes.length]);
  expect(held.release(second)).toEqual([]);
  expect(held.release(first)).toEqual([op]);
});

test('HELD3 a cause releases what waits for it, oldest first, and nothing else', () => {
  const held = createHeldOps();
  const ops = [1, 2, 3, 4].map((seq) => opBy(seq % 2 === 0 ? ann : ben, seq));
  for (const op of ops) held.hold(op, op.seq === 3 ? second : first);
  expect(seqs(held.release(first))).toEqual([1, 2, 4]);
  expect(held.release(first)).toEqual([]);
  expect([held.ops(), held.bytes(), held.has(ops[0]!.key), held.has(ops[2]!.key)]).toEqual([
    1,
    ops[2]!.bytes.length,
    false,
    true,
  ]);
});

test('HELD4 over the bound the oldest op of the signer with most bytes is evicted and forgotten', () => {
  const held = createHeldOps({ ops: 3, bytes: NO_BOUND });
  const quiet = opBy(ben, 1);
  expect(held.hold(quiet, first)).toEqual([]);
  const flood = [2, 3, 4, 5].map((seq) => opBy(ann, seq));
  expect(flood.map((op) => seqs(held.hold(op, first)))).toEqual([[], [], [2], [3]]);
  expect([held.ops(), held.has(quiet.key), held.has(flood[0]!.key)]).toEqual([3, true, false]);
  expect(seqs(held.hold(flood[0]!, first))).toEqual([4]);
  expect(seqs(held.release(first))).toEqual([1, 5, 2]);
});

test('HELD4 a few large ops weigh more than many small ones', () => {
  const held = createHeldOps({ ops: 4, bytes: NO_BOUND });
  for (const seq of [1, 2, 3]) held.hold(opBy(ben, seq), first);
  held.hold(opBy(ann, 4, 9000), first);
  expect(seqs(held.hold(opBy(ben, 5), first))).toEqual([4]);
});

test('HELD4 bytes are bounded too: as many ops go as it takes, the new one at worst', () => {
  const small = opBy(ben, 1);
  const held = createHeldOps({ ops: NO_BOUND, bytes: small.bytes.length * 3 });
  for (const seq of [1, 2, 3]) expect(held.hold(opBy(ben, seq), first)).toEqual([]);
  const large = opBy(ann, 4, small.bytes.length);
  expect(seqs(held.hold(large, first))).toEqual([1, 2]);
  const huge = opBy(ann, 5, small.bytes.length * 3);
  expect(seqs(held.hold(huge, first))).toEqual([4, 5]);
  expect([held.ops(), held.has(huge.key)]).toEqual([1, false]);
});

test('HELD5 a document holds at most 16,384 ops and 32 MiB unless told otherwise', () => {
  expect(CAUSAL_QUEUE_MAX).toEqual({ ops: 16_384, bytes: 33_554_432 });
});
