import { expect, test } from 'vitest';
import { atOnce, type Items } from '../src/dependencies.ts';
import { findNeighbours } from '../src/neighbours.ts';
import type { ItemFields, ItemId } from '../worker/api.ts';
import { EMPTY_FIELDS } from './support/fakeReplica.ts';

/** `id: dependsOn`, each of story id `<id>_story_x`. */
function stories(table: { readonly [id: string]: string }): [ItemId, ItemFields][] {
  return Object.entries(table).map(([id, depends_on]) => [
    id,
    { ...EMPTY_FIELDS, story_id: `${id}_story_x`, depends_on },
  ]);
}

const neighboursOf = (id: ItemId, items: Items) => atOnce(findNeighbours(items, id));

test('STY5 finds dependencies by number or whole id, and who needs a story', () => {
  const items = stories({ 1: '2, 3_story_x, 9', 2: '', 3: '2', 4: 'odd' });
  items.push(['twin', { ...EMPTY_FIELDS, story_id: '2_bug_twin' }]);
  items.push(['odd', { ...EMPTY_FIELDS, story_id: 'odd' }]);
  const dependsOn = [
    { text: '2', id: '2' },
    { text: '3_story_x', id: '3' },
    { text: '9', id: null },
  ];
  expect(neighboursOf('1', items)).toEqual({ dependsOn, neededBy: [], cycle: null });
  expect(neighboursOf('2', items)).toEqual({ dependsOn: [], neededBy: ['1', '3'], cycle: null });
  expect(neighboursOf('twin', items)).toEqual({ dependsOn: [], neededBy: [], cycle: null });
  expect(neighboursOf('odd', items).neededBy).toEqual(['4']);
});

test('STY5 tells a cycle by its shortest way, and one that a story only leads to not at all', () => {
  const items = stories({ 1: '2', 2: '3, 4', 3: '4', 4: '1', 5: '1', 6: '6' });
  expect(neighboursOf('1', items).cycle).toEqual(['1', '2', '4']);
  expect(neighboursOf('3', items).cycle).toEqual(['3', '4', '1', '2']);
  expect([neighboursOf('5', items).cycle, neighboursOf('6', items).cycle]).toEqual([null, ['6']]);
});
