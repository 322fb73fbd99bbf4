/**
 * The graph as it is shown: what the user wants of it, found and laid out anew as stories change. The
 * last one stays until the next is laid out.
 */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import {
  type DependencyGraph,
  type DoneStories,
  findGraph,
  type GraphGroup,
  type GraphNode,
  groupsOf,
  type NodeKey,
} from '../graph/dependencyGraph.ts';
import { type Drawing, drawGroups } from '../graph/drawing.ts';
import { createLayouts } from '../graph/layouts.ts';
import { createLayoutThread } from '../graph/layoutThread.ts';
import type { BoardModel } from './boardModel.ts';
import { createLooked } from './looked.ts';

export interface Near {
  readonly id: ItemId;
  readonly steps: number;
}

export interface ShownGraph {
  readonly graph: DependencyGraph;
  readonly nodes: ReadonlyMap<NodeKey, GraphNode>;
  /** Keys of what a node waits for, and of what waits for it. */
  readonly needs: ReadonlyMap<NodeKey, readonly NodeKey[]>;
  readonly neededBy: ReadonlyMap<NodeKey, readonly NodeKey[]>;
  /** Members of each cycle, by its number. */
  readonly cycles: ReadonlyMap<number, readonly NodeKey[]>;
  readonly drawing: Drawing;
  /** Too large to be drawn. */
  readonly large: readonly GraphGroup[];
}

export interface GraphLooking {
  readonly done: Accessor<DoneStories>;
  setDone(done: DoneStories): void;
  readonly near: Accessor<Near | null>;
  setNear(near: Near | null): void;
  /** Null until the first is laid out. */
  readonly shown: Accessor<ShownGraph | null>;
  readonly state: Accessor<'laying' | 'laid' | 'failed'>;
}

/** What dagre lays out in about a second at most. */
const NODES_MAX = 300;
const EDGES_MAX = 600;

/** To be called in an owner of Solid. */
export function createGraphLooking(model: BoardModel): GraphLooking {
  const { shown: items, pipeline } = model;
  const [done, setDone] = createSignal<DoneStories>('needed');
  const [asked, setNear] = createSignal<Near | null>(null);
  /** Around a story that is deleted there is nothing. */
  const near = createMemo(() => {
    const now = asked();
    return now !== null && pipeline.store.fieldsOf(now.id) !== undefined ? now : null;
  });
  const [shown, setShown] = createSignal<ShownGraph | null>(null);
  const [state, setState] = createSignal<'laying' | 'laid' | 'failed'>('laying');
  const wish = createMemo(() => {
    items.runs();
    return { done: done(), near: near(), wants: items.has };
  });
  const found = createLooked(pipeline.store, wish, findGraph);

  let wanted: { readonly graph: DependencyGraph; readonly large: readonly GraphGroup[] } | null =
    null;
  const show = (drawing: Drawing): void => {
    if (wanted !== null) setShown({ ...wanted, ...relationsOf(wanted.graph), drawing });
  };
  const thread = createLayoutThread();
  onCleanup(thread.close);
  const layouts = createLayouts({
    layOut: thread.layOut,
    onLaid: (groups) => {
      show(drawGroups(groups));
      setState('laid');
    },
    onFailed: () => {
      show(drawGroups([]));
      setState('failed');
    },
  });
  createEffect(
    on(found, (graph) => {
      if (graph === null) return;
      const groups = groupsOf(graph);
      wanted = { graph, large: groups.filter(isLarge) };
      setState('laying');
      layouts.want(groups.filter((group) => !isLarge(group)));
    }),
  );
  return { done, setDone, near, setNear, shown, state };
}

function isLarge({ keys, edges }: GraphGroup): boolean {
  return keys.length > NODES_MAX || edges.length > EDGES_MAX;
}

function relationsOf({ nodes, edges }: DependencyGraph) {
  const needs = new Map<NodeKey, NodeKey[]>(nodes.map(({ key }) => [key, []]));
  const neededBy = new Map<NodeKey, NodeKey[]>(nodes.map(({ key }) => [key, []]));
  for (const { from, to } of edges) {
    needs.get(to)?.push(from);
    neededBy.get(from)?.push(to);
  }
  const cycles = new Map<number, NodeKey[]>();
  for (const node of nodes) {
    if (node.type === 'unknown' || node.cycle === null) continue;
    cycles.set(node.cycle, [...(cycles.get(node.cycle) ?? []), node.key]);
  }
  return { nodes: new Map(nodes.map((node) => [node.key, node])), needs, neededBy, cycles };
}
