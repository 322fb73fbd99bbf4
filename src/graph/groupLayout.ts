/**
 * Where the nodes of one group stand: in ranks from left to right, what is needed before what waits
 * for it; a cycle is cut at one of its edges, which then leads back. By dagre (layered layout with
 * network simplex ranks; Gansner et al., "A Technique for Drawing Directed Graphs", 1993).
 *
 * Takes from milliseconds to seconds, so it has a worker: `layoutWorker.ts`. Pure.
 */
import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from '@dagrejs/dagre';
import { NODE_GAP, NODE_HEIGHT, NODE_WIDTH, RANK_GAP } from './sizes.ts';

const WAY_GAP = 12;

export interface GroupShape {
  readonly nodes: number;
  /** From what is needed to what waits for it, by index; no edge from a node to itself. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** `rank`: from 0; `y`: of the middle, from 0. */
export interface Place {
  readonly rank: number;
  readonly y: number;
}

export interface GroupLayout {
  readonly height: number;
  readonly places: readonly Place[];
  /** By edge: where it passes the ranks between its ends, from left to right. */
  readonly ways: readonly (readonly Place[])[];
}

export function layOutGroup({ nodes, edges }: GroupShape): GroupLayout {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: 'LR', nodesep: NODE_GAP, edgesep: WAY_GAP, ranksep: RANK_GAP });
  for (let node = 0; node < nodes; node += 1) {
    graph.setNode(String(node), { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  for (const [from, to] of edges) graph.setEdge(String(from), String(to), {});
  layout(graph);
  const places = Array.from({ length: nodes }, (_, node) => {
    const { x = 0, y = 0 } = graph.node(String(node)) ?? {};
    return { rank: rankAt(x) ?? 0, y };
  });
  const ways = edges.map(([from, to]) => {
    const points = graph.edge(String(from), String(to))?.points ?? [];
    const passed = points.slice(1, -1).flatMap(({ x, y }) => {
      const rank = rankAt(x);
      return rank === null ? [] : [{ rank, y }];
    });
    return passed.sort((one, other) => one.rank - other.rank);
  });
  const height = graph.graph().height ?? NODE_HEIGHT;
  if (!isUpsideDown(places)) return { height, places, ways };
  const turned = ({ rank, y }: Place): Place => ({ rank, y: height - y });
  return { height, places: places.map(turned), ways: ways.map((way) => way.map(turned)) };
}

/** Of two orders that are as good, that of the list is meant; dagre ends with either. */
function isUpsideDown(places: readonly Place[]): boolean {
  const last = new Map<number, number>();
  let down = 0;
  for (const { rank, y } of places) {
    const before = last.get(rank);
    if (before !== undefined) down += Math.sign(y - before);
    last.set(rank, y);
  }
  return down < 0;
}

/** Null: between two ranks, where dagre has room for labels. */
function rankAt(x: number): number | null {
  const rank = (x - NODE_WIDTH / 2) / (NODE_WIDTH + RANK_GAP);
  return Math.abs(rank - Math.round(rank)) < 0.01 ? Math.round(rank) : null;
}
