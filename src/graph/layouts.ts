/**
 * Layouts of the groups that are wanted now. A group that has the shape of one that is shown keeps
 * its layout: a change in one group moves nothing inside another.
 *
 * Invariant: what was wanted last is what is told last; what was overtaken meanwhile is not told.
 */
import type { GraphGroup } from './dependencyGraph.ts';
import type { LaidGroup } from './drawing.ts';
import type { GroupLayout, GroupShape } from './groupLayout.ts';

/** Rejects when no layout can be had. */
export type LayOut = (shapes: readonly GroupShape[]) => Promise<readonly GroupLayout[]>;

export interface Layouts {
  want(groups: readonly GraphGroup[]): void;
}

export function createLayouts(deps: {
  readonly layOut: LayOut;
  onLaid(groups: readonly LaidGroup[]): void;
  onFailed(): void;
}): Layouts {
  let known = new Map<string, GroupLayout>();
  let wanted: readonly GraphGroup[] = [];
  let isBusy = false;

  /** False: something else is wanted by now. */
  const provide = async (groups: readonly GraphGroup[]): Promise<boolean> => {
    const named = groups.map((group) => ({ group, name: nameOf(group) }));
    const missing = new Map(
      named.filter(({ name }) => !known.has(name)).map(({ name, group }) => [name, group] as const),
    );
    if (missing.size > 0) {
      const made = await deps.layOut([...missing.values()].map(shapeOf));
      for (const [index, name] of [...missing.keys()].entries()) {
        const layout = made[index];
        if (layout !== undefined) known.set(name, layout);
      }
    }
    if (wanted !== groups) return false;
    const laid = named.flatMap(({ group, name }) => {
      const layout = known.get(name);
      return layout === undefined ? [] : [{ name, group, layout }];
    });
    known = new Map(laid.map(({ name, layout }) => [name, layout]));
    deps.onLaid(laid);
    return true;
  };
  const run = async (): Promise<void> => {
    isBusy = true;
    try {
      while (!(await provide(wanted)));
    } catch {
      deps.onFailed();
    }
    isBusy = false;
  };

  return {
    want: (groups) => {
      wanted = groups;
      if (!isBusy) void run();
    },
  };
}

export function shapeOf({ keys, edges }: GraphGroup): GroupShape {
  const index = new Map(keys.map((key, place) => [key, place]));
  return {
    nodes: keys.length,
    edges: edges.map(({ from, to }) => [index.get(from) ?? 0, index.get(to) ?? 0]),
  };
}

/** Two groups of the same nodes and edges, in the same order, have one name. */
function nameOf({ keys, edges }: GraphGroup): string {
  return JSON.stringify([keys, edges.map(({ from, to }) => [from, to])]);
}
