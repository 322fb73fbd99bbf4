import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupsOf } from '../../src/graph/dependencyGraph.ts';
import { type GroupLayout, layOutGroup } from '../../src/graph/groupLayout.ts';
import { createLayouts, type LayOut } from '../../src/graph/layouts.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../../src/graph/sizes.ts';
import { type GraphStep, heirOf, stepFrom } from '../../src/graph/walk.ts';
import { anyStories, drawingOf, graphOf, stories } from './graphOf.ts';

test('DEP7 what is needed stands left of what waits for it, except in a cycle, and no two boxes overlap', () => {
  fc.assert(
    fc.property(anyStories, (items) => {
      const { boxes, lines, width, height } = drawingOf(items);
      const at = (key: string) => boxes.get(key)!;
      const wrong = lines.filter(
        ({ edge }) => !edge.isInCycle && at(edge.from).rank >= at(edge.to).rank,
      );
      expect(wrong).toEqual([]);
      expect(lines.filter(({ edge }) => at(edge.from).rank === at(edge.to).rank)).toEqual([]);
      const all = [...boxes.values()];
      for (const [index, one] of all.entries()) {
        expect(one.x + NODE_WIDTH <= width && one.y + NODE_HEIGHT <= height + 0.5).toBe(true);
        for (const other of all.slice(index + 1)) {
          const isApart = one.x !== other.x || Math.abs(one.y - other.y) >= NODE_HEIGHT - 0.5;
          expect(isApart).toBe(true);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('DEP7 a line is level in the ranks that it passes, and one that leads back has its arrow at the left', () => {
  const { lines, boxes } = drawingOf(stories({ 1: '3', 2: '1', 3: '2', 4: '1, 2' }));
  const back = lines.find(({ edge }) => boxes.get(edge.from)!.rank > boxes.get(edge.to)!.rank)!;
  const tip = boxes.get(back.edge.to)!.x + NODE_WIDTH;
  expect(back.arrow).toMatch(new RegExp(`L${tip} `));
  expect(back.edge.isInCycle).toBe(true);
  const far = lines.find(({ right, left }) => right - left > NODE_WIDTH)!;
  expect(far.path).toMatch(/^M\d.*C.*H\d+/);
});

test('DEP8 groups stand one below the other, and a change in one leaves the others as they were', async () => {
  const asked: number[][] = [];
  const told: string[][] = [];
  const layOut: LayOut = async (shapes) => {
    asked.push(shapes.map(({ nodes }) => nodes));
    return shapes.map(layOutGroup);
  };
  const layouts = createLayouts({
    layOut,
    onLaid: (groups) => told.push(groups.map(({ group }) => group.keys.join())),
    onFailed: () => told.push(['failed']),
  });
  const want = (table: { readonly [number: string]: string }) =>
    layouts.want(groupsOf(graphOf(stories(table))));
  want({ 1: '2', 2: '', 3: '4', 4: '' });
  await expect.poll(() => told).toEqual([['1,2', '3,4']]);
  want({ 1: '2', 2: '5', 3: '4', 4: '', 5: '' });
  await expect.poll(() => told.length).toBe(2);
  expect(asked).toEqual([[2, 2], [3]]);
  const { boxes } = drawingOf(stories({ 1: '2', 2: '', 3: '4', 4: '' }));
  expect([boxes.get('4')!.x, boxes.get('4')!.y > boxes.get('2')!.y + NODE_HEIGHT]).toEqual([
    0,
    true,
  ]);
});

test('DEP8 of wishes that come while a layout is made, the last is told', async () => {
  const told: number[] = [];
  const answers: ((layouts: readonly GroupLayout[]) => void)[] = [];
  const layouts = createLayouts({
    layOut: (shapes) =>
      new Promise((resolve) => answers.push(() => resolve(shapes.map(layOutGroup)))),
    onLaid: (groups) => told.push(groups.length),
    onFailed: () => told.push(-1),
  });
  layouts.want(groupsOf(graphOf(stories({ 1: '2', 2: '' }))));
  layouts.want(groupsOf(graphOf(stories({ 1: '2', 2: '', 3: '4', 4: '' }))));
  layouts.want(groupsOf(graphOf(stories({}))));
  answers[0]?.([]);
  await expect.poll(() => told).toEqual([0]);
});

test('DEP8 a layout that fails is told, and the next wish tries again', async () => {
  const told: string[] = [];
  let tries = 0;
  const layouts = createLayouts({
    layOut: async (shapes) => {
      tries += 1;
      if (tries === 1) throw new Error('no worker');
      return shapes.map(layOutGroup);
    },
    onLaid: () => told.push('laid'),
    onFailed: () => told.push('failed'),
  });
  const groups = groupsOf(graphOf(stories({ 1: '2', 2: '' })));
  layouts.want(groups);
  await expect.poll(() => told).toEqual(['failed']);
  layouts.want(groups);
  await expect.poll(() => told).toEqual(['failed', 'laid']);
});

test('DEP9 a step goes along an edge or through the rank; back the way one came', () => {
  // 1 and 2 are needed by 3, which 4, 5 and 6 wait for.
  const drawing = drawingOf(stories({ 1: '', 2: '', 3: '1, 2', 4: '3', 5: '3', 6: '3' }));
  const go = (from: string, step: GraphStep, cameFrom: string | null = null) =>
    stepFrom(from, step, drawing, cameFrom);
  expect([go('1', 'waiting'), go('3', 'waiting'), go('4', 'waiting')]).toEqual(['3', '5', null]);
  expect([go('3', 'needed', '2'), go('3', 'needed', '1'), go('1', 'needed')]).toEqual([
    '2',
    '1',
    null,
  ]);
  expect([go('4', 'before'), go('4', 'after'), go('5', 'after')]).toEqual([null, '5', '6']);
  expect([go('5', 'first'), go('5', 'last'), go('6', 'last')]).toEqual(['4', '6', null]);
  expect(go('gone', 'after')).toBeNull();
});

test('DEP9 from any node, steps lead to every other', () => {
  fc.assert(
    fc.property(anyStories, (items) => {
      const drawing = drawingOf(items);
      const all = [...drawing.boxes.keys()];
      for (const start of all) {
        const reached = [start];
        for (const key of reached) {
          for (const step of ['waiting', 'needed', 'before', 'after'] as const) {
            const next = stepFrom(key, step, drawing, null);
            if (next !== null && !reached.includes(next)) reached.push(next);
          }
        }
        expect(reached.length).toBe(all.length);
      }
    }),
    { numRuns: 200 },
  );
});

test('DEP10 the heir of a node that is gone is one it was joined to, or else a sibling', () => {
  const before = drawingOf(stories({ 1: '', 2: '1', 3: '2', 4: '', 5: '4' }));
  const heir = (now: { readonly [number: string]: string }, key: string) =>
    heirOf(key, before, drawingOf(stories(now)));
  expect(heir({ 1: '', 2: '1', 3: '2' }, '2')).toBe('2');
  expect(heir({ 1: '', 3: '1' }, '2')).toBe('1');
  expect(heir({ 4: '', 5: '4' }, '1')).toBe('4');
  expect([heir({ 8: '9', 9: '' }, '1'), heir({}, '1')]).toEqual(['9', null]);
});
