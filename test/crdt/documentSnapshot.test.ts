import { readFileSync } from 'node:fs';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  createDocument,
  type Document,
  type DocumentContents,
  restoreDocument,
} from '../../worker/crdt/document.ts';
import { type DocumentSnapshot, encodeSnapshot } from '../../worker/crdt/documentSnapshot.ts';
import type { Op } from '../../worker/crdt/op.ts';
import { decodeSnapshot } from '../../worker/crdt/readSnapshot.ts';
import { FIELD_NAMES } from '../../worker/crdt/view.ts';
import {
  bool,
  createFakeSigner,
  deleteOp,
  idOf,
  insertOp,
  itemContent,
  number,
  readable,
  setOp,
  text,
} from '../support/opFactory.ts';
import { deliveries } from './opSets.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const [ann, ben] = [createFakeSigner(0), createFakeSigner(1)] as const;

function snapshotOf(contents: DocumentContents): DocumentSnapshot {
  const encoding = encodeSnapshot(contents);
  for (;;) {
    const step = encoding.next();
    if (step.done) return step.value;
  }
}

function restore(snapshot: DocumentSnapshot): Document {
  const decoded = decodeSnapshot(snapshot);
  if (decoded.type === 'unreadable') throw new Error(decoded.detail);
  const document = restoreDocument(decoded.value);
  if (document === undefined) throw new Error('not the contents of a document');
  return document;
}

/** All that commands, peers and the page can learn of a document. */
function stateOf({ items, causes, contents }: Document, ops: readonly Op[]): unknown {
  const ids = ops.map((op) => (op.type === 'insert' ? op.id : op.target));
  return {
    view: items.view(),
    stamps: ids.map((id) => FIELD_NAMES.map((field) => items.stamp(id, field))),
    fields: ids.map((id) => items.fields(id)),
    has: ids.map((id) => items.has(id)),
    place: [items.lastVisible(), items.listSeq()],
    known: ops.map((op) => [
      causes.hasSeen(op.key),
      causes.hasSignature(op.signature),
      causes.hasItem(op.id),
      causes.missing(op),
    ]),
    size: causes.size(),
    contents: contents(),
  };
}

test('SNAP1 a document restored from a snapshot and given the other ops equals one given all', () => {
  const property = fc.property(deliveries, fc.nat(120), ({ ops, arrivals }, cut) => {
    const [whole, early] = [createDocument(), createDocument()];
    for (const op of arrivals.slice(0, cut)) for (const each of [whole, early]) each.apply(op);
    const restored = restore(snapshotOf(early.contents()));
    const waiting = arrivals.slice(0, cut).filter((op) => early.held.has(op.key));
    for (const op of waiting) restored.apply(op);
    expect(stateOf(restored, ops)).toEqual(stateOf(early, ops));
    for (const op of arrivals.slice(cut)) {
      const { outcome, changes } = whole.apply(op);
      expect(restored.apply(op)).toMatchObject({ outcome, changes });
    }
    expect(stateOf(restored, ops)).toEqual(stateOf(whole, ops));
  });
  fc.assert(property, { seed: 31, numRuns: 300 });
});

test('SNAP2 what was taken as contents stays as it was while further ops are applied', () => {
  const property = fc.property(deliveries, fc.nat(60), ({ arrivals }, cut) => {
    const document = createDocument();
    for (const op of arrivals.slice(0, cut)) document.apply(op);
    const contents = document.contents();
    const before = snapshotOf(contents);
    for (const op of arrivals.slice(cut)) document.apply(op);
    expect(snapshotOf(contents)).toEqual(before);
  });
  fc.assert(property, { seed: 32, numRuns: 100 });
});

/** One of everything that the format knows. */
function goldenDocument(): Document {
  const document = createDocument();
  const content = itemContent({
    name: text('né 🐕'),
    stage: text('1_backlog'),
    retry_count: number(2),
    claimed_at: number(1_750_000_000.5),
    blocked: { type: 'null' },
  });
  const first = insertOp({ signer: ann, content });
  const second = insertOp({ signer: ben, origin: idOf(first), seq: 2 });
  const third = insertOp({ signer: ann, origin: idOf(first), seq: 3, content: bool(true) });
  const gone = insertOp({ signer: ann, seq: 4 });
  const item = idOf(first);
  for (const op of [
    first,
    second,
    third,
    gone,
    insertOp({ signer: ben, innerAuthor: ann.publicKey, content }),
    deleteOp(idOf(gone), { signer: ben, seq: 5 }),
    setOp(item, 'retry_count', { signer: ben, seq: 2, content: number(-0) }),
    setOp(item, 'stage', { signer: ben, seq: Number.MAX_SAFE_INTEGER, innerAuthor: item }),
    setOp(item, 'blocked', { signer: ann, seq: 2, content: bool(true) }),
    setOp(idOf(second), 'blocked', { signer: ann, seq: 2, content: bool(false) }),
    setOp(idOf(second), 'agent', { signer: ann, seq: 2, content: null }),
  ]) {
    document.apply(readable(op));
  }
  return document;
}

const goldenFile = new URL('./documentSnapshot.golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as {
  readonly items: string;
  readonly index: string;
};

test('SNAP3 the golden snapshot is what is written and read; another format has another version', () => {
  const { items, index } = snapshotOf(goldenDocument().contents());
  expect({ items: bytesToHex(items), index: bytesToHex(index) }).toEqual(golden);
  const read = { items: hexToBytes(golden.items), index: hexToBytes(golden.index) };
  expect(restore(read).contents()).toEqual(goldenDocument().contents());
});

test('SNAP4 a snapshot of another version, cut short, or with anything behind it is unreadable', () => {
  const snapshot = snapshotOf(goldenDocument().contents());
  for (const part of ['items', 'index'] as const) {
    const bytes = snapshot[part];
    const read = (changed: Uint8Array): string =>
      decodeSnapshot({ ...snapshot, [part]: changed }).type;
    expect(read(bytes)).toBe('read');
    expect(read(bytes.with(0, 2))).toBe('unreadable');
    expect(read(Uint8Array.of(...bytes, 0))).toBe('unreadable');
    for (let end = 0; end < bytes.length; end += 1) {
      expect(read(bytes.subarray(0, end))).toBe('unreadable');
    }
  }
});

test('SNAP4 whatever the bytes, reading them and making a document of them is a value', () => {
  const snapshot = snapshotOf(goldenDocument().contents());
  const change = fc.record({
    part: fc.constantFrom('items', 'index'),
    at: fc.nat(snapshot.items.length),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 255)),
  });
  const seen = new Set<string>();
  const property = fc.property(change, ({ part, at, byte }) => {
    const bytes = snapshot[part as keyof DocumentSnapshot];
    const changed = { ...snapshot, [part]: bytes.with(at % bytes.length, byte) };
    const decoded = decodeSnapshot(changed);
    if (decoded.type === 'unreadable') seen.add('unreadable');
    else seen.add(restoreDocument(decoded.value) === undefined ? 'no document' : 'document');
  });
  fc.assert(property, { seed: 33, numRuns: 4000 });
  expect(seen).toEqual(new Set(['unreadable', 'no document', 'document']));
});

test('SNAP5 a snapshot is written in slices', () => {
  const document = createDocument();
  for (let seq = 1; seq <= 2000; seq += 1) document.apply(readable(insertOp({ signer: ann, seq })));
  let slices = 0;
  for (const encoding = encodeSnapshot(document.contents()); !encoding.next().done; ) slices += 1;
  expect(slices).toBeGreaterThan(3);
});
