/**
 * Groups with their layouts, one below the other, as a drawing: boxes, lines, and who stands in which
 * rank. Each group begins at the left, so ranks are columns through all of them. Pure.
 */
import type { GraphEdge, GraphGroup, NodeKey } from './dependencyGraph.ts';
import type { GroupLayout, Place } from './groupLayout.ts';
import { NODE_HEIGHT, NODE_WIDTH, RANK_GAP } from './sizes.ts';

const RANK_STEP = NODE_WIDTH + RANK_GAP;
const GROUP_GAP = 30;
const ARROW = 6;

/** Lengths as in sizes.ts; `x`, `y`: the corner where its text begins. */
export interface Box {
  readonly key: NodeKey;
  readonly x: number;
  readonly y: number;
  readonly rank: number;
}

export interface Line {
  readonly edge: GraphEdge;
  /** As an SVG path, in the drawing's lengths. */
  readonly path: string;
  readonly arrow: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<NodeKey, Box>;
  readonly lines: readonly Line[];
  /** By rank, from the top. */
  readonly columns: readonly (readonly NodeKey[])[];
}

export interface LaidGroup {
  readonly group: GraphGroup;
  readonly layout: GroupLayout;
}

export function drawGroups(groups: readonly LaidGroup[]): Drawing {
  const boxes = new Map<NodeKey, Box>();
  const lines: Line[] = [];
  let top = 0;
  for (const { group, layout } of groups) {
    for (const [index, key] of group.keys.entries()) {
      const { rank, y } = layout.places[index] ?? { rank: 0, y: 0 };
      boxes.set(key, { key, rank, x: rank * RANK_STEP, y: top + y - NODE_HEIGHT / 2 });
    }
    for (const [index, edge] of group.edges.entries()) {
      const from = boxes.get(edge.from);
      const to = boxes.get(edge.to);
      if (from === undefined || to === undefined) continue;
      const way = (layout.ways[index] ?? []).map(({ rank, y }) => ({ rank, y: top + y }));
      lines.push(lineOf(edge, from, to, way));
    }
    top += layout.height + GROUP_GAP;
  }
  const ranks = Math.max(0, ...[...boxes.values()].map(({ rank }) => rank + 1));
  const columns = Array.from({ length: ranks }, (): Box[] => []);
  for (const box of boxes.values()) columns[box.rank]?.push(box);
  return {
    width: Math.max(0, ranks * RANK_STEP - RANK_GAP),
    height: Math.max(0, top - GROUP_GAP),
    boxes,
    lines,
    columns: columns.map((column) => column.sort((a, b) => a.y - b.y).map(({ key }) => key)),
  };
}

/** Level through the ranks, bent between them. An edge that leads back has its arrow at the left. */
function lineOf(edge: GraphEdge, from: Box, to: Box, way: readonly Place[]): Line {
  const isBack = from.rank > to.rank;
  const [start, end] = isBack ? [to, from] : [from, to];
  const startY = start.y + NODE_HEIGHT / 2;
  const endY = end.y + NODE_HEIGHT / 2;
  const left = start.x + NODE_WIDTH;
  let path = `M${left} ${startY}`;
  let [x, y] = [left, startY];
  const bendTo = (nextX: number, nextY: number): void => {
    const middle = (x + nextX) / 2;
    path += nextY === y ? `H${nextX}` : `C${middle} ${y} ${middle} ${nextY} ${nextX} ${nextY}`;
    [x, y] = [nextX, nextY];
  };
  for (const passed of way) {
    bendTo(passed.rank * RANK_STEP, passed.y);
    bendTo(passed.rank * RANK_STEP + NODE_WIDTH, passed.y);
  }
  bendTo(end.x, endY);
  const ys = [startY, endY, ...way.map((passed) => passed.y)];
  const [tipX, tipY, back] = isBack ? [left, startY, ARROW] : [end.x, endY, -ARROW];
  return {
    edge,
    path,
    arrow: `M${tipX + back} ${tipY - ARROW * 0.7}L${tipX} ${tipY}L${tipX + back} ${tipY + ARROW * 0.7}`,
    left,
    right: end.x,
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function isBoxIn({ x, y }: Box, area: Area): boolean {
  return meets({ left: x, right: x + NODE_WIDTH, top: y, bottom: y + NODE_HEIGHT }, area);
}

export function meets(one: Area, other: Area): boolean {
  return (
    one.left <= other.right &&
    one.right >= other.left &&
    one.top <= other.bottom &&
    one.bottom >= other.top
  );
}
