/**
 * The stories that wait for one another, as a graph to draw: what is needed points to what waits for
 * it. Stories with no dependency either way are counted. Pure.
 */
import type { ItemId } from '../../worker/api.ts';
import {
  type Dependencies,
  findCycles,
  findDependencies,
  findDone,
  type Items,
  STEP,
  type Steps,
  withoutDone,
} from '../dependencies.ts';

/** The story's item id, or `?` and the text of a dependency that no story here answers to. */
export type NodeKey = string;

export type GraphNode =
  | {
      readonly type: 'story';
      readonly key: NodeKey;
      readonly id: ItemId;
      /** Stories with the same number wait for each other; null: it is in no cycle. */
      readonly cycle: number | null;
      /** It waits for itself. */
      readonly isOwnCause: boolean;
      /** `beside`: the filter does not want it; it is there for a neighbour that is wanted. */
      readonly place: 'wanted' | 'beside';
    }
  | { readonly type: 'unknown'; readonly key: NodeKey; readonly text: string };

export interface GraphEdge {
  /** What is needed. */
  readonly from: NodeKey;
  /** What waits for it. */
  readonly to: NodeKey;
  readonly isInCycle: boolean;
}

export interface DependencyGraph {
  /** Stories in list order, then unknown numbers. */
  readonly nodes: readonly GraphNode[];
  /** Between two different nodes, each pair once in each direction. */
  readonly edges: readonly GraphEdge[];
  /** Wanted stories without any dependency. */
  readonly alone: number;
  /** Wanted stories that have dependencies, and are not in this graph. */
  readonly leftOut: number;
}

/** Which done stories there are: those that something open depends on, none, or all. */
export type DoneStories = 'needed' | 'none' | 'all';

export interface GraphWish {
  readonly done: DoneStories;
  readonly wants: (id: ItemId) => boolean;
  /** Only what leads to this story, and what it leads to, in so many steps; null: everything. */
  readonly near: { readonly id: ItemId; readonly steps: number } | null;
}

interface Link {
  readonly waits: ItemId;
  readonly needs: NodeKey;
  readonly needsId: ItemId | null;
}

export function* findGraph(items: Items, wish: GraphWish): Steps<DependencyGraph> {
  const done = yield* findDone(items);
  const dependencies = yield* findDependencies(items);
  const cycles = yield* findCycles(withoutDone(dependencies, done));
  const links = linksOf(dependencies);
  const near = wish.near !== null && items.some(([id]) => id === wish.near?.id) ? wish.near : null;
  const wanted = links.filter((link) => isWanted(link, wish, done));
  const kept = near === null ? wanted : nearTo(near.id, near.steps, wanted);

  const drawn = new Set<NodeKey>(kept.flatMap(({ waits, needs }) => [waits, needs]));
  if (near !== null) drawn.add(near.id);
  const linked = new Set<NodeKey>(links.flatMap(({ waits, needs }) => [waits, needs]));
  const ownCauses = new Set(kept.filter(isOwn).map(({ waits }) => waits));
  const nodes: GraphNode[] = [];
  let alone = 0;
  let leftOut = 0;
  for (const [index, [id]] of items.entries()) {
    if (index % STEP === 0) yield;
    const isShown = drawn.has(id);
    if (!isShown && !wish.wants(id)) continue;
    if (isShown) {
      nodes.push({
        type: 'story',
        key: id,
        id,
        cycle: cycles.get(id) ?? null,
        isOwnCause: ownCauses.has(id),
        place: wish.wants(id) ? 'wanted' : 'beside',
      });
    } else if (linked.has(id)) leftOut += 1;
    else alone += 1;
  }
  const unknown = new Set(kept.flatMap(({ needs, needsId }) => (needsId === null ? [needs] : [])));
  for (const key of unknown) nodes.push({ type: 'unknown', key, text: key.slice(1) });
  const edges = kept
    .filter((link) => !isOwn(link))
    .map(({ waits, needs }): GraphEdge => {
      const cycle = cycles.get(waits);
      const isInCycle = cycle !== undefined && cycle === cycles.get(needs);
      return { from: needs, to: waits, isInCycle };
    });
  return { nodes, edges, alone, leftOut };
}

/** What a story depends on twice it depends on once. */
function linksOf(dependencies: Dependencies): readonly Link[] {
  const links: Link[] = [];
  for (const [waits, its] of dependencies) {
    const seen = new Set<NodeKey>();
    for (const { id, text } of its) {
      const needs = id ?? `?${text}`;
      if (seen.has(needs)) continue;
      seen.add(needs);
      links.push({ waits, needs, needsId: id });
    }
  }
  return links;
}

function isOwn({ waits, needs }: Link): boolean {
  return waits === needs;
}

function isWanted(link: Link, { done, wants }: GraphWish, isDoneId: ReadonlySet<ItemId>): boolean {
  const { waits, needsId } = link;
  if (!wants(waits) && (needsId === null || !wants(needsId))) return false;
  if (done === 'all') return true;
  if (isDoneId.has(waits)) return false;
  return done === 'needed' || needsId === null || !isDoneId.has(needsId);
}

/** Links between those that lead to a story, and it to them, in so many steps. */
function nearTo(id: ItemId, steps: number, links: readonly Link[]): readonly Link[] {
  const needs = new Map<NodeKey, NodeKey[]>();
  const neededBy = new Map<NodeKey, NodeKey[]>();
  for (const link of links) {
    push(needs, link.waits, link.needs);
    push(neededBy, link.needs, link.waits);
  }
  const reached = new Set([...within(id, steps, needs), ...within(id, steps, neededBy)]);
  return links.filter((link) => reached.has(link.waits) && reached.has(link.needs));
}

function push(lists: Map<NodeKey, NodeKey[]>, key: NodeKey, value: NodeKey): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function within(
  start: NodeKey,
  steps: number,
  next: ReadonlyMap<NodeKey, readonly NodeKey[]>,
): ReadonlySet<NodeKey> {
  const reached = new Set([start]);
  let edge: readonly NodeKey[] = [start];
  for (let step = 0; step < steps && edge.length > 0; step += 1) {
    edge = edge.flatMap((key) => next.get(key) ?? []).filter((key) => !reached.has(key));
    for (const key of edge) reached.add(key);
  }
  return reached;
}

/** Nodes that hang together, and what joins them. */
export interface GraphGroup {
  readonly keys: readonly NodeKey[];
  readonly edges: readonly GraphEdge[];
}

/** In the order of their first nodes. */
export function groupsOf({ nodes, edges }: DependencyGraph): readonly GraphGroup[] {
  const beside = new Map<NodeKey, NodeKey[]>(nodes.map(({ key }) => [key, []]));
  for (const { from, to } of edges) {
    beside.get(from)?.push(to);
    beside.get(to)?.push(from);
  }
  const groupOf = new Map<NodeKey, number>();
  let count = 0;
  for (const { key } of nodes) {
    if (groupOf.has(key)) continue;
    groupOf.set(key, count);
    const reached = [key];
    // An array that grows while it is walked is the queue.
    for (const one of reached) {
      for (const other of beside.get(one) ?? []) {
        if (groupOf.has(other)) continue;
        groupOf.set(other, count);
        reached.push(other);
      }
    }
    count += 1;
  }
  const groups = Array.from({ length: count }, () => ({
    keys: [] as NodeKey[],
    edges: [] as GraphEdge[],
  }));
  for (const { key } of nodes) groups[groupOf.get(key) ?? 0]?.keys.push(key);
  for (const edge of edges) groups[groupOf.get(edge.from) ?? 0]?.edges.push(edge);
  return groups;
}
