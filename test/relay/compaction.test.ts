import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import type { Op } from '../../worker/crdt/op.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { planCompaction } from '../../worker/relay/compaction.ts';
import { toLogged } from '../../worker/relay/pipelineRelay.ts';
import { deliveries } from '../crdt/opSets.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
import { computeState } from '../support/naiveModel.ts';
import {
  createFakeSigner,
  deleteOp,
  idOf,
  insertOp,
  itemContent,
  readable,
  setOp,
  text,
} from '../support/opFactory.ts';
import { collect, openLog } from '../support/opLogRecords.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const [ann, bob] = [createFakeSigner(1), createFakeSigner(2)];
const keysOf = (ops: readonly Op[]): readonly string[] => ops.map(({ key }) => key);

async function logOf(ops: readonly Op[]) {
  const opLog = createMemoryOpLog();
  const log = await openLog(opLog, 'default');
  await log.append(ops.map(toLogged));
  return { opLog, log };
}

async function compact(ops: readonly Op[]) {
  const plan = await planCompaction((await logOf(ops)).log);
  if (plan.type !== 'planned') throw new Error(JSON.stringify(plan));
  return { ...plan.compaction, kept: await collect(plan.compaction.kept()) };
}

/** Many sets of few registers, with dependencies on what came before, in the order of making. */
const boards: fc.Arbitrary<readonly Op[]> = fc
  .array(
    fc.record({
      signer: fc.constantFrom(ann, bob),
      item: fc.nat(3),
      field: fc.constantFrom('name', 'stage'),
      seq: fc.integer({ min: 0, max: 4 }),
      content: fc.constantFrom(text('a'), text('b'), null),
      innerAuthor: fc.constantFrom('11'.repeat(32), 'ff'.repeat(32)),
      dependsOn: fc.option(fc.nat(40), { freq: 4 }),
    }),
    { minLength: 10, maxLength: 40 },
  )
  .map((steps) => {
    const made = ['a', 'b', 'c'].map((name) => {
      return insertOp({ signer: ann, content: itemContent({ name: text(name) }) });
    });
    const items = made.map(idOf);
    for (const { item, field, dependsOn, ...shape } of steps) {
      const named = made[(dependsOn ?? 0) % made.length]!.signed_digest;
      const deps = dependsOn === null ? [] : [Buffer.from(named).toString('hex')];
      const target = items[item];
      made.push(
        target === undefined
          ? deleteOp(items[shape.seq % 3]!, { ...shape, content: null, dependsOn: deps })
          : setOp(target, field, { ...shape, dependsOn: deps }),
      );
    }
    return made.map(readable);
  });

/** What of random ops a relay would keep, in its order. */
function relayLog(arrivals: readonly Op[]): readonly Op[] {
  const document = createDocument();
  return arrivals.flatMap((op) => [...document.apply(op).applied]);
}

test('RCMD10 compaction leaves out sets that lost, but for those that an op names', async () => {
  const item = insertOp({ signer: ann });
  const rename = (seq: number, more: Partial<Parameters<typeof setOp>[2]> = {}): SignedOp =>
    setOp(idOf(item), 'name', { signer: ann, seq, content: text(`name ${seq}`), ...more });
  const [lost, named, won] = [rename(2), rename(3), rename(5)];
  const tied = rename(5, { signer: bob, innerAuthor: 'ff'.repeat(32) });
  const blocked = setOp(idOf(item), 'blocked', {
    ...{ signer: bob, seq: 2, content: null },
    dependsOn: [Buffer.from(named.signed_digest).toString('hex')],
  });
  const gone = deleteOp(idOf(item), { signer: bob, seq: 2 });
  const ops = [item, lost, named, blocked, tied, won, gone].map(readable);
  const { kept, ...told } = await compact(ops);
  expect(keysOf(kept)).toEqual(keysOf([item, named, blocked, won, gone].map(readable)));
  const sizes = ops.map(({ bytes }) => bytes.length);
  expect(told).toEqual({
    ...{ ops: 7, bytes: sizes.reduce((sum, size) => sum + size), droppedOps: 2 },
    droppedBytes: sizes[1]! + sizes[4]!,
  });
});

test('RCMD10 who gets only what compaction leaves has the same view, holds nothing, and uses no seq twice', async () => {
  let dropped = 0;
  const holdsFor = async (ops: readonly Op[]): Promise<void> => {
    const log = relayLog(ops);
    const { kept, droppedOps } = await compact(log);
    dropped += droppedOps;
    const before = computeState(log);
    const after = computeState(kept);
    expect({ items: after.items, waiting: after.waiting }).toEqual({
      ...{ items: before.items, waiting: [] },
    });
    expect(highestSeqs(kept)).toEqual(highestSeqs(log));
    // In the order in which it is sent, too.
    const fresh = createDocument();
    for (const op of kept) expect(fresh.apply(op).outcome).toBe('applied');
    expect(fresh.items.view()).toEqual(fromScratch(log).items.view());
  };
  const options = { seed: 20_261, numRuns: 150 };
  await fc.assert(fc.asyncProperty(boards, holdsFor), options);
  expect(dropped).toBeGreaterThan(500);
  const hostile = fc.asyncProperty(deliveries, ({ arrivals }) => holdsFor(arrivals));
  await fc.assert(hostile, options);
});

test('RCMD11 what compaction left out can come back, and what needs it can come with it, in any order', async () => {
  const shuffled = boards.chain((ops) => {
    return fc.tuple(fc.constant(ops), fc.shuffledSubarray([...ops], { minLength: ops.length }));
  });
  const property = fc.asyncProperty(shuffled, fc.nat(), async ([ops, arrivals], part) => {
    // The relay was compacted when the later ones had not been made.
    const { kept } = await compact(relayLog(ops.slice(0, part % ops.length)));
    const document = createDocument();
    for (const op of [...kept, ...arrivals]) document.apply(op);
    const whole = fromScratch(ops);
    expect(document.items.view()).toEqual(whole.items.view());
    expect(ops.filter(({ key }) => !document.causes.hasSeen(key))).toEqual([]);
    expect(document.held.ops()).toBe(0);
  });
  await fc.assert(property, { seed: 20_262, numRuns: 150 });
});

test('RCMD12 a log with damaged ops, or ops without what they need, is not compacted', async () => {
  const item = insertOp({ signer: ann });
  const sets = [2, 3].map((seq) => setOp(idOf(item), 'name', { signer: ann, seq }));
  const ops = [item, ...sets].map(readable);
  const orphans = await logOf(ops.slice(1));
  expect(await planCompaction(orphans.log)).toEqual({
    ...{ type: 'unsound', damagedOps: 0, lackingOps: 2 },
  });
  const damaged = { ...(await logOf(ops)).log, count: () => 4 };
  expect(await planCompaction(damaged)).toEqual({
    ...{ type: 'unsound', damagedOps: 1, lackingOps: 0 },
  });
  // As a damaged op stands when it has come again.
  const again = [ops[1]!, ops[2]!, ops[0]!];
  const { kept } = await compact(again);
  expect(keysOf(kept)).toEqual(keysOf([ops[2]!, ops[0]!]));
});

function fromScratch(ops: readonly Op[]): Document {
  const document = createDocument();
  for (const op of ops) document.apply(op);
  return document;
}

/** Of each register and of the list: an own op gets the next one. */
function highestSeqs(ops: readonly Op[]): ReadonlyMap<string, number> {
  const seqs = new Map<string, number>();
  for (const op of ops) {
    const of = op.type === 'set' ? op.target + op.field : 'list';
    seqs.set(of, Math.max(seqs.get(of) ?? 0, op.seq));
  }
  return seqs;
}
