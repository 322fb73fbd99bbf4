/** Where the arrow keys lead in a drawing. Pure. */
import type { NodeKey } from './dependencyGraph.ts';
import type { Drawing } from './drawing.ts';

/**
 * `waiting`: to what waits for this; `needed`: to what this waits for; `before` and `after`: up and
 * down in the rank; `first` and `last`: to its ends.
 */
export type GraphStep = 'waiting' | 'needed' | 'before' | 'after' | 'first' | 'last';

/**
 * Null: nothing is there. Of several that wait, or are needed, the one that was come from is gone back
 * to; else an edge that leads back, in a cycle, comes last, a nearer rank first, then what is least
 * far up or down.
 */
export function stepFrom(
  key: NodeKey,
  step: GraphStep,
  { boxes, lines, columns }: Drawing,
  cameFrom: NodeKey | null,
): NodeKey | null {
  const box = boxes.get(key);
  if (box === undefined) return null;
  if (step !== 'waiting' && step !== 'needed') {
    const column = columns[box.rank] ?? [];
    const place = column.indexOf(key);
    const next = { before: place - 1, after: place + 1, first: 0, last: column.length - 1 }[step];
    return next === place ? null : (column[next] ?? null);
  }
  const others = lines.flatMap(({ edge }) => {
    const [here, there] = step === 'waiting' ? [edge.from, edge.to] : [edge.to, edge.from];
    const other = here === key ? boxes.get(there) : undefined;
    return other === undefined ? [] : [other];
  });
  const way = step === 'waiting' ? 1 : -1;
  const [nearest] = others
    .map((other) => {
      const ranks = (other.rank - box.rank) * way;
      return {
        key: other.key,
        ranks: ranks > 0 ? ranks : 1e6 - ranks,
        y: Math.abs(other.y - box.y),
      };
    })
    .sort((a, b) => a.ranks - b.ranks || a.y - b.y);
  if (cameFrom !== null && others.some((other) => other.key === cameFrom)) return cameFrom;
  return nearest?.key ?? null;
}

/** Whoever is next to a node that is gone, of those that are still there; null: there is nobody. */
export function heirOf(key: NodeKey, before: Drawing, now: Drawing): NodeKey | null {
  if (now.boxes.has(key)) return key;
  const beside = before.lines.flatMap(({ edge }) => {
    if (edge.from === key) return [edge.to];
    return edge.to === key ? [edge.from] : [];
  });
  const column = before.columns[before.boxes.get(key)?.rank ?? 0] ?? [];
  const place = column.indexOf(key);
  const siblings = [...column.slice(place + 1), ...column.slice(0, Math.max(0, place)).reverse()];
  const heir = [...beside, ...siblings].find((other) => now.boxes.has(other));
  return heir ?? now.columns[0]?.[0] ?? null;
}
