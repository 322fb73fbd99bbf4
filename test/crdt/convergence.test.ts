import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import type { Op } from '../../worker/crdt/op.ts';
import type { Change, ItemView } from '../../worker/crdt/view.ts';
import { computeState } from '../support/naiveModel.ts';
import { type Delivery, deliveries } from './opSets.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

function check(runs: number, holds: (delivery: Delivery) => void): void {
  fc.assert(fc.property(deliveries, holds), { seed: 20_251, numRuns: runs });
}

interface State {
  readonly items: unknown;
  readonly applied: readonly string[];
}

function stateOf(document: Document, ops: readonly Op[]): State {
  const applied = ops.filter((op) => document.causes.hasSeen(op.key)).map((op) => op.key as string);
  return { items: document.items.view(), applied: [...new Set(applied)].sort() };
}

function modelOf(ops: readonly Op[]): State {
  const { items, applied } = computeState(ops);
  return { items, applied };
}

test('CRDT1 any order with any duplication gives the state of the set', () => {
  check(400, ({ ops, arrivals }) => {
    const document = createDocument();
    for (const op of arrivals) document.apply(op);
    expect(stateOf(document, ops)).toEqual(modelOf(ops));
  });
});

test('CRDT1 three replicas that got any parts of a set and then exchange them are equal', () => {
  check(200, ({ ops, shares }) => {
    const logs = shares.map((share) => [...share]);
    const replicas = shares.map((share) => {
      const document = createDocument();
      for (const op of share) document.apply(op);
      return document;
    });
    for (const [from, to] of [
      [0, 1],
      [2, 1],
      [1, 0],
      [1, 2],
    ] as const) {
      for (const op of logs[from]!) replicas[to]!.apply(op);
      logs[to]!.push(...logs[from]!);
    }
    const expected = modelOf(ops);
    for (const replica of replicas) expect(stateOf(replica, ops)).toEqual(expected);
  });
});

test('CRDT2 after every op the document is what the ops so far give from scratch', () => {
  check(60, ({ arrivals }) => {
    const document = createDocument();
    const delivered: Op[] = [];
    for (const op of arrivals) {
      document.apply(op);
      delivered.push(op);
      expect(stateOf(document, delivered)).toEqual(modelOf(delivered));
      expect(document.held.ops()).toBe(computeState(delivered).waiting.length);
    }
  });
});

test('CRDT3 changes folded onto the view before an op give the view after it', () => {
  check(200, ({ arrivals }) => {
    const document = createDocument();
    let folded: readonly ItemView[] = [];
    for (const op of arrivals) {
      folded = document.apply(op).changes.reduce(fold, folded);
      expect(folded).toEqual(document.items.view());
    }
  });
});

function fold(items: readonly ItemView[], change: Change): readonly ItemView[] {
  switch (change.type) {
    case 'insert':
      expect(items.map(({ id }) => id)).not.toContain(change.item.id);
      return items.toSpliced(change.index, 0, change.item);
    case 'update':
      expect(items.map(({ id }) => id)).toContain(change.id);
      return items.map((item) =>
        item.id === change.id
          ? { id: item.id, fields: { ...item.fields, ...change.fields } }
          : item,
      );
    case 'remove':
      expect(items.map(({ id }) => id)).toContain(change.id);
      return items.filter(({ id }) => id !== change.id);
  }
}

test('CRDT4 each delivery is answered as the set so far makes it', () => {
  check(200, ({ arrivals }) => {
    const document = createDocument();
    for (const op of arrivals) {
      const wasSeen = document.causes.hasSeen(op.key);
      const wasHeld = document.held.has(op.key);
      const { outcome, applied } = document.apply(op);
      if (outcome === 'applied') expect(applied[0]).toBe(op);
      else expect(applied).toEqual([]);
      expect({
        outcome,
        seen: document.causes.hasSeen(op.key),
        held: document.held.has(op.key),
      }).toEqual(
        {
          duplicate: { outcome: 'duplicate', seen: wasSeen, held: false },
          held: { outcome: 'held', seen: false, held: true },
          applied: { outcome: 'applied', seen: !wasSeen && !wasHeld, held: false },
        }[outcome],
      );
    }
  });
});

test('HELD4 held ops stay within their bounds, and evicted ones that come again converge', () => {
  const limits = { ops: 3, bytes: 6000 };
  check(150, ({ ops, arrivals }) => {
    const document = createDocument(limits);
    const deliver = (op: Op): void => {
      const before = heldAmong(document, ops);
      const { outcome, applied, evicted } = document.apply(op);
      expect(document.held.ops()).toBeLessThanOrEqual(limits.ops);
      expect(document.held.bytes()).toBeLessThanOrEqual(limits.bytes);
      const gone: readonly string[] = [...applied, ...evicted].map(({ key }) => key);
      const now = outcome === 'held' ? [...before, op.key] : [...before];
      expect(heldAmong(document, ops)).toEqual(new Set(now.filter((key) => !gone.includes(key))));
    };
    for (const op of arrivals) deliver(op);
    // A delivery in causal order exists, and as many rounds as ops contain it.
    for (let round = 0; round < ops.length; round += 1) for (const op of ops) deliver(op);
    expect(stateOf(document, ops)).toEqual(modelOf(ops));
  });
});

function heldAmong(document: Document, ops: readonly Op[]): ReadonlySet<string> {
  return new Set(ops.map(({ key }) => key).filter((key) => document.held.has(key)));
}
