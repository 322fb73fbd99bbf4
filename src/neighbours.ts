/**
 * What a story depends on and what depends on it, as src/dependencies.ts finds it. Pure.
 */
import type { ItemFields, ItemId } from '../worker/api.ts';
import { atOnce, type Dependency, findDependencies } from './dependencies.ts';

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
  const dependencies = atOnce(findDependencies([...items]));
  const targetsOf = (item: ItemId): readonly (ItemId | null)[] =>
    (dependencies.get(item) ?? []).map((one) => one.id);
  const neededBy = [...dependencies.keys()].filter((item) => targetsOf(item).includes(id));
  return {
    dependsOn: dependencies.get(id) ?? [],
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
