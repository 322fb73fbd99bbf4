/**
 * Stories chosen to be changed together: some by one, and a range of one column from an anchor to
 * where the keyboard or pointer is, which can still grow and shrink.
 *
 * Invariant: what is selected is on the board; a story that is deleted leaves the selection.
 */
import { type Accessor, createComputed, createMemo, createSignal, on, untrack } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import type { ShownItems } from '../shownItems.ts';
import { stageOf } from '../story.ts';

export interface Selection {
  readonly size: Accessor<number>;
  has(id: ItemId): boolean;
  /** Column by column, each in its order. */
  ids(): readonly ItemId[];
  toggle(id: ItemId): void;
  /** From the anchor, or else from `from`, to `to`, if both are in one column; else to `to` alone. */
  extend(from: ItemId, to: ItemId): void;
  selectAll(ids: readonly ItemId[]): void;
  clear(): void;
}

interface Chosen {
  readonly ids: ReadonlySet<ItemId>;
  /** Those that do not belong to the range. */
  readonly base: ReadonlySet<ItemId>;
  readonly anchor: ItemId | null;
}

const NOBODY: Chosen = { ids: new Set(), base: new Set(), anchor: null };

export function createSelection(store: PipelineStore, shown: ShownItems): Selection {
  const [chosen, setChosen] = createSignal(NOBODY);
  const stageNow = (id: ItemId | null): string | null => {
    const fields = id === null ? undefined : untrack(() => store.fieldsOf(id));
    return fields === undefined ? null : stageOf(fields);
  };

  createComputed(
    on([store.version, shown.runs], () => {
      const { ids, base, anchor } = chosen();
      const isHere = shown.has;
      if (ids.size === 0 || [...ids].every(isHere)) return;
      setChosen({
        ids: new Set([...ids].filter(isHere)),
        base: new Set([...base].filter(isHere)),
        anchor: anchor !== null && isHere(anchor) ? anchor : null,
      });
    }),
  );

  return {
    size: createMemo(() => chosen().ids.size),
    has: (id) => chosen().ids.has(id),
    ids: () => {
      const { ids } = chosen();
      if (ids.size === 0) return [];
      return store.stages().flatMap((stage) => store.idsIn(stage).filter((id) => ids.has(id)));
    },
    toggle: (id) => {
      const ids = new Set(chosen().ids);
      if (!ids.delete(id)) ids.add(id);
      setChosen({ ids, base: ids, anchor: id });
    },
    extend: (from, to) => {
      const { ids, base, anchor } = chosen();
      const start = stageNow(anchor) === null ? from : (anchor ?? from);
      const stage = stageNow(to);
      if (stage === null) return;
      const column = untrack(() => shown.idsIn(stage));
      const [first = -1, last = -1] = [column.indexOf(start), column.indexOf(to)].sort(ascending);
      if (first < 0) {
        // Another column: what was selected stays, and a range begins here.
        setChosen({ ids: new Set([...ids, to]), base: ids, anchor: to });
        return;
      }
      const kept = anchor === start ? base : ids;
      const range = column.slice(first, last + 1);
      setChosen({ ids: new Set([...kept, ...range]), base: kept, anchor: start });
    },
    selectAll: (ids) => setChosen({ ids: new Set(ids), base: NOBODY.base, anchor: ids[0] ?? null }),
    clear: () => setChosen(NOBODY),
  };
}

function ascending(left: number, right: number): number {
  return left - right;
}
