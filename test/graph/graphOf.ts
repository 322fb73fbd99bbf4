import fc from 'fast-check';
import { atOnce, type Items } from '../../src/dependencies.ts';
import {
  type DependencyGraph,
  findGraph,
  type GraphWish,
  groupsOf,
} from '../../src/graph/dependencyGraph.ts';
import { type Drawing, drawGroups } from '../../src/graph/drawing.ts';
import { layOutGroup } from '../../src/graph/groupLayout.ts';
import { shapeOf } from '../../src/graph/layouts.ts';
import type { ItemFields } from '../../worker/api.ts';
import { EMPTY_FIELDS } from '../support/fakeReplica.ts';

/** `number: dependsOn`, or fields; each item's id is its number. */
export function stories(table: { readonly [number: string]: string | Partial<ItemFields> }): Items {
  return Object.entries(table).map(([number, given]) => {
    const fields = typeof given === 'string' ? { depends_on: given } : given;
    return [
      number,
      { ...EMPTY_FIELDS, story_id: `${number}_story_x`, stage: '2_current', ...fields },
    ];
  });
}

export function graphOf(items: Items, wish: Partial<GraphWish> = {}): DependencyGraph {
  return atOnce(findGraph(items, { done: 'needed', wants: () => true, near: null, ...wish }));
}

export function drawingOf(items: Items): Drawing {
  const groups = groupsOf(graphOf(items));
  return drawGroups(groups.map((group) => ({ group, layout: layOutGroup(shapeOf(group)) })));
}

/** A few stories that depend on each other, on themselves and on numbers that no story has. */
export const anyStories: fc.Arbitrary<Items> = fc
  .array(
    fc.record({
      targets: fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 3 }),
      isDone: fc.boolean(),
    }),
    { maxLength: 10 },
  )
  .map((rows) =>
    stories(
      Object.fromEntries(
        rows.map(({ targets, isDone }, number) => [
          number,
          { depends_on: targets.join(','), stage: isDone ? '5_done' : '2_current' },
        ]),
      ),
    ),
  );
