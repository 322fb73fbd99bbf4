/**
 * What a story depends on and what depends on it, as src/dependencies.ts finds it. Pure.
 */
import type { ItemId } from '../worker/api.ts';
import { type Dependency, findDependencies, type Items, STEP, type Steps } from './dependencies.ts';

export interface Neighbours {
  readonly dependsOn: readonly Dependency[];
  /** In list order. */
  readonly neededBy: readonly ItemId[];
  /** The shortest way from the story through what it depends on back to itself, which begins it. */
  readonly cycle: readonly ItemId[] | null;
}

export function* findNeighbours(items: Items, id: ItemId): Steps<Neighbours> {
  const dependencies = yield* findDependencies(items);
  const targetsOf = (item: ItemId): readonly (ItemId | null)[] =>
    (dependencies.get(item) ?? []).map((one) => one.id);
  const neededBy: ItemId[] = [];
  let looked = 0;
  for (const [item, its] of dependencies) {
    if (looked % STEP === 0) yield;
    looked += 1;
    if (its.some((one) => one.id === id)) neededBy.push(item);
  }
  return {
    dependsOn: dependencies.get(id) ?? [],
    neededBy,
    cycle: neededBy.length === 0 ? null : yield* findCycle(id, targetsOf),
  };
}

/** Breadth first. */
function* findCycle(
  start: ItemId,
  targetsOf: (item: ItemId) => readonly (ItemId | null)[],
): Steps<readonly ItemId[] | null> {
  /** From where each was reached. */
  const from = new Map<ItemId, ItemId>();
  const reached = [start];
  // An array that grows while it is walked is the queue.
  for (const [index, item] of reached.entries()) {
    if (index % STEP === 0) yield;
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
