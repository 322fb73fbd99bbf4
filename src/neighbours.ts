/**
 * What a story depends on and what depends on it. `depends_on` names stories by number, or by their
 * whole id; where two stories have one number, the first in the list is meant. Pure.
 */
import type { ItemFields, ItemId } from '../worker/api.ts';
import { parseDependencies, parseStoryId } from './story.ts';

export interface Dependency {
  /** As `depends_on` has it. */
  readonly text: string;
  /** null: no story of that number is here. */
  readonly id: ItemId | null;
}

export interface Neighbours {
  readonly dependsOn: readonly Dependency[];
  /** In list order. */
  readonly neededBy: readonly ItemId[];
  /** The shortest way from the story through what it depends on back to itself, which begins it. */
  readonly cycle: readonly ItemId[] | null;
}

export const NO_NEIGHBOURS: Neighbours = { dependsOn: [], neededBy: [], cycle: null };

/** `items`: all visible ones, in list order. */
export function neighboursOf(
  id: ItemId,
  items: Iterable<readonly [ItemId, ItemFields]>,
): Neighbours {
  const byName = new Map<string, ItemId>();
  const named = new Map<ItemId, readonly string[]>();
  for (const [item, { story_id, depends_on }] of items) {
    const texts = parseDependencies(depends_on);
    if (texts.length > 0) named.set(item, texts);
    if (!story_id) continue;
    for (const name of [story_id, String(parseStoryId(story_id)?.number ?? story_id)]) {
      if (!byName.has(name)) byName.set(name, item);
    }
  }
  const targetsOf = (item: ItemId): readonly (ItemId | null)[] =>
    (named.get(item) ?? []).map((text) => byName.get(text) ?? null);
  const neededBy = [...named.keys()].filter((item) => targetsOf(item).includes(id));
  const texts = named.get(id) ?? [];
  return {
    dependsOn: texts.map((text) => ({ text, id: byName.get(text) ?? null })),
    neededBy,
    cycle: neededBy.length === 0 ? null : findCycle(id, targetsOf),
  };
}

/** Breadth first. */
function findCycle(
  start: ItemId,
  targetsOf: (item: ItemId) => readonly (ItemId | null)[],
): readonly ItemId[] | null {
  /** From where each was reached. */
  const from = new Map<ItemId, ItemId>();
  const reached = [start];
  // An array that grows while it is walked is the queue.
  for (const item of reached) {
    for (const target of targetsOf(item)) {
      if (target === start) return wayTo(item, from);
      if (target === null || from.has(target)) continue;
      from.set(target, item);
      reached.push(target);
    }
  }
  return null;
}

/** From the start to `end`. */
function wayTo(end: ItemId, from: ReadonlyMap<ItemId, ItemId>): readonly ItemId[] {
  const way: ItemId[] = [];
  for (let item: ItemId | undefined = end; item !== undefined; item = from.get(item)) {
    way.unshift(item);
  }
  return way;
}
