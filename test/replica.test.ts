import { expect, test } from 'vitest';
import { createMemoryOpStore } from '../worker/adapters/memoryOpStore.ts';
import type { Change, ItemView } from '../worker/api.ts';
import type { OpRecord, OpStore, StoreContents, Verifier } from '../worker/ports.ts';
import type { Replica } from '../worker/replica.ts';
import { exportOps } from './support/exportOps.ts';
import { createFaultyOpStore } from './support/faultyOpStore.ts';
import { openFaultyReplica, openTestReplica } from './support/openedReplica.ts';
import { dumpRecords, textOf, textRecord } from './support/opRecords.ts';
import { settle } from './support/settle.ts';

const BULK = { peer: 'peer', frame: 'bulk' } as const;
const LIVE = { peer: 'peer', frame: 'live' } as const;

const texts = (records: readonly OpRecord[]): string[] => records.map(textOf);
const keys = (records: readonly OpRecord[]): string[] => records.map(({ key }) => key);

async function readAll(log: AsyncIterable<readonly OpRecord[]>): Promise<readonly OpRecord[]> {
  const all: OpRecord[] = [];
  for await (const records of log) all.push(...records);
  return all;
}

async function addStory(replica: Replica, name: string): Promise<string> {
  const outcome = await replica.command({ type: 'add', fields: { name } });
  if (outcome.type === 'refused') throw new Error(outcome.detail);
  return outcome.id;
}

function fold(items: readonly ItemView[], changes: readonly Change[]): readonly ItemView[] {
  const folded = [...items];
  for (const change of changes) {
    if (change.type === 'insert') folded.splice(change.index, 0, change.item);
    else {
      const index = folded.findIndex(({ id }) => id === (change as { id: string }).id);
      const item = folded[index]!;
      if (change.type === 'remove') folded.splice(index, 1);
      else folded[index] = { id: item.id, fields: { ...item.fields, ...change.fields } };
    }
  }
  return folded;
}

test('REP1 neither shows nor sends an own op before the store says that it is on disk', async () => {
  const { replica, store, changes, offered } = await openFaultyReplica(1);
  store.pause();
  const added = addStory(replica, 'Stored first');
  await settle();
  const before = { changes: changes.length, offered: offered.length, view: replica.view().length };
  store.resume();
  await added;
  expect(before).toEqual({ changes: 0, offered: 0, view: 0 });
  expect([changes.length, offered.length, replica.view().length]).toEqual([1, 1, 1]);
});

test('REP2 refuses an own op on a full store, and nothing else changes', async () => {
  const { replica, store, offered, statuses } = await openFaultyReplica(1);
  store.fail('full');
  const outcome = await replica.command({ type: 'add', fields: { name: 'Lost?' } });
  const durability = statuses.at(-1)?.durability;
  store.mend();
  const again = await replica.command({ type: 'add', fields: { name: 'Kept' } });
  expect(outcome).toMatchObject({ type: 'refused', reason: 'storage-full' });
  expect(again).toMatchObject({ type: 'done', ops: 1 });
  expect(replica.view().map((item) => item.fields.name)).toEqual(['Kept']);
  expect([offered.length, durability, statuses.at(-1)?.durability]).toEqual([
    1,
    'full',
    'best-effort',
  ]);
});

test('REP3 stores an op that waits apart, and moves it to the log behind what it waited for', async () => {
  const { replica, store, offered } = await openFaultyReplica(1);
  const [insert, next] = dumpRecords(2) as [OpRecord, OpRecord];
  const waiting = await replica.receive([textOf(next)], LIVE);
  const heldStatus = replica.status().held.ops;
  await replica.receive([textOf(insert)], LIVE);
  expect(store.journal).toEqual(['applied 0 held 1 released 0', 'applied 2 held 0 released 1']);
  expect([waiting.stored, heldStatus, replica.status().held.ops]).toEqual([[next.key], 1, 0]);
  expect(keys(await readAll(replica.readLog()))).toEqual([insert.key, next.key]);
  expect(offered.map(({ op, except }) => [op.key, except])).toEqual([
    [insert.key, 'peer'],
    [next.key, 'peer'],
  ]);
});

test('REP4 shows an op that could not be stored, acknowledges it when it could', async () => {
  const { replica, store, statuses } = await openFaultyReplica(1);
  const [insert] = dumpRecords(1) as [OpRecord];
  store.fail('full');
  const first = await replica.receive([textOf(insert)], LIVE);
  const shown = [replica.view().length, statuses.at(-1)?.durability, replica.logLength()];
  store.mend();
  const second = await replica.receive([textOf(insert)], BULK);
  const third = await replica.receive([textOf(insert)], BULK);
  expect(shown).toEqual([1, 'full', 0]);
  expect([first.stored, second.stored, third.stored]).toEqual([[], [insert.key], [insert.key]]);
  expect([replica.view().length, replica.logLength(), statuses.at(-1)?.durability]).toEqual([
    1,
    1,
    'best-effort',
  ]);
  expect(await readAll(store.readOps())).toEqual([insert]);
});

test('REP4 stores what waited when it comes again, though storing failed before', async () => {
  const { replica, store } = await openFaultyReplica(1);
  const [insert, next] = dumpRecords(2) as [OpRecord, OpRecord];
  store.fail('full');
  await replica.receive([textOf(next)], LIVE);
  store.mend();
  const again = await replica.receive([textOf(next)], BULK);
  const both = await replica.receive([textOf(insert), textOf(next)], BULK);
  expect(again.stored).toEqual([next.key]);
  expect([...both.stored].sort()).toEqual([insert.key, next.key].sort());
  expect(keys(await readAll(store.readOps()))).toEqual([insert.key, next.key]);
  expect(await store.readHeld()).toEqual([]);
});

test('REP22 stores ops and acknowledgements that a full disk refused once there is room', async () => {
  const { replica, store, statuses, offered } = await openFaultyReplica(1);
  await addStory(replica, 'Mine');
  const own = offered[0]?.op.key ?? '';
  const [insert] = dumpRecords(1) as [OpRecord];
  store.fail('full');
  await replica.receive([textOf(insert)], LIVE);
  replica.acknowledged([own]);
  await replica.retryStoring();
  const whileFull = [statuses.at(-1)?.durability, keys(await readAll(store.readOps()))];
  store.mend();
  await replica.retryStoring();
  expect(whileFull).toEqual(['full', [own]]);
  expect(statuses.at(-1)?.durability).toBe('best-effort');
  expect(keys(await readAll(store.readOps()))).toEqual([own, insert.key]);
  expect(await store.readUnacknowledged()).toEqual([]);
});

test('REP5 opens again with the same view, signer and unacknowledged ops, verifying nothing', async () => {
  const store = createMemoryOpStore();
  const before = await openTestReplica({ seed: 1, store });
  await before.replica.receive(texts(dumpRecords(50)), BULK);
  const id = await addStory(before.replica, 'Mine');
  await before.replica.command({ type: 'edit', id, fields: { stage: '2_current' } });
  const refusing: Verifier = { verify: async (checks) => checks.map(() => false) };
  const after = await openTestReplica({ seed: 2, store, verifier: refusing });
  expect(after.replica.view()).toEqual(before.replica.view());
  expect(after.replica.status()).toEqual(before.replica.status());
  expect(after.replica.status().unacknowledgedOps).toBe(2);
  expect([after.changes, after.offered]).toEqual([[], []]);
});

test('REP5 opens again with what waited, and settles what has all it needs by then', async () => {
  const store = createMemoryOpStore();
  const [insert, next] = dumpRecords(2) as [OpRecord, OpRecord];
  await store.appendRemote({
    applied: [insert],
    held: [{ ...next, cause: 'anything' }],
    released: [],
  });
  const { replica } = await openTestReplica({ seed: 1, store });
  expect([replica.view().length, replica.status().held.ops, replica.logLength()]).toEqual([
    2, 0, 2,
  ]);
  expect([keys(await readAll(store.readOps())), await store.readHeld()]).toEqual([
    [insert.key, next.key],
    [],
  ]);
});

test('REP6 counts an own op as acknowledged when a peer says that it stored it', async () => {
  const { replica, store, offered, statuses } = await openFaultyReplica(1);
  await addStory(replica, 'Mine');
  const pending = replica.status().unacknowledgedOps;
  replica.acknowledged([offered[0]!.op.key, 'no such key']);
  await settle();
  expect([pending, statuses.at(-1)?.unacknowledgedOps]).toEqual([1, 0]);
  expect(await store.readUnacknowledged()).toEqual([]);
});

test("REP6 counts an own op as acknowledged when a peer's bulk holds it, not when it is echoed live", async () => {
  const { replica, offered } = await openFaultyReplica(1);
  await addStory(replica, 'Mine');
  const text = textOf(offered[0]!.op);
  await replica.receive([text], LIVE);
  const afterLive = replica.status().unacknowledgedOps;
  await replica.receive([text], BULK);
  expect([afterLive, replica.status().unacknowledgedOps]).toEqual([1, 0]);
});

test('REP7 counts and logs what it rejects by reason, and takes the rest of the batch', async () => {
  const { replica, logger } = await openFaultyReplica(1);
  const [insert, next] = dumpRecords(2) as [OpRecord, OpRecord];
  const forged = textOf(insert).replace('"signed_digest":[92', '"signed_digest":[93');
  await replica.receive(['{', forged, textOf(insert), '{"__proto__":1}', textOf(next)], BULK);
  expect(replica.status().rejected).toEqual({ unparsable: 2, 'wrong-signature': 1 });
  expect(replica.view().length).toBe(2);
  expect(logger.lines.filter(({ level }) => level === 'warn').length).toBe(3);
});

test('REP8 takes up evicted ops from disk when what they wait for comes', async () => {
  const store = createMemoryOpStore();
  const all = dumpRecords(30);
  const limits = { ops: 4, bytes: 1 << 20 };
  const { replica } = await openTestReplica({ seed: 1, store, heldLimits: limits });
  await replica.receive(texts(all.slice(1)), BULK);
  const waiting = [replica.view().length, replica.status().held.ops];
  await replica.receive(texts(all.slice(0, 1)), BULK);
  const whole = await openTestReplica({ seed: 2, store: createMemoryOpStore() });
  await whole.replica.receive(texts(all), BULK);
  expect(waiting).toEqual([0, 4]);
  expect(replica.view()).toEqual(whole.replica.view());
  expect([(await readAll(store.readOps())).length, await store.readHeld()]).toEqual([30, []]);
});

test('REP9 exports the same text as any replica with the same ops', async () => {
  const all = dumpRecords(40);
  const one = await openFaultyReplica(1);
  const other = await openFaultyReplica(2);
  await one.replica.receive(texts(all), BULK);
  await other.replica.receive(
    texts([...all].reverse()).map((text) => ` ${text}\n`),
    BULK,
  );
  const exported = await exportOps(one.replica);
  expect(await exportOps(other.replica)).toBe(exported);
  expect(exported.split('\n').length).toBe(41);
});

test('REP10 lets commands take turns, so that no own seq is used twice', async () => {
  const { replica, offered } = await openFaultyReplica(1);
  const id = await addStory(replica, 'One');
  await Promise.all(
    ['a', 'b', 'c'].map((name) => replica.command({ type: 'edit', id, fields: { name } })),
  );
  const seqs = offered.map(
    ({ op }) => (JSON.parse(textOf(op)) as { inner: { seq: number } }).inner.seq,
  );
  expect(seqs).toEqual([1, 2, 3, 4]);
  expect(replica.view()[0]?.fields.name).toBe('c');
});

test('REP11 tells changes that, folded onto the view before, give the view after', async () => {
  const { replica, changes } = await openFaultyReplica(1);
  const all = texts(dumpRecords(120));
  await replica.receive(all.slice(0, 40), BULK);
  const before = replica.view();
  changes.length = 0;
  await replica.receive(all.slice(40), BULK);
  const id = await addStory(replica, 'Mine');
  await replica.command({ type: 'edit', id, fields: { blocked: true, name: 'Mine too' } });
  await replica.command({ type: 'delete', id: before[3]!.id });
  expect(fold(before, changes)).toEqual(replica.view());
});

test('REP12 leaves out a stored op that is damaged, says so, and goes on', async () => {
  const store: OpStore = createMemoryOpStore();
  const [insert, next] = dumpRecords(2) as [OpRecord, OpRecord];
  const damaged = textRecord(next.key, textOf(next).slice(0, -9));
  await store.appendRemote({ applied: [insert, damaged], held: [], released: [] });
  const { replica, logger } = await openTestReplica({ seed: 1, store });
  expect(replica.view().length).toBe(1);
  expect(logger.lines).toMatchObject([{ level: 'error', fields: { key: next.key } }]);
});

test('REP13 goes on in memory with a new key when the store is broken', async () => {
  const { replica, store, offered, statuses, logger } = await openFaultyReplica(1);
  const id = await addStory(replica, 'On disk');
  const before = replica.status().signer;
  store.fail('broken');
  const edited = await replica.command({ type: 'edit', id, fields: { name: 'In memory' } });
  const received = await replica.receive(texts(dumpRecords(2)), BULK);
  const journal = store.journal.length;
  const added = await replica.command({ type: 'add', fields: { name: 'Mine' } });
  const { signer, durability, ownOps, unacknowledgedOps } = statuses.at(-1)!;
  expect([edited, added].map(({ type }) => type)).toEqual(['done', 'done']);
  expect(replica.view().map((item) => item.fields.name)).toContain('In memory');
  expect(signer).not.toBe(before);
  expect({ durability, ownOps, unacknowledgedOps }).toEqual({
    durability: 'broken',
    ownOps: 2,
    unacknowledgedOps: 3,
  });
  expect(received.stored).toEqual([]);
  expect(store.journal.length).toBe(journal);
  expect(keys(await readAll(replica.readLog())).length).toBe(5);
  expect(offered.length).toBe(5);
  expect(logger.lines.filter(({ level }) => level === 'error').length).toBe(1);
});

test('REP13 goes on in memory when the store cannot be read', async () => {
  const store = createFaultyOpStore();
  const limits = { ops: 1, bytes: 1 << 20 };
  const { replica, statuses } = await openTestReplica({ seed: 1, store, heldLimits: limits });
  const all = texts(dumpRecords(4));
  await replica.receive(all.slice(1), BULK);
  store.failReads();
  await replica.receive(all.slice(0, 1), BULK);
  expect([replica.view().length > 0, statuses.at(-1)?.durability]).toEqual([true, 'broken']);
  await replica.receive(all, BULK);
  expect([replica.view().length, replica.status().held.ops]).toEqual([4, 0]);
});

test('REP14 signs with a new key when the page remembers more than the store', async () => {
  const store = createMemoryOpStore();
  const first = await openTestReplica({ seed: 1, store });
  await addStory(first.replica, 'Signed once');
  const { signer, ownOps } = first.replica.status();
  const open = async (noted: number): Promise<string> => {
    const canary = { signer, ownOps: noted };
    return (await openTestReplica({ seed: 7, store, canary })).replica.status().signer;
  };
  expect([ownOps, await open(1), (await open(2)) === signer]).toEqual([1, signer, false]);
  expect((await openTestReplica({ seed: 9, store })).replica.status().ownOps).toBe(0);
});

test('REP15 puts damaged records aside, keeps causal order, and signs with a new key', async () => {
  const all = dumpRecords(6);
  const memory = createMemoryOpStore();
  await memory.appendRemote({ applied: all, held: [], released: [] });
  const rewritten: StoreContents[] = [];
  let damaged = 1;
  const store: OpStore = {
    ...memory,
    async *readOps() {
      if (damaged === 0) yield* memory.readOps();
      else yield all.filter((_, index) => index !== 1);
    },
    damagedRecords: () => damaged,
    rewrite(contents) {
      damaged = 0;
      rewritten.push(contents);
      return memory.rewrite(contents);
    },
  };
  const { signer } = (await openTestReplica({ seed: 1, store: memory })).replica.status();
  const { replica, logger } = await openTestReplica({ seed: 2, store });
  const opened = replica.status();
  await replica.receive([textOf(all[1]!)], BULK);
  const whole = await openTestReplica({ seed: 3, store: createMemoryOpStore() });
  await whole.replica.receive(texts(all), BULK);
  expect([opened.damagedRecords, opened.signer === signer]).toEqual([1, false]);
  expect(rewritten[0]!.log.length + rewritten[0]!.held.length).toBe(5);
  expect(rewritten[0]!.held.length).toBeGreaterThan(0);
  expect(replica.view()).toEqual(whole.replica.view());
  expect(await store.readHeld()).toEqual([]);
  expect(logger.lines.map(({ level }) => level)).toEqual(['error', 'warn']);
});

test('REP16 tells that it is fenced, and makes no edit', async () => {
  const { replica, store, onFenced } = await openFaultyReplica(1);
  store.fail('fenced');
  const outcome = await replica.command({ type: 'add', fields: {} });
  expect(outcome).toMatchObject({ type: 'refused', reason: 'leader-lost' });
  expect([onFenced, replica.view()]).toEqual([onFenced, []]);
  expect(onFenced).toHaveBeenCalledOnce();
});

test('REP17 acknowledges nothing that it keeps in memory only', async () => {
  const { replica } = await openTestReplica({ seed: 1, store: createMemoryOpStore() });
  expect(await replica.receive(texts(dumpRecords(2)), BULK)).toEqual({ stored: [] });
});

test('REP18 stores what the disk had no room for in front of an own op', async () => {
  const { replica, store } = await openFaultyReplica(1);
  const [insert] = dumpRecords(1) as [OpRecord];
  store.fail('full');
  await replica.receive([textOf(insert)], LIVE);
  const [item] = replica.view();
  const edit = { type: 'edit', id: item!.id, fields: { name: 'Mine' } } as const;
  const whileFull = await replica.command(edit);
  store.mend();
  const afterwards = await replica.command(edit);
  const log = await readAll(store.readOps());
  const restarted = await openTestReplica({ seed: 1, store });
  await restarted.replica.receive(texts(log), BULK);
  expect(whileFull).toMatchObject({ type: 'refused', reason: 'storage-full' });
  expect(afterwards).toMatchObject({ type: 'done', ops: 1 });
  expect(log.map(({ key }) => key === insert.key)).toEqual([true, false]);
  expect(restarted.replica.view()).toEqual(replica.view());
  expect(await readAll(store.readOps())).toEqual(log);
});

test('REP18 stores what the disk had no room for in front of an op that needs it', async () => {
  const { replica, store } = await openFaultyReplica(1);
  const [insert, next] = dumpRecords(2) as [OpRecord, OpRecord];
  store.fail('full');
  await replica.receive([textOf(insert)], LIVE);
  store.mend();
  const received = await replica.receive([textOf(next)], LIVE);
  expect(received.stored).toEqual([next.key]);
  expect(await readAll(store.readOps())).toEqual([insert, next]);
});
