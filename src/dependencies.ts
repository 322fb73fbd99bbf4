/**
 * Which stories wait for which. `depends_on` names stories by number, or by their whole id; where two
 * have one number, the first in the list is meant. Pure.
 *
 * What goes through all stories yields now and then, so that a caller can give the browser time;
 * `atOnce` is for one that cannot wait.
 */
import type { ItemFields, ItemId } from '../worker/api.ts';
import { parseDependencies, parseStoryId, stageOf } from './story.ts';

/** All visible ones, in list order. */
export type Items = readonly (readonly [ItemId, ItemFields])[];

export type Steps<Result> = Generator<undefined, Result>;

export interface Dependency {
  /** As `depends_on` has it. */
  readonly text: string;
  /** null: no story of that number is here. */
  readonly id: ItemId | null;
}

/** By story, for those that depend on something; in list order. */
export type Dependencies = ReadonlyMap<ItemId, readonly Dependency[]>;

/** Nobody works on what is in these. */
export const DONE_STAGES: readonly string[] = ['5_done', '6_archived'];

/** Stories between two pauses that a caller can take: less than a millisecond of work. */
export const STEP = 256;

export function isDone(fields: ItemFields): boolean {
  return DONE_STAGES.includes(stageOf(fields));
}

export function* findDone(items: Items): Steps<ReadonlySet<ItemId>> {
  const done = new Set<ItemId>();
  for (const [index, [id, fields]] of items.entries()) {
    if (index % STEP === 0) yield;
    if (isDone(fields)) done.add(id);
  }
  return done;
}

export function* findDependencies(items: Items): Steps<Dependencies> {
  const named = new Map<string, ItemId>();
  for (const [index, [id, { story_id }]] of items.entries()) {
    if (index % STEP === 0) yield;
    if (!story_id) continue;
    for (const name of [story_id, String(parseStoryId(story_id)?.number ?? story_id)]) {
      if (!named.has(name)) named.set(name, id);
    }
  }
  const found = new Map<ItemId, readonly Dependency[]>();
  for (const [index, [id, { depends_on }]] of items.entries()) {
    if (index % STEP === 0) yield;
    const texts = parseDependencies(depends_on);
    if (texts.length === 0) continue;
    found.set(
      id,
      texts.map((text) => ({ text, id: named.get(text) ?? null })),
    );
  }
  return found;
}

/** Of stories that are not done: what they depend on that is not done, or not here. */
export function withoutDone(all: Dependencies, done: ReadonlySet<ItemId>): Dependencies {
  const unmet = new Map<ItemId, readonly Dependency[]>();
  for (const [id, its] of all) {
    if (done.has(id)) continue;
    const left = its.filter((one) => one.id === null || !done.has(one.id));
    if (left.length > 0) unmet.set(id, left);
  }
  return unmet;
}

interface Visit {
  readonly id: ItemId;
  /** Order of arrival. */
  readonly number: number;
  /** The earliest that is known to be reached from it, and not yet in a cycle of its own. */
  low: number;
  /** Of its targets, the next to look at. */
  next: number;
}

/**
 * Who waits, through others or at once, for itself: by story, the number of its cycle. Two are in one
 * cycle if each waits for the other. Tarjan's strongly connected components (SIAM J. Comput. 1, 1972),
 * with a stack of its own: a chain may have any length.
 */
export function* findCycles(dependencies: Dependencies): Steps<ReadonlyMap<ItemId, number>> {
  const visits = new Map<ItemId, Visit>();
  const cycles = new Map<ItemId, number>();
  const open: Visit[] = [];
  const isOpen = new Set<ItemId>();
  let count = 0;
  const arrive = (id: ItemId): Visit => {
    const visit = { id, number: visits.size, low: visits.size, next: 0 };
    visits.set(id, visit);
    open.push(visit);
    isOpen.add(id);
    return visit;
  };
  /** Nobody before it is reached from it: it and what was reached since are one component. */
  const close = (visit: Visit): void => {
    const isOwn = dependencies.get(visit.id)?.some(({ id }) => id === visit.id) === true;
    const isCycle = open.at(-1) !== visit || isOwn;
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      isOpen.delete(member.id);
      if (isCycle) cycles.set(member.id, count);
      if (member === visit) break;
    }
    if (isCycle) count += 1;
  };
  for (const start of dependencies.keys()) {
    if (visits.has(start)) continue;
    const way = [arrive(start)];
    for (let visit = way.at(-1); visit !== undefined; visit = way.at(-1)) {
      if (visits.size % STEP === 0) yield;
      const target = dependencies.get(visit.id)?.[visit.next];
      visit.next += 1;
      if (target === undefined) {
        way.pop();
        const from = way.at(-1);
        if (from !== undefined) from.low = Math.min(from.low, visit.low);
        if (visit.low === visit.number) close(visit);
      } else if (target.id !== null) {
        const known = visits.get(target.id);
        if (known === undefined) way.push(arrive(target.id));
        else if (isOpen.has(known.id)) visit.low = Math.min(visit.low, known.number);
      }
    }
  }
  return cycles;
}

/** Takes all steps in one. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
