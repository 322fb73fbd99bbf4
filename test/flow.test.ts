import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlowFacts } from '../worker/api.ts';
import { createDocument } from '../worker/crdt/document.ts';
import type { Value } from '../worker/crdt/value.ts';
import { createFlowCount, STAGES_MAX } from '../worker/flowFacts.ts';
import { EMPTY_FIELDS } from './support/fakeReplica.ts';
import {
  ann,
  bob,
  claimed,
  DAY_S,
  type Fields,
  factsOf,
  flowOf,
  insert,
  NOW_S,
  naiveFlow,
  QUERY,
  stage,
  stages,
  storyOps,
} from './support/flowStories.ts';
import {
  bool,
  deleteOp,
  idOf,
  insertOp,
  itemContent,
  number,
  readable,
  setOp,
  text,
} from './support/opFactory.ts';

describe('naively', () => {
  const times = [0, -5, 10, NOW_S - 3 * DAY_S, NOW_S - DAY_S, NOW_S - 60, NOW_S + 60, NOW_S * 1000];
  const values: { readonly [field: string]: fc.Arbitrary<Value> } = {
    stage: fc.constantFrom(
      ...['1_backlog', '2_current', '3_qa', '4_merge', '5_done', 'x', ''].map(text),
      number(3),
    ),
    claimed_at: fc.constantFrom(...times.map(number), text('now')),
    claimed_by: fc.constantFrom(text(''), text('ann'), bool(true)),
    retry_count: fc.constantFrom(...[0, 1, 2.5, -1, 9].map(number), bool(false)),
  };
  const write = fc.constantFrom(...Object.keys(values), 'stage', 'stage').chain((field) =>
    fc.record({
      story: fc.nat(1),
      by: fc.constantFrom(ann, bob),
      isByNode: fc.boolean(),
      seq: fc.integer({ min: 1, max: 4 }),
      field: fc.constant(field),
      content: fc.option(values[field] as fc.Arbitrary<Value>, { freq: 9 }),
    }),
  );

  test('FLO1 the figures are those that a naive count gives, in whatever order ops come and how often', () => {
    const writes = fc.array(write, { maxLength: 20 });
    const shuffles = fc.infiniteStream(fc.nat(999));
    fc.assert(
      fc.property(writes, shuffles, fc.boolean(), (script, order, isOneDeleted) => {
        const inserts = [0, 1].flatMap((seq) => {
          const content = itemContent({ name: text(`story ${seq}`) });
          // A twin: the same insert, signed by somebody else.
          return [ann, bob].map((signer) =>
            insertOp({ signer, innerAuthor: ann.publicKey, seq: seq + 1, content }),
          );
        });
        const sets = script.map(({ story, by, isByNode, seq, field, content }) => {
          const target = idOf(inserts[2 * story]!);
          const innerAuthor = isByNode ? target : by.publicKey;
          return setOp(target, field, { signer: by, innerAuthor, seq, content });
        });
        const deletes = isOneDeleted ? [deleteOp(idOf(inserts[0]!), { signer: bob, seq: 9 })] : [];
        const ops = [...inserts, ...sets, ...deletes].map(readable);
        const document = createDocument();
        for (const op of ops) document.apply(op);
        const places = ops.flatMap((op) => [op, op]).map((op) => [order.next().value, op] as const);
        const shuffled = places.sort(([one], [other]) => one - other).map(([, op]) => op);
        expect(flowOf(shuffled)).toEqual(naiveFlow(ops, document.items.view()));
      }),
    );
  });
});

describe('figures', () => {
  test('FLO2 stories are counted by stage, those without one too; deleted ones are not', () => {
    const gone = storyOps(4, stage('4_merge'));
    const facts = factsOf([
      ...storyOps(1, stage('2_current')),
      ...storyOps(2, stage('1_backlog'), stage('2_current')),
      ...storyOps(3, { stage: number(7) }),
      ...gone,
      readable(deleteOp(gone[0]!.id, { signer: bob, seq: 5 })),
    ]);
    expect([facts.stories, facts.stages.counts]).toEqual([
      3,
      [
        { stage: '2_current', stories: 2 },
        { stage: '', stories: 1 },
      ],
    ]);
  });

  test('FLO2 many stages are told as the greatest and one sum, long names cut', () => {
    const count = createFlowCount(QUERY);
    const fields = { ...EMPTY_FIELDS, stage: 'x'.repeat(9000) };
    const trace = { stages: [], claim: null, retries: null };
    for (let at = 0; at < 3; at += 1) count.add(fields, trace);
    for (let at = 0; at < 99; at += 1) count.add({ ...EMPTY_FIELDS, stage: `stage ${at}` }, trace);
    const { counts, others } = count.facts().stages;
    expect([counts.length, counts[0], others]).toEqual([
      STAGES_MAX,
      { stage: 'x'.repeat(200), stories: 3 },
      { stages: 100 - STAGES_MAX, stories: 100 - STAGES_MAX },
    ]);
  });

  test('FLO3 what is done is counted in the period of its last claim, also after a release', () => {
    const released = { claimed_by: text(''), claimed_at: number(0) };
    const { done } = factsOf([
      ...storyOps(1, claimed(NOW_S - 60), released, stage('5_done')),
      ...storyOps(2, claimed(NOW_S - 9 * DAY_S), claimed(NOW_S - 2 * DAY_S), stage('6_archived')),
      ...storyOps(3, claimed(NOW_S - 9 * DAY_S), stage('5_done')),
      ...storyOps(4, {}, stage('5_done')),
      ...storyOps(5, claimed(NOW_S - 60)),
    ]);
    expect(done).toEqual({ stories: 4, perPeriod: [1, 0, 1], earlier: 1, unknown: 1 });
  });

  test('FLO4 what is not done is counted by the age of its claim', () => {
    const agesS = [60, 3600, 2 * DAY_S, 90 * DAY_S];
    const { open } = factsOf([
      ...agesS.flatMap((ageS, at) => storyOps(at + 1, claimed(NOW_S - ageS))),
      ...storyOps(8, { claimed_by: text('ann') }),
      ...storyOps(9, { claimed_at: number(NOW_S) }),
    ]);
    expect(open).toEqual({
      stories: 6,
      ages: [0, 1, 4, 24, 72, 168, 672].map((hours, at) => ({
        fromS: hours * 3600,
        stories: [1, 1, 0, 1, 0, 0, 1][at],
      })),
      medianS: 3600,
      oldestS: 90 * DAY_S,
      notClaimed: 1,
      unknown: 1,
    });
    expect(factsOf([]).open).toMatchObject({ stories: 0, medianS: null, oldestS: null });
  });

  test('FLO5 retries are the highest count that was ever written, also by a write that lost', () => {
    const added = insert(ann, 1, {});
    const both = [ann, bob].map((signer, at) =>
      setOp(idOf(added), 'retry_count', { signer, seq: 2, content: number(2 + at) }),
    );
    const { retries } = factsOf([
      ...[added, ...both].map(readable),
      ...storyOps(2, { retry_count: number(7) }, { retry_count: number(0) }),
      ...storyOps(3, { retry_count: number(-1) }),
      ...storyOps(4, { retry_count: text('3') }, { retry_count: number(1.5) }),
    ]);
    expect(retries).toEqual({ counts: [0, 1, 0, 1, 0, 1], highest: 7, unknown: 1 });
  });

  test.each<[string, readonly Fields[], FlowFacts['qa']]>([
    ['never in QA', stages('2_current', '4_merge', '5_done'), { first: 0, later: 0, back: 0 }],
    ['in QA', stages('2_current', '3_qa'), { first: 0, later: 0, back: 0 }],
    ['on at first', stages('3_qa', '4_merge', '5_done'), { first: 1, later: 0, back: 0 }],
    ['on past merge', stages('3_qa', '6_archived'), { first: 1, later: 0, back: 0 }],
    ['written again', stages('3_qa', '3_qa', '4_merge'), { first: 1, later: 0, back: 0 }],
    ['by another stage', stages('3_qa', 'on hold', '4_merge'), { first: 1, later: 0, back: 0 }],
    [
      'on after going back',
      stages('3_qa', '2_current', '3_qa', '5_done'),
      { first: 0, later: 1, back: 0 },
    ],
    ['back from merge', stages('3_qa', '4_merge', '2_current'), { first: 0, later: 1, back: 0 }],
    [
      'from merge to QA',
      stages('3_qa', '4_merge', '3_qa', '4_merge'),
      { first: 0, later: 1, back: 0 },
    ],
    ['back', stages('3_qa', '1_backlog'), { first: 0, later: 0, back: 1 }],
    ['back and round QA', stages('3_qa', '2_current', '4_merge'), { first: 0, later: 0, back: 1 }],
  ])('FLO6 a story that went %s', (_, changes, qa) => {
    expect(factsOf(storyOps(1, {}, ...changes)).qa).toEqual(qa);
  });

  test('FLO6 a move that lost to another of its seq is none', () => {
    const added = insert(ann, 1, stage('3_qa'));
    const [winner, loser] = ann.publicKey < bob.publicKey ? [ann, bob] : [bob, ann];
    const moves = [
      setOp(idOf(added), 'stage', { signer: loser, seq: 2, content: text('2_current') }),
      setOp(idOf(added), 'stage', { signer: winner, seq: 2, content: text('4_merge') }),
    ];
    expect(factsOf([added, ...moves].map(readable)).qa).toEqual({ first: 1, later: 0, back: 0 });
  });

  test.each([
    ['0', number(0), null],
    ['negative', number(-NOW_S), null],
    ['no number', text(String(NOW_S)), null],
    ['milliseconds', number(NOW_S * 1000), null],
    ['more than a day ahead', number(NOW_S + DAY_S + 1), null],
    ['less than a day ahead', number(NOW_S + DAY_S), 0],
    ['fractional', number(NOW_S - 0.5), 0.5],
  ])('FLO7 a time that is %s', (_, time, ageS) => {
    const fields = { claimed_by: text('ann'), claimed_at: time };
    const { open, done } = factsOf([
      ...storyOps(1, fields),
      ...storyOps(2, fields, stage('5_done')),
    ]);
    expect([open.medianS, open.unknown, done.unknown, done.perPeriod[2]]).toEqual(
      ageS === null ? [null, 1, 1, 0] : [ageS, 0, 0, 1],
    );
  });
});
