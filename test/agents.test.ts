import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AgentLanes, type AgentTime, findAgentLanes } from '../src/agents.ts';
import { atOnce, type Items } from '../src/dependencies.ts';
import { findNeighbours } from '../src/neighbours.ts';
import type { ItemFields } from '../worker/api.ts';
import { EMPTY_FIELDS } from './support/fakeReplica.ts';

const key = 'ab'.repeat(32);
const time = { nowMs: 10_000_000, staleMinutes: 60 };

function stories(table: { readonly [number: string]: Partial<ItemFields> }): Items {
  return Object.entries(table).map(([number, fields]) => [
    number,
    { ...EMPTY_FIELDS, story_id: `${number}_story_x`, stage: '2_current', ...fields },
  ]);
}

function agentLanes(items: Items, at: AgentTime): AgentLanes {
  return atOnce(findAgentLanes(items, at));
}

test('AGE1 a lane has the stories of an agent that are not done, by name, with claims of no agent last', () => {
  const { lanes } = agentLanes(
    stories({
      1: { claimed_by: key },
      2: { agent: 'qa' },
      3: { agent: 'coder', stage: '5_done' },
      4: { agent: 'coder' },
      5: {},
    }),
    time,
  );
  expect(lanes.map(({ agent, work }) => [agent, ...work.map(({ id }) => id)])).toEqual([
    ['coder', '4'],
    ['qa', '2'],
    ['', '1'],
  ]);
});

test('AGE2 each verdict comes with what it rests on, the most pressing first', () => {
  const claimed = { agent: 'a', claimed_by: key };
  const { lanes, needsPerson } = agentLanes(
    stories({
      1: { ...claimed, claimed_at: 6_400 },
      2: { ...claimed, claimed_at: 6_399 },
      3: { ...claimed, claimed_at: 0, depends_on: '1, 9, 8' },
      4: { agent: 'a', blocked: true, retry_count: 2 },
      9: { stage: '6_archived' },
    }),
    time,
  );
  const claim = (type: 'claim' | 'stale', claimedAtS: number | null) => ({
    type,
    signer: key,
    claimedAtS,
  });
  expect(lanes[0]?.work.map(({ evidence }) => evidence)).toEqual([
    [claim('claim', 6_400)],
    [claim('stale', 6_399)],
    [{ type: 'unknown', texts: ['8'] }, { type: 'waits', ids: ['1'] }, claim('claim', null)],
    [{ type: 'blocked' }, { type: 'retries', count: 2 }, { type: 'unclaimed' }],
  ]);
  expect(needsPerson.map(({ id }) => id)).toEqual(['2', '3', '4']);
});

test('AGE3 a story in a cycle of what is not done needs a person, one that leads to a cycle does not', () => {
  const found = (stage: string) =>
    agentLanes(
      stories({ 1: { depends_on: '2' }, 2: { depends_on: '3' }, 3: { depends_on: '2', stage } }),
      time,
    ).needsPerson.map(({ id }) => id);
  expect([found('2_current'), found('5_done')]).toEqual([['2', '3'], []]);
});

test('AGE3 those that a walk finds in a cycle are in one, and no others', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 3 }), { maxLength: 9 }),
      (graph) => {
        const items = stories(
          Object.fromEntries(
            graph.map((targets, index) => [
              index,
              { agent: 'a', depends_on: targets.filter((at) => at < graph.length).join(',') },
            ]),
          ),
        );
        const marked = agentLanes(items, time).needsPerson.map(({ id }) => id);
        const walked = items.filter(([id]) => atOnce(findNeighbours(items, id)).cycle !== null);
        expect(marked).toEqual(walked.map(([id]) => id));
      },
    ),
  );
});
