import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ROOT, type Signature, toBytes, toHex } from '../../worker/crdt/bytes.ts';
import { type Causes, createCauses, createCausesLayer } from '../../worker/crdt/causes.ts';
import type { Op } from '../../worker/crdt/op.ts';
import {
  createFakeSigner,
  deleteOp,
  idOf,
  insertOp,
  readable,
  setOp,
} from '../support/opFactory.ts';
import { deliveries } from './opSets.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const signer = createFakeSigner(0);

test('HELD1 an op needs its item or origin, then each of its dependencies in their order', () => {
  const causes = createCauses();
  const item = insertOp({ signer });
  const other = insertOp({ signer, seq: 2 });
  const dependsOn = [other, item].map((op) => toHex(op.signed_digest));
  const set = readable(setOp(idOf(item), 'stage', { signer, dependsOn }));
  expect(causes.missing(readable(insertOp({ signer, origin: ROOT })))).toBeUndefined();
  expect(causes.missing(readable(deleteOp(idOf(item), { signer })))).toBe(idOf(item));
  expect(causes.missing(set)).toBe(idOf(item));
  expect(causes.record(readable(item))).toEqual([idOf(item), toHex(item.signed_digest)]);
  expect(causes.missing(set)).toBe(dependsOn[0]);
  causes.record(readable(other));
  expect(causes.missing(set)).toBeUndefined();
  expect(causes.record(set)).toEqual([set.signature]);
});

test('HELD1 what a store gives back is known as what was recorded', () => {
  const [recorded, restored] = [createCauses(), createCauses()];
  const item = insertOp({ signer });
  const ops = [readable(item), readable(setOp(idOf(item), 'stage', { signer }))];
  for (const op of ops) {
    recorded.record(op);
    restored.restore({
      seenKey: toBytes(op.key),
      signature: toBytes(op.signature),
      item: op.type === 'insert' ? toBytes(op.id) : null,
    });
  }
  expect(restored.contents()).toEqual(recorded.contents());
  expect(restored.hasSeen(ops[1]!.key)).toBe(true);
});

test('HELD1 the id of an op that is no insert is no item', () => {
  const causes = createCauses();
  const remove = readable(deleteOp('11'.repeat(32), { signer }));
  causes.record(remove);
  expect(causes.missing(readable(insertOp({ signer, origin: remove.id })))).toBe(remove.id);
});

test('HELD1 an item or a signature that comes again is not brought again', () => {
  const causes = createCauses();
  const shape = { innerAuthor: signer.publicKey };
  const [first, again] = [signer, createFakeSigner(1)].map((each) =>
    readable(insertOp({ ...shape, signer: each })),
  );
  expect(causes.record(first!)).toEqual([first!.id, first!.signature]);
  expect(causes.record(again!)).toEqual([again!.signature]);
  const twin = readable(insertOp({ signer, seq: 2, signature: first!.signature }));
  expect(causes.record(twin)).toEqual([twin.id]);
});

test('HELD1 what was missing last is where the next look begins', () => {
  const others = [insertOp({ signer, seq: 2 }), insertOp({ signer, seq: 3 })];
  const [first, second] = others.map((op) => toHex<Signature>(op.signed_digest));
  const item = insertOp({ signer });
  const set = readable(setOp(idOf(item), 'name', { signer, dependsOn: [first!, second!] }));
  const causes = createCauses();
  expect(causes.missing(set, set.type === 'set' ? set.target : undefined)).toBe(idOf(item));
  causes.record(readable(item));
  expect(causes.missing(set, first)).toBe(first);
  expect(causes.missing(set, second)).toBe(second);
  for (const op of others) causes.record(readable(op));
  expect(causes.missing(set, first)).toBeUndefined();
});

test('HELD7 an index made of the contents of another answers alike, and numbers its ops alike', () => {
  const property = fc.property(deliveries, fc.nat(40), ({ ops }, cut) => {
    const whole = createCauses(1);
    for (const op of ops.slice(0, cut)) whole.record(op);
    const again = createCauses(2, whole.contents());
    expect(answers(again, ops)).toEqual(answers(whole, ops));
    for (const op of ops.slice(cut)) expect(again.record(op)).toEqual(whole.record(op));
    expect(answers(again, ops)).toEqual(answers(whole, ops));
    const distinct = [...new Set(ops.map(({ key }) => key))];
    expect(again.size()).toBe(distinct.length);
    expect(distinct.map((_, index) => toHex(again.seenKeys().at(index)))).toEqual(distinct);
  });
  fc.assert(property, { seed: 12, numRuns: 60 });
});

/** Everything that can be asked about these ops. */
function answers(causes: Causes, ops: readonly Op[]): unknown {
  return ops.map((op) => [
    causes.hasSeen(op.key),
    causes.hasSignature(op.signature),
    causes.hasItem(op.id),
    causes.missing(op),
  ]);
}

test('HELD2 a layer answers as if its ops were in the index below, and one dropped leaves no trace', () => {
  const property = fc.property(deliveries, fc.nat(40), ({ ops }, cut) => {
    const [early, late] = [ops.slice(0, cut), ops.slice(cut)];
    const flat = createCauses();
    const below = createCauses();
    for (const op of early) [flat, below].map((causes) => causes.record(op));
    const before = answers(below, ops);
    const layer = createCausesLayer(below);
    for (const op of late) expect(layer.record(op)).toEqual(flat.record(op));
    expect(answers(layer, ops)).toEqual(answers(flat, ops));
    expect(answers(below, ops)).toEqual(before);
    expect(layer.size()).toBe(new Set(late.map(({ key }) => key)).size);
  });
  fc.assert(property, { seed: 11, numRuns: 100 });
});
