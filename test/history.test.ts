import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atOnce } from '../src/dependencies.ts';
import { createMemoryOpStore } from '../worker/adapters/memoryOpStore.ts';
import type { HistoryAnswer, HistoryEntry, ItemId } from '../worker/api.ts';
import { createDocument } from '../worker/crdt/document.ts';
import type { InsertOp, Op, SetOp } from '../worker/crdt/op.ts';
import { FIELD_NAMES, fieldValue } from '../worker/crdt/view.ts';
import { historyOf as historySteps, unsettledOf } from '../worker/history.ts';
import type { OpStore } from '../worker/ports.ts';
import { createFaultyOpStore } from './support/faultyOpStore.ts';
import { openTestReplica } from './support/openedReplica.ts';
import {
  createFakeSigner,
  createSigner,
  deleteOp,
  idOf,
  insertOp,
  itemContent,
  number,
  opText,
  readable,
  setOp,
  text,
} from './support/opFactory.ts';

const historyOf = (ops: readonly Op[], own: string | null): readonly HistoryEntry[] =>
  atOnce(historySteps(ops, own));

const WRITERS = [0, 1, 2].map(createFakeSigner);
const BULK = { peer: 'p', frame: 'bulk' } as const;

interface Made {
  readonly op: SetOp;
  /** Ops that its writer had seen, by key. */
  readonly seen: ReadonlySet<string>;
}

/** A step: somebody writes, or hears of all that somebody else knows. */
interface Step {
  readonly by: number;
  readonly hears: number | null;
  readonly field: 'name' | 'stage';
  readonly value: string;
  /** Also names what it goes by. */
  readonly depends: boolean;
}

const steps = fc.array(
  fc.record<Step>({
    by: fc.nat(2),
    hears: fc.option(fc.nat(2), { freq: 2 }),
    field: fc.constantFrom('name', 'stage'),
    value: fc.constantFrom('a', 'b', 'c', 'd'),
    depends: fc.boolean(),
  }),
  { maxLength: 24 },
);

/** As honest replicas write: a set takes the seq above the highest that its writer knows. */
function play(script: readonly Step[]): { readonly insert: InsertOp; readonly made: Made[] } {
  const inserted = insertOp({ signer: WRITERS[0]!, content: itemContent({ name: text('new') }) });
  const known = WRITERS.map(() => new Map<string, Made>());
  const made: Made[] = [];
  for (const { by, hears, field, value, depends } of script) {
    const mine = known[by]!;
    if (hears !== null) {
      for (const [key, one] of known[hears]!) mine.set(key, one);
      continue;
    }
    const ofField = [...mine.values()].filter(({ op }) => op.field === field);
    const seq = 1 + Math.max(1, ...ofField.map(({ op }) => op.seq));
    const dependsOn = depends ? [...mine.values()].slice(-1).map(({ op }) => op.signature) : [];
    const op = readable(
      setOp(idOf(inserted), field, { signer: WRITERS[by]!, seq, content: text(value), dependsOn }),
    );
    if (op.type !== 'set') throw new Error('not a set');
    const one = { op, seen: new Set(mine.keys()) };
    mine.set(op.key, one);
    made.push(one);
  }
  const insert = readable(inserted);
  if (insert.type !== 'insert') throw new Error('not an insert');
  return { insert, made };
}

/** Shuffled by `order`, and always of one insert and its sets. */
function arrival({ insert, made }: ReturnType<typeof play>, order: readonly number[]): Op[] {
  const ranked = made.map(({ op }, place) => ({ op, rank: order[place] ?? 0 }));
  return [insert, ...ranked.sort((a, b) => a.rank - b.rank).map(({ op }) => op)];
}

const shuffles = fc.array(fc.nat(1000), { minLength: 24, maxLength: 24 });

test('HIS1 what stands is what the document shows', () => {
  fc.assert(
    fc.property(steps, shuffles, (script, order) => {
      const ops = arrival(play(script), order);
      const document = createDocument();
      for (const op of ops) document.apply(op);
      const fields = document.items.view()[0]?.fields;
      const standing = historyOf(ops, null).filter(({ fate }) => fate.type === 'stands');
      const told = Object.assign(
        {},
        ...standing.map(({ change }) => {
          if (change.type === 'created') return change.fields;
          return change.type === 'set' ? { [change.field]: change.value } : {};
        }),
      );
      // What waits for a dependency is applied in the end: all are here.
      expect(told).toEqual(fields);
    }),
  );
});

test('HIS2 what is told of one op having seen another is so, where seqs are honest', () => {
  fc.assert(
    fc.property(steps, shuffles, (script, order) => {
      const played = play(script);
      const seen = new Map(played.made.map(({ op, seen: had }) => [op.key as string, had]));
      const sees = (one: string, other: string) => seen.get(one)?.has(other) ?? false;
      for (const { key, change, fate } of historyOf(arrival(played, order), null)) {
        if (change.type !== 'set') continue;
        if (fate.type === 'replaced') expect(sees(fate.by, key)).toBe(true);
        if (fate.type === 'stands' || fate.type === 'replaced') continue;
        const others = played.made.filter(({ op }) => op.field === change.field && op.key !== key);
        const isAlone = others.every(({ op }) => sees(op.key, key) || sees(key, op.key));
        expect(isAlone).toBe(false);
      }
    }),
  );
});

test('HIS3 an entry comes after all that its op is known to have seen', () => {
  fc.assert(
    fc.property(steps, shuffles, (script, order) => {
      const played = play(script);
      const places = new Map(
        historyOf(arrival(played, order), null).map(({ key }, place) => [key, place]),
      );
      const placeOf = (key: string) => places.get(key) ?? -1;
      expect(places.size).toBe(played.made.length + 1);
      for (const one of played.made) {
        for (const cause of causesOf(one, played.made)) {
          expect(placeOf(cause.op.key)).toBeLessThan(placeOf(one.op.key));
        }
      }
    }),
  );
});

/** What its log says that a write had seen. */
function causesOf({ op }: Made, made: readonly Made[]): readonly Made[] {
  const lower = made.filter(({ op: it }) => it.field === op.field && it.seq < op.seq);
  const below = lower.filter(({ op: it }) => lower.every((other) => other.op.seq <= it.seq));
  return made.filter(
    (one) =>
      op.dependsOn.includes(one.op.signature) ||
      (lower.includes(one) && one.op.signer === op.signer) ||
      (below.length === 1 && below.includes(one)),
  );
}

test('HIS3 without dependencies, the entries of a register are in the order of their stamps', () => {
  fc.assert(
    fc.property(steps, shuffles, (script, order) => {
      const played = play(script.map((step) => ({ ...step, depends: false })));
      const seqs = new Map(played.made.map(({ op }) => [op.key as string, op]));
      for (const field of ['name', 'stage']) {
        const shown = historyOf(arrival(played, order), null)
          .map(({ key }) => seqs.get(key))
          .filter((op) => op?.field === field)
          .map((op) => op?.seq ?? 0);
        expect(shown).toEqual(shown.toSorted((one, other) => one - other));
      }
    }),
  );
});

test('HIS3 two registers whose stamps wait for each other keep what was seen', () => {
  // Neither saw the other, but for what each names.
  const script = [
    { by: 0, field: 'name', depends: false },
    { by: 1, field: 'stage', depends: false },
    { by: 0, field: 'stage', depends: true },
    { by: 1, field: 'stage', depends: false },
    { by: 1, field: 'name', depends: true },
  ] as const;
  const played = play(script.map((step) => ({ ...step, hears: null, value: 'a' })));
  const shown = historyOf([played.insert, ...played.made.map(({ op }) => op)], null);
  const places = played.made.map(({ op }) => shown.findIndex(({ key }) => key === op.key));
  expect(places.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5]);
  const [annName, , annStage, bobStage, bobName] = places;
  expect(annName).toBeLessThan(annStage ?? -1);
  expect(bobStage).toBeLessThan(bobName ?? -1);
});

/** One op as `name value fate`. */
function tell(entries: readonly HistoryEntry[]): readonly string[] {
  return entries.map(({ change, fate }) =>
    change.type === 'set' ? `${change.before} → ${change.value} ${fate.type}` : change.type,
  );
}

const [ann, bob] = [createSigner(1), createSigner(2)] as const;
const added = insertOp({ signer: ann, content: itemContent({ name: text('old') }) });
const id: ItemId = idOf(added);
const name = (signer: typeof ann, seq: number, value: string, dependsOn: string[] = []) =>
  setOp(id, 'name', { signer, seq, content: text(value), dependsOn });
/** The lower inner author wins. */
const [first, second] = ann.publicKey < bob.publicKey ? [ann, bob] : [bob, ann];

test('HIS4 tells replaced from lost, and what is left to settle', () => {
  const both = [added, name(first, 2, 'wins'), name(second, 2, 'loses')].map(readable);
  expect(tell(historyOf(both, null))).toEqual(['created', 'old → loses lost', 'old → wins stands']);
  expect(tell(unsettledOf(historyOf(both, null)))).toEqual(['old → loses lost']);

  // Written twice offline: what stood at the lower seq was never seen, nor can that be told.
  const twice = [...both, readable(name(second, 3, 'again'))];
  expect(tell(historyOf(twice, null))).toEqual([
    'created',
    'old → loses replaced',
    'old → wins overtaken',
    'wins → again stands',
  ]);
  expect(tell(unsettledOf(historyOf(twice, null)))).toEqual(['old → wins overtaken']);
  // Who wrote it here had it on the screen.
  expect(tell(historyOf(twice, second.publicKey))[2]).toBe('old → wins replaced');
  expect(unsettledOf(historyOf(twice, second.publicKey))).toEqual([]);

  const settled = [...both, readable(name(first, 3, 'loses'))];
  expect(tell(historyOf(settled, null)).slice(1)).toEqual([
    'old → loses lost',
    'old → wins replaced',
    'wins → loses stands',
  ]);
  expect(unsettledOf(historyOf(settled, null))).toEqual([]);
});

test('HIS4 names what has no value of its type, and what made and deleted the item', () => {
  const wrong = setOp(id, 'name', { signer: bob, seq: 2, content: number(1) });
  const gone = deleteOp(id, { signer: bob, seq: 2 });
  const history = historyOf([added, wrong, gone].map(readable), null);
  const content = (readable(added) as InsertOp).content;
  const entries = content.type === 'object' ? content.entries : new Map();
  const fields = Object.fromEntries(
    FIELD_NAMES.map((field) => [field, fieldValue(field, entries.get(field) ?? null)]),
  );
  expect(history.map(({ change }) => change)).toEqual([
    { type: 'created', fields },
    { type: 'set', field: 'name', value: null, before: 'old' },
    { type: 'deleted' },
  ]);
  expect(history.map(({ signer }) => signer)).toEqual([ann, bob, bob].map((one) => one.publicKey));
});

async function openWith(store: OpStore, texts: readonly string[]) {
  const opened = await openTestReplica({ seed: 9, store });
  await opened.replica.receive(texts, BULK);
  return opened.replica;
}

async function askHistory(
  replica: Awaited<ReturnType<typeof openWith>>,
  limit = 100,
): Promise<Extract<HistoryAnswer, { type: 'history' }>> {
  const answer = await replica.query({ type: 'history', id, limit });
  if (answer.type !== 'history') throw new Error(answer.type);
  return answer;
}

const other = insertOp({ signer: bob, seq: 2, origin: id, content: itemContent() });
const log = [
  added,
  other,
  name(ann, 2, 'two'),
  setOp(idOf(other), 'name', { signer: ann, seq: 2 }),
];

test('HIS5 a replica finds the ops of an item in its log, and later those that came since', async () => {
  // In a text that is not canonical an op is found too.
  const replica = await openWith(createMemoryOpStore(), [
    ...log.slice(0, 3).map(opText),
    ` ${opText(log[3]!)}`,
  ]);
  expect(tell((await askHistory(replica)).entries)).toEqual(['created', 'old → two stands']);
  await replica.receive([` ${opText(name(bob, 3, 'three'))}`], BULK);
  await replica.command({ type: 'edit', id, fields: { name: 'four' } });
  const answer = await askHistory(replica);
  expect(tell(answer.entries)).toEqual([
    'created',
    'old → two replaced',
    'two → three replaced',
    'three → four stands',
  ]);
  expect(tell((await askHistory(replica, 1)).entries)).toEqual(['three → four stands']);
  expect(answer).toEqual({ type: 'history', entries: answer.entries, total: 4, unsettled: [] });
  const unknown = await replica.query({ type: 'history', id: 'ab'.repeat(32), limit: 5 });
  expect(unknown).toEqual({ type: 'history', entries: [], total: 0, unsettled: [] });
});

test('HIS5 what a full disk did not take is told too, and what a broken one leaves', async () => {
  const store = createFaultyOpStore();
  const replica = await openWith(store, log.map(opText));
  store.fail('full');
  await replica.receive([opText(name(bob, 3, 'not kept'))], BULK);
  const told = ['created', 'old → two replaced', 'two → not kept stands'];
  expect(tell((await askHistory(replica)).entries)).toEqual(told);
  store.fail('broken');
  await replica.receive([opText(name(ann, 4, 'later'))], BULK);
  expect(tell((await askHistory(replica)).entries)).toContain('not kept → later stands');
});

test('HIS6 an op is given as its canonical text, its signature checked anew', async () => {
  const forged = name(bob, 2, 'forged');
  const forgery = { ...forged, signed_digest: forged.signed_digest.map((byte) => byte ^ 1) };
  const op = readable(forgery);
  const store = createMemoryOpStore();
  const replica = await openWith(store, log.map(opText));
  // As if it had come past the check.
  await store.appendRemote({ applied: [{ key: op.key, bytes: op.bytes }], held: [], released: [] });
  const { entries } = await askHistory(replica);
  const [created] = entries;
  expect(await replica.query({ type: 'op', key: created?.key ?? '' })).toEqual({
    type: 'op',
    op: { text: opText(added), signature: 'holds' },
  });
  expect(await replica.query({ type: 'op', key: op.key })).toEqual({
    type: 'op',
    op: { text: opText(forgery), signature: 'wrong' },
  });
  expect(await replica.query({ type: 'op', key: 'ab'.repeat(32) })).toEqual({
    type: 'op',
    op: null,
  });
});
