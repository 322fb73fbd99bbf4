import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createCauses } from '../../worker/crdt/causes.ts';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import type { Op } from '../../worker/crdt/op.ts';
import { planBatch } from '../../worker/crdt/planBatch.ts';
import { createFakeSigner, idOf, insertOp, readable, setOp } from '../support/opFactory.ts';
import { deliveries } from './opSets.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const [ann, ben] = [createFakeSigner(0), createFakeSigner(1)] as const;

function keys(ops: readonly Op[]): string[] {
  return ops.map(({ key }) => key as string).sort();
}

function documentAfter(ops: readonly Op[]): { document: Document; applied: Op[] } {
  const document = createDocument();
  return { document, applied: ops.flatMap((op) => document.apply(op).applied) };
}

test('HELD6 a plan names just what applying the batch would apply, once each, causes first', () => {
  const property = fc.property(deliveries, fc.nat(60), ({ arrivals }, cut) => {
    const { document, applied } = documentAfter(arrivals.slice(0, cut));
    const fresh = arrivals
      .slice(cut)
      .filter(({ key }) => !document.causes.hasSeen(key) && !document.held.has(key));
    const batch = [...new Map(fresh.map((op) => [op.key, op])).values()];
    const { ready, waiting } = planBatch(document.causes, document.held, batch);

    const inOrder = createCauses();
    for (const op of applied) inOrder.record(op);
    for (const op of ready) {
      expect(inOrder.missing(op)).toBeUndefined();
      inOrder.record(op);
    }
    expect(waiting).toEqual(
      batch
        .map((op) => ({ op, cause: inOrder.missing(op) }))
        .filter(({ cause }) => cause !== undefined),
    );
    expect(keys(ready)).toEqual(keys(batch.flatMap((op) => document.apply(op).applied)));
  });
  fc.assert(property, { seed: 13, numRuns: 300 });
});

test('HELD6 an item that comes twice, by two signers, releases a held op once', () => {
  const shape = { innerAuthor: ann.publicKey };
  const [byAnn, byBen] = [ann, ben].map((signer) => readable(insertOp({ ...shape, signer })));
  const item = idOf(insertOp({ ...shape, signer: ann }));
  const set = readable(setOp(item, 'stage', { signer: ann, seq: 2 }));
  const { document } = documentAfter([set]);
  const { ready } = planBatch(document.causes, document.held, [byAnn!, byBen!]);
  expect(ready).toEqual([byAnn, set, byBen]);
});
