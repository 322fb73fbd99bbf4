import { expect, test } from 'vitest';
import { type OpId, ROOT, toHex } from '../../worker/crdt/bytes.ts';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Change, ItemFields } from '../../worker/crdt/view.ts';
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

const [ann, ben] = [createFakeSigner(0), createFakeSigner(1)] as const;

const empty: ItemFields = {
  agent: '',
  blocked: false,
  claimed_at: 0,
  claimed_by: '',
  depends_on: '',
  name: '',
  retry_count: 0,
  stage: '1_backlog',
  story_id: '',
};

function deliver(document: Document, ...ops: readonly SignedOp[]): string[] {
  return ops.map((op) => document.apply(readable(op)).outcome);
}

function changesOf(document: Document, op: SignedOp): readonly Change[] {
  return document.apply(readable(op)).changes;
}

/** The one visible item after the ops, in whatever order. */
function fieldsAfter(...ops: readonly SignedOp[]): ItemFields | undefined {
  const document = createDocument();
  deliver(document, ...ops);
  const [item] = document.items.view();
  return item?.fields;
}

test('CRDT5 an insert shows an item with its nine fields', () => {
  const document = createDocument();
  const op = insertOp({ signer: ann, content: itemContent({ name: text('x'), extra: text('y') }) });
  const item = { id: idOf(op), fields: { ...empty, name: 'x' } };
  expect(document.apply(readable(op))).toEqual({
    outcome: 'applied',
    applied: [readable(op)],
    changes: [{ type: 'insert', index: 0, item }],
    evicted: [],
  });
  expect(document.items.view()).toEqual([item]);
  expect(document.items.fields(idOf(op))).toEqual(item.fields);
});

test('CRDT5 an insert writes each register with seq 1, the item as inner author and id, and its signer', () => {
  const document = createDocument();
  const op = insertOp({ signer: ann, seq: 40 });
  deliver(document, op);
  const expected = { seq: 1, innerAuthor: idOf(op), signer: ann.publicKey, id: idOf(op) };
  expect(document.items.stamp(idOf(op), 'stage')).toEqual(expected);
  expect(document.items.stamp('ee'.repeat(32) as OpId, 'stage')).toBeUndefined();
});

test('CRDT6 a value of the wrong type and a deleted register show as null', () => {
  const insert = insertOp({
    signer: ann,
    content: itemContent({ stage: number(1), blocked: text('yes'), claimed_at: { type: 'null' } }),
  });
  const item = idOf(insert);
  expect(fieldsAfter(insert)).toEqual({ ...empty, stage: null, blocked: null, claimed_at: null });
  const repair = setOp(item, 'stage', { signer: ann, seq: 2 });
  const spoil = setOp(item, 'name', { signer: ann, seq: 2, content: bool(false) });
  const clear = setOp(item, 'agent', { signer: ann, seq: 2, content: null });
  expect(fieldsAfter(insert, repair, spoil, clear)).toEqual({
    ...empty,
    stage: 'new',
    blocked: null,
    claimed_at: null,
    name: null,
    agent: null,
  });
});

test('CRDT6 a register tells 0 from −0', () => {
  const document = createDocument();
  const insert = insertOp({ signer: ann });
  const set = setOp(idOf(insert), 'retry_count', { signer: ann, seq: 2, content: number(-0) });
  deliver(document, insert);
  expect(changesOf(document, set)).toEqual([
    { type: 'update', id: idOf(insert), fields: { retry_count: -0 } },
  ]);
});

test('CRDT7 an insert whose content is no object is an invisible element that others can go after', () => {
  const document = createDocument();
  const hidden = insertOp({ signer: ann, seq: 9, content: text('no object') });
  const after = insertOp({ signer: ann, origin: idOf(hidden) });
  const head = insertOp({ signer: ann, seq: 10 });
  expect(changesOf(document, hidden)).toEqual([]);
  deliver(document, after, head);
  expect(document.items.view().map(({ id }) => id)).toEqual([idOf(head), idOf(after)]);
  expect(document.items.fields(idOf(hidden))).toBeUndefined();
  expect(document.items.has(idOf(hidden))).toBe(true);
});

test('CRDT7 a set on an element that is no object, and its delete, are applied without effect', () => {
  const document = createDocument();
  const hidden = insertOp({ signer: ann, content: text('no object') });
  const set = setOp(idOf(hidden), 'stage', { signer: ann, seq: 2 });
  const remove = deleteOp(idOf(hidden), { signer: ann, seq: 2 });
  expect(deliver(document, hidden, set, remove)).toEqual(['applied', 'applied', 'applied']);
  expect(document.items.view()).toEqual([]);
  expect(deliver(document, set, remove)).toEqual(['duplicate', 'duplicate']);
});

test('CRDT8 a delete wins over every set, whichever comes first', () => {
  const insert = insertOp({ signer: ann });
  const item = idOf(insert);
  const remove = deleteOp(item, { signer: ann, seq: 0 });
  const set = setOp(item, 'stage', { signer: ben, seq: Number.MAX_SAFE_INTEGER });
  const document = createDocument();
  expect(changesOf(document, insert).length).toBe(1);
  expect(changesOf(document, remove)).toEqual([{ type: 'remove', id: item }]);
  expect(changesOf(document, set)).toEqual([]);
  expect(changesOf(document, deleteOp(item, { signer: ben }))).toEqual([]);
  expect([document.items.view(), document.items.fields(item)]).toEqual([[], undefined]);
  expect(fieldsAfter(insert, set, remove)).toBeUndefined();
  expect(document.items.stamp(item, 'stage')).toBeUndefined();
});

test('CRDT9 a twin that wins over a set of the inner author of the insert brings its value back', () => {
  const shape = { innerAuthor: ann.publicKey };
  const [byAnn, byCid] = [ann, createFakeSigner(2)].map((signer) => insertOp({ ...shape, signer }));
  const item = idOf(byAnn!);
  const set = setOp(item, 'stage', { signer: ben, seq: 1, innerAuthor: item });
  const document = createDocument();
  expect(deliver(document, byCid!)).toEqual(['applied']);
  expect(changesOf(document, set)).toEqual([
    { type: 'update', id: item, fields: { stage: 'new' } },
  ]);
  expect(changesOf(document, byAnn!)).toEqual([
    { type: 'update', id: item, fields: { stage: '1_backlog' } },
  ]);
});

test('CRDT9 the same insert by two signers is one item, and writes its registers twice', () => {
  const shape = { innerAuthor: ann.publicKey };
  const [byAnn, byBen] = [insertOp({ ...shape, signer: ann }), insertOp({ ...shape, signer: ben })];
  expect(idOf(byAnn)).toBe(idOf(byBen));
  for (const order of [
    [byAnn, byBen],
    [byBen, byAnn],
  ]) {
    const document = createDocument();
    expect(deliver(document, ...order)).toEqual(['applied', 'applied']);
    expect(document.items.view()).toEqual([{ id: idOf(byAnn), fields: empty }]);
    expect(document.items.stamp(idOf(byAnn), 'name')?.signer).toBe(ann.publicKey);
    expect(document.causes.size()).toBe(2);
  }
});

test('CRDT10 a set changes one field if it wins, and is silent if it loses or says the same', () => {
  const document = createDocument();
  const insert = insertOp({ signer: ann });
  const item = idOf(insert);
  const set = (seq: number, value: string): SignedOp =>
    setOp(item, 'stage', { signer: ann, seq, content: text(value) });
  deliver(document, insert);
  expect(changesOf(document, set(2, '2_current'))).toEqual([
    { type: 'update', id: item, fields: { stage: '2_current' } },
  ]);
  expect(changesOf(document, set(3, '2_current'))).toEqual([]);
  expect(changesOf(document, set(2, '3_qa'))).toEqual([]);
  expect(document.items.stamp(item, 'stage')?.seq).toBe(3);
});

test('CRDT10 a set at seq 1 wins over the insert only by an inner author below the item id', () => {
  const insert = insertOp({ signer: ann });
  const item = idOf(insert);
  const [below, above] = ['00'.repeat(32), 'ff'.repeat(32)];
  const set = (innerAuthor: string, seq: number): SignedOp =>
    setOp(item, 'stage', { signer: ben, seq, innerAuthor });
  expect(fieldsAfter(insert, set(below, 1))?.stage).toBe('new');
  expect(fieldsAfter(insert, set(above, 1))?.stage).toBe('1_backlog');
  expect(fieldsAfter(insert, set(below, 0))?.stage).toBe('1_backlog');
});

test('CRDT11 an op that releases others lists them behind itself, with the changes of all', () => {
  const document = createDocument();
  const first = insertOp({ signer: ann });
  const second = insertOp({ signer: ann, origin: idOf(first), seq: 2 });
  const set = setOp(idOf(second), 'name', { signer: ann, seq: 2 });
  const remove = deleteOp(idOf(first), { signer: ann, seq: 3 });
  expect(deliver(document, set, remove, second)).toEqual(['held', 'held', 'held']);
  const { applied, changes } = document.apply(readable(first));
  expect(applied).toEqual([first, remove, second, set].map(readable));
  expect(changes).toEqual([
    { type: 'insert', index: 0, item: { id: idOf(first), fields: empty } },
    { type: 'remove', id: idOf(first) },
    { type: 'insert', index: 0, item: { id: idOf(second), fields: empty } },
    { type: 'update', id: idOf(second), fields: { name: 'new' } },
  ]);
  expect([document.held.ops(), document.held.bytes()]).toEqual([0, 0]);
});

test('CRDT12 a dependency is any applied op with that signature', () => {
  const document = createDocument();
  const first = insertOp({ signer: ann });
  const second = insertOp({ signer: ann, seq: 2 });
  const dependsOn = [first, second].map((op) => toHex(op.signed_digest));
  const last = insertOp({ signer: ben, dependsOn, seq: 3 });
  expect(deliver(document, last, second, last)).toEqual(['held', 'applied', 'held']);
  expect(document.apply(readable(first)).applied).toEqual([first, last].map(readable));
});

test('CRDT12 ops that carry the same signature are ops apart', () => {
  const document = createDocument();
  const signature = '05'.repeat(64);
  const first = insertOp({ signer: ann, signature });
  const second = insertOp({ signer: ann, signature, seq: 2 });
  expect(deliver(document, first, second, first)).toEqual(['applied', 'applied', 'duplicate']);
  expect(document.items.view().length).toBe(2);
});

test('CRDT13 an op on an item that never comes, or on itself, waits without harm', () => {
  const document = createDocument();
  const set = setOp('ee'.repeat(32), 'stage', { signer: ann });
  const lost = insertOp({ signer: ann, dependsOn: ['dd'.repeat(64)] });
  expect(deliver(document, set, lost, set)).toEqual(['held', 'held', 'held']);
  expect([document.held.ops(), document.items.view()]).toEqual([2, []]);
  expect([document.items.listSeq(), document.items.has(ROOT)]).toEqual([0, true]);
});
