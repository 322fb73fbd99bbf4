import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atOnce, findCycles, findDependencies, type Items } from '../../src/dependencies.ts';
import { groupsOf } from '../../src/graph/dependencyGraph.ts';
import { anyStories, graphOf, stories } from './graphOf.ts';

const done = { stage: '5_done' };
const keys = (graph: ReturnType<typeof graphOf>) => graph.nodes.map(({ key }) => key);
const edges = (graph: ReturnType<typeof graphOf>) =>
  graph.edges.map(({ from, to }) => `${from}>${to}`);

test('DEP1 stories with dependencies, and numbers that no story has, are nodes; the others are counted', () => {
  const graph = graphOf(stories({ 1: '2, 9, 2_story_x', 2: '', 3: '', 4: '1' }));
  const story = { type: 'story', cycle: null, isOwnCause: false, place: 'wanted' };
  expect(graph).toEqual({
    nodes: [
      { ...story, key: '1', id: '1' },
      { ...story, key: '2', id: '2' },
      { ...story, key: '4', id: '4' },
      { type: 'unknown', key: '?9', text: '9' },
    ],
    edges: [
      { from: '2', to: '1', isInCycle: false },
      { from: '?9', to: '1', isInCycle: false },
      { from: '1', to: '4', isInCycle: false },
    ],
    alone: 1,
    leftOut: 0,
  });
});

test('DEP2 a done story is there where something open depends on it; or none is, or all are', () => {
  const items = stories({ 1: '2', 2: { ...done, depends_on: '3' }, 3: done, 4: '1' });
  const found = (['needed', 'none', 'all'] as const).map((which) => {
    const graph = graphOf(items, { done: which });
    return [keys(graph), edges(graph), graph.leftOut];
  });
  expect(found).toEqual([
    [['1', '2', '4'], ['2>1', '1>4'], 1],
    [['1', '4'], ['1>4'], 2],
    [['1', '2', '3', '4'], ['2>1', '3>2', '1>4'], 0],
  ]);
});

test('DEP3 what a filter wants is there with what is one dependency away, which is told apart', () => {
  const items = stories({ 1: '', 2: '1', 3: '2', 4: '3', 5: '', 6: '5', 7: '' });
  const graph = graphOf(items, { wants: (id) => ['2', '7'].includes(id) });
  expect(graph.nodes.map((node) => node.type === 'story' && [node.id, node.place])).toEqual([
    ['1', 'beside'],
    ['2', 'wanted'],
    ['3', 'beside'],
  ]);
  expect([edges(graph), graph.alone, graph.leftOut]).toEqual([['1>2', '2>3'], 1, 0]);
});

test('DEP4 near a story is what leads to it and what it leads to, in so many steps', () => {
  const items = stories({ 1: '', 2: '1', 3: '2', 4: '3', 5: '4', 6: '1', 7: '' });
  const near = (id: string, steps: number) => graphOf(items, { near: { id, steps } });
  expect(keys(near('3', 1))).toEqual(['2', '3', '4']);
  expect(keys(near('3', 2))).toEqual(['1', '2', '3', '4', '5']);
  expect([keys(near('7', 1)), keys(near('gone', 1))]).toEqual([['7'], keys(graphOf(items))]);
});

test('DEP5 a cycle of stories that are not done is marked, its members and its edges', () => {
  const items = stories({ 1: '2', 2: '3', 3: '1, 2, 4', 4: '5', 5: '4', 6: '1', 7: '7', 8: '8' });
  const open = graphOf(items);
  expect(open.nodes.map((node) => node.type === 'story' && [node.id, node.cycle])).toEqual([
    ['1', 1],
    ['2', 1],
    ['3', 1],
    ['4', 0],
    ['5', 0],
    ['6', null],
    ['7', 2],
    ['8', 3],
  ]);
  expect(open.nodes.filter((node) => node.type === 'story' && node.isOwnCause)).toHaveLength(2);
  const marked = open.edges.filter(({ isInCycle }) => isInCycle);
  expect(edges({ ...open, edges: marked })).toEqual(['2>1', '3>2', '1>3', '2>3', '5>4', '4>5']);
  const without: Items = items.map(([id, fields]) =>
    id === '3' ? [id, { ...fields, ...done }] : [id, fields],
  );
  const left = graphOf(without).nodes.filter(
    (node) => node.type === 'story' && node.cycle !== null,
  );
  expect(left.map(({ key }) => key)).toEqual(['4', '5', '7', '8']);
});

test('DEP5 two stories are in one cycle just when each reaches the other', () => {
  fc.assert(
    fc.property(anyStories, (items) => {
      const dependencies = atOnce(findDependencies(items));
      const cycles = atOnce(findCycles(dependencies));
      const reached = (id: string) => {
        const found: (string | null)[] = [];
        const look = (from: string): void => {
          for (const target of dependencies.get(from) ?? []) {
            if (found.includes(target.id)) continue;
            found.push(target.id);
            if (target.id !== null) look(target.id);
          }
        };
        look(id);
        return found;
      };
      const ids = items.map(([id]) => id);
      const same = (one: string, other: string) =>
        cycles.has(one) && cycles.get(one) === cycles.get(other);
      const expected = (one: string, other: string) =>
        reached(one).includes(other) && reached(other).includes(one);
      const pairs = ids.flatMap((one) => ids.map((other) => [one, other] as const));
      expect(pairs.filter(([one, other]) => same(one, other))).toEqual(
        pairs.filter(([one, other]) => expected(one, other)),
      );
    }),
  );
});

test('DEP6 each node is in one group, and nodes joined by an edge are in the same', () => {
  fc.assert(
    fc.property(anyStories, (items) => {
      const graph = graphOf(items, { done: 'all' });
      const groups = groupsOf(graph);
      expect(groups.flatMap((group) => group.keys).sort()).toEqual(keys(graph).sort());
      expect(groups.flatMap((group) => group.edges)).toHaveLength(graph.edges.length);
      for (const { keys: members, edges: own } of groups) {
        expect(own.every(({ from, to }) => members.includes(from) && members.includes(to))).toBe(
          true,
        );
        // Fewer edges could not hold it together.
        expect(own.length).toBeGreaterThanOrEqual(members.length - 1);
      }
    }),
  );
});

test('DEP6 a chain of three thousand stories, and one that bites its tail, are found', () => {
  const chain = Array.from({ length: 3_000 }, (_, index) => [index + 1, String(index)] as const);
  const straight = graphOf(stories(Object.fromEntries([[0, ''], ...chain])));
  expect([straight.nodes.length, straight.edges.some(({ isInCycle }) => isInCycle)]).toEqual([
    3_001,
    false,
  ]);
  const round = graphOf(stories(Object.fromEntries([[0, '3000'], ...chain])));
  expect(round.edges.every(({ isInCycle }) => isInCycle)).toBe(true);
});
