import { describe, expect, test } from 'vitest';
import { createMemoryOpStore } from '../worker/adapters/memoryOpStore.ts';
import type { FlowFacts } from '../worker/api.ts';
import { createDocument } from '../worker/crdt/document.ts';
import type { Op } from '../worker/crdt/op.ts';
import { createFlow, OPS_PER_ANSWER } from '../worker/flowQuery.ts';
import type { OpRecord } from '../worker/ports.ts';
import { parseQuery } from '../worker/queries.ts';
import { claimed, NOW_S, QUERY, stage, stages, storyOps } from './support/flowStories.ts';
import { openTestReplica } from './support/openedReplica.ts';
import { text } from './support/opFactory.ts';
import { settle } from './support/settle.ts';

const recordsOf = (ops: readonly Op[]): readonly OpRecord[] =>
  ops.map(({ key, bytes }) => ({ key, bytes }));

/** A flow over a log that is `log`, with turns that end when told. */
function openFlow(log: OpRecord[], ops: readonly Op[]) {
  const document = createDocument();
  for (const op of ops) document.apply(op);
  const disk = { isBroken: false, breaksNext: false };
  const readFrom: (number | undefined)[] = [];
  const unstored: OpRecord[] = [];
  const turns: (() => void)[] = [];
  const store = {
    async *readOps(after = 0) {
      readFrom.push(after);
      if (disk.breaksNext) throw new Error('the disk is gone');
      yield log.slice(after);
    },
  };
  const opened = { ...createMemoryOpStore(), ...store };
  const ask = createFlow({
    items: document.items,
    store: {
      async read(work) {
        if (disk.breaksNext) {
          await work(opened).catch(() => {});
          Object.assign(disk, { isBroken: true, breaksNext: false });
        }
        return work(opened);
      },
      logEnd: () => log.length,
      durability: () => (disk.isBroken ? 'broken' : 'persisted'),
    },
    unstored: () => unstored,
    logLength: () => log.length,
    yieldTurn: () => new Promise((resolve) => turns.push(resolve)),
  });
  const known = async (): Promise<FlowFacts> => {
    const answering = ask(QUERY);
    const isSettled = answering.then(() => true);
    while (!(await Promise.race([isSettled, settle().then(() => false)]))) turns.shift()?.();
    const { state } = await answering;
    return state.name === 'known' ? state.facts : known();
  };
  return { ask, known, turns, readFrom, unstored, disk };
}

describe('the log', () => {
  const ops = storyOps(
    1,
    claimed(NOW_S - 60),
    stage('3_qa'),
    { name: text('an') },
    stage('4_merge'),
  );
  const named = recordsOf(ops.filter((op) => op.type === 'set' && op.field === 'name'));

  test('FLO8 is read in turns, and an answer says how far', async () => {
    // Ops that are passed over, before those that count.
    const log = [...Array.from({ length: OPS_PER_ANSWER }, () => named[0]!), ...recordsOf(ops)];
    const { ask, turns, known, readFrom } = openFlow(log, ops);
    const first = ask(QUERY);
    let cranked = 0;
    for (const state = { isAnswered: false }; !state.isAnswered; cranked += 1) {
      void first.then(() => Object.assign(state, { isAnswered: true }));
      await settle();
      turns.shift()?.();
    }
    const { state } = await first;
    expect(state).toMatchObject({ name: 'reading', totalOps: log.length });
    expect(state.name === 'reading' && state.readOps).toBeGreaterThanOrEqual(OPS_PER_ANSWER);
    expect(cranked).toBeGreaterThanOrEqual(4);
    expect((await known()).qa).toEqual({ first: 1, later: 0, back: 0 });
    expect(readFrom).toEqual([0]);
  });

  test('FLO8 is read on from where it was, with what no disk has', async () => {
    const log = [...recordsOf(ops)];
    const back = storyOps(
      1,
      claimed(NOW_S - 60),
      ...stages('3_qa', '3_qa', '4_merge', '2_current'),
    );
    const { known, readFrom, unstored } = openFlow(log, ops);
    const before = (await known()).qa;
    const after = (await known()).qa;
    unstored.push(...recordsOf(back.slice(-1)));
    const withUnstored = (await known()).qa;
    log.push(...recordsOf(back.slice(-1)));
    const stored = (await known()).qa;
    const [first, later] = [
      { first: 1, later: 0, back: 0 },
      { first: 0, later: 1, back: 0 },
    ];
    expect([before, after, withUnstored, stored]).toEqual([first, first, later, later]);
    expect(readFrom).toEqual([0, ops.length]);
  });

  test('FLO8 is read from its start where memory took the place of the disk', async () => {
    const log = [...recordsOf(ops.slice(0, -1))];
    const { known, readFrom, disk } = openFlow(log, ops);
    await known();
    log.push(...recordsOf(ops.slice(-1)));
    disk.breaksNext = true;
    expect((await known()).qa).toEqual({ first: 1, later: 0, back: 0 });
    expect(readFrom).toEqual([0, ops.length - 1, 0]);
  });

  test('FLO8 is that of a replica, whatever came by command', async () => {
    const { replica } = await openTestReplica({ seed: 7, store: createMemoryOpStore() });
    const added = await replica.command({ type: 'add', fields: { stage: '3_qa' } });
    if (added.type !== 'done') throw new Error(added.reason);
    const ask = () => replica.query(QUERY);
    const qa = async () => {
      const answer = await ask();
      return answer.type === 'flow-facts' && answer.state.name === 'known' && answer.state.facts.qa;
    };
    const before = await qa();
    await replica.command({ type: 'edit', id: added.id, fields: { stage: '4_merge' } });
    expect([before, await qa()]).toEqual([
      { first: 0, later: 0, back: 0 },
      { first: 1, later: 0, back: 0 },
    ]);
    await replica.close();
  });
});

test('FLO9 the query is read strictly', () => {
  const wrong: readonly object[] = [
    { nowS: '1' },
    { nowS: Number.NaN },
    { periodStartsS: 'all' },
    { periodStartsS: [] },
    { periodStartsS: [1, 1] },
    { periodStartsS: [1, null] },
    { periodStartsS: Array.from({ length: 65 }, (_, at) => at) },
  ];
  expect(parseQuery({ ...QUERY, more: 1 })).toEqual(QUERY);
  expect(wrong.map((part) => parseQuery({ ...QUERY, ...part }))).toEqual(wrong.map(() => null));
});
