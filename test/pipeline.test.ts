import { expect, test } from 'vitest';
import type { Command, ItemId } from '../worker/api.ts';
import type { OpId, PublicKey } from '../worker/crdt/bytes.ts';
import { createDocument, type Document } from '../worker/crdt/document.ts';
import { sealOp } from '../worker/crdt/emit.ts';
import { type CommandPlan, planCommand } from '../worker/pipeline.ts';
import { createSigner } from './support/opFactory.ts';

const signer = createSigner(1);
const author: PublicKey = signer.publicKey;

const plan = (document: Document, command: unknown): CommandPlan =>
  planCommand(document.items, command as Command, author);

/** Plans, signs and applies; answers with the item's id. */
function carryOut(document: Document, command: Command, seq?: number): ItemId {
  const planned = plan(document, command);
  if (planned.type === 'refused') throw new Error(planned.detail);
  let id: string = planned.target ?? '';
  for (const draft of planned.drafts) {
    const unsigned = draft.at(seq ?? draft.seq);
    const op = sealOp(unsigned, signer.sign(unsigned.digest));
    if (op.type === 'rejected') throw new Error(op.detail);
    if (id === '') id = op.id;
    document.apply(op);
  }
  return id;
}

const names = (document: Document): readonly (string | null)[] =>
  document.items.view().map((item) => item.fields.name);

test('CMD1 adds a story at the end, at the head or after another, a deleted one too', () => {
  const document = createDocument();
  const add = (name: string, after?: ItemId | null): ItemId =>
    carryOut(document, {
      type: 'add',
      fields: { name },
      ...(after === undefined ? {} : { after }),
    });
  const first = add('first');
  add('last');
  const head = add('head', null);
  add('second', first);
  carryOut(document, { type: 'delete', id: head });
  add('where the head was', head);
  expect(names(document)).toEqual(['where the head was', 'first', 'second', 'last']);
});

test('CMD2 gives fields that were left out the empty value of their type', () => {
  const document = createDocument();
  carryOut(document, { type: 'add', fields: { name: 'Named' } });
  expect(document.items.view()[0]?.fields).toEqual({
    agent: '',
    blocked: false,
    claimed_at: 0,
    claimed_by: '',
    depends_on: '',
    name: 'Named',
    retry_count: 0,
    stage: '1_backlog',
    story_id: '',
  });
});

test('CMD3 makes one op for each field whose value changes, at its highest seq plus one', () => {
  const document = createDocument();
  const id = carryOut(document, { type: 'add', fields: { name: 'Same', stage: '1_backlog' } });
  carryOut(document, { type: 'edit', id, fields: { stage: '2_current' } });
  const planned = plan(document, {
    type: 'edit',
    id,
    fields: { name: 'Same', stage: '3_qa', blocked: true },
  });
  const drafts = planned.type === 'planned' ? planned.drafts : [];
  expect(drafts.map(({ seq }) => seq)).toEqual([2, 3]);
  expect(drafts.map((draft) => draft.at(draft.seq).inner.path[2])).toEqual([
    { type: 'field', field: 'blocked' },
    { type: 'field', field: 'stage' },
  ]);
});

test.each<[string, unknown, string]>([
  ['a command of no kind', { type: 'explode' }, 'bad-value'],
  ['no command', null, 'bad-value'],
  ['fields that are none', { type: 'add', fields: 'name' }, 'bad-value'],
  ['an unknown field', { type: 'add', fields: { owner: 'me' } }, 'bad-value'],
  ['a field of the wrong type', { type: 'add', fields: { blocked: 'yes' } }, 'bad-value'],
  [
    'a number that is not finite',
    { type: 'add', fields: { retry_count: Number.NaN } },
    'bad-value',
  ],
  ['an ill-formed string', { type: 'add', fields: { name: '\ud800' } }, 'bad-value'],
  ['a place that is none', { type: 'add', fields: {}, after: 'ab' }, 'no-such-item'],
  ['an unknown place', { type: 'add', fields: {}, after: '7'.repeat(64) }, 'no-such-item'],
  ['an unknown item', { type: 'edit', id: '7'.repeat(64), fields: {} }, 'no-such-item'],
  ['an item that is no id', { type: 'delete', id: '__proto__' }, 'no-such-item'],
])('CMD4 refuses %s', (_, command, reason) => {
  expect(plan(createDocument(), command)).toMatchObject({ type: 'refused', reason });
});

test('CMD4 refuses to edit or delete what is deleted', () => {
  const document = createDocument();
  const id = carryOut(document, { type: 'add', fields: {} });
  carryOut(document, { type: 'delete', id });
  expect(plan(document, { type: 'edit', id, fields: { name: 'x' } })).toMatchObject({
    reason: 'no-such-item',
  });
  expect(plan(document, { type: 'delete', id })).toMatchObject({ reason: 'no-such-item' });
});

test('CMD5 refuses a set over a register whose last seq is used, and still adds and deletes', () => {
  const document = createDocument();
  const last = Number.MAX_SAFE_INTEGER;
  const id = carryOut(document, { type: 'add', fields: { name: 'a' } }, last);
  carryOut(document, { type: 'edit', id, fields: { name: 'b' } }, last);
  expect(plan(document, { type: 'edit', id, fields: { name: 'c' } })).toMatchObject({
    reason: 'seq-exhausted',
  });
  const added = carryOut(document, { type: 'add', fields: { name: 'added' } });
  carryOut(document, { type: 'delete', id });
  expect(document.items.view().map((item) => item.id)).toEqual([added as OpId]);
});

test('CMD6 rounds numbers to 15 significant digits and makes −0 zero', () => {
  const document = createDocument();
  const fields = { claimed_at: 0.1 + 0.2, retry_count: -0 };
  carryOut(document, { type: 'add', fields });
  const view = document.items.view()[0]?.fields;
  expect([view?.claimed_at, Object.is(view?.retry_count, 0)]).toEqual([0.3, true]);
});
