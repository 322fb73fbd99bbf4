/**
 * The items of a pipeline as plain data: fields by id, the list order, and the order inside each
 * stage. No signals here: a board of 28,000 items reads some 100 of them.
 *
 * Invariant 1: lists that were given out are never changed; a change makes a new one.
 * Invariant 2: ranks rise along the list, so an item's place is found in O(log n). What is O(n) in a
 *   change is a copy of an array of ids, once for each list that `apply` touches.
 */
import type { Change, ItemFields, ItemId, ItemView } from '../worker/api.ts';
import { stageOf } from './story.ts';

export interface ItemTable {
  /** Undefined: no such item in view. */
  fieldsOf(id: ItemId): ItemFields | undefined;
  /** In list order. */
  order(): readonly ItemId[];
  /** Items of a stage, in list order. */
  idsIn(stage: string): readonly ItemId[];
  /**
   * Where the item stands in `idsIn` of its stage, or would stand in that of another; -1: no such
   * item in view.
   */
  placeInStage(id: ItemId, stage?: string): number;
  /** Rises along the list; 0 for no item in view. Good until the next change. */
  rankOf(id: ItemId): number;
  /** Stages that hold items. */
  stages(): Iterable<string>;
  /** Changes to items that are not there, which a correct worker never sends, change nothing. */
  apply(changes: readonly Change[]): Touched;
  /** Forgets everything for `items`, in list order. */
  replace(items: readonly ItemView[]): Touched;
}

/** What may differ from before. */
export interface Touched {
  readonly ids: ReadonlySet<ItemId>;
  readonly stages: ReadonlySet<string>;
}

interface Entry {
  fields: ItemFields;
  /** Place in the list, as a number between those of its neighbours. */
  rank: number;
}

export function createItemTable(): ItemTable {
  let entries = new Map<ItemId, Entry>();
  let order: readonly ItemId[] = [];
  // A Map, because stages come from the network and `__proto__` is one that could.
  let byStage = new Map<string, readonly ItemId[]>();

  const rankOf = (id: ItemId | undefined): number | undefined =>
    id === undefined ? undefined : entries.get(id)?.rank;

  /** How many of `ids` have a lower rank. */
  const placeOf = (ids: readonly ItemId[], rank: number): number => {
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rankOf(ids[middle]) ?? 0) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const apply = (changes: readonly Change[]): Touched => {
    const ids = new Set<ItemId>();
    const stages = new Map<string, ItemId[]>();
    let list: ItemId[] | null = null;

    const draftOf = (stage: string): ItemId[] => {
      const known = stages.get(stage);
      if (known !== undefined) return known;
      const draft = [...(byStage.get(stage) ?? [])];
      stages.set(stage, draft);
      return draft;
    };
    const enter = (id: ItemId, stage: string, rank: number): void => {
      const draft = draftOf(stage);
      draft.splice(placeOf(draft, rank), 0, id);
    };
    const leave = (stage: string, rank: number): void => {
      const draft = draftOf(stage);
      draft.splice(placeOf(draft, rank), 1);
    };
    const rankAt = (within: readonly ItemId[], index: number): number => {
      const above = rankOf(within[index - 1]);
      const below = rankOf(within[index]);
      if (below === undefined) return (above ?? 0) + 1;
      if (above === undefined) return below - 1;
      return (above + below) / 2;
    };

    for (const change of changes) {
      const id = change.type === 'insert' ? change.item.id : change.id;
      const entry = entries.get(id);
      if (change.type === 'insert') {
        if (entry !== undefined) continue;
        list ??= [...order];
        const index = Math.min(change.index, list.length);
        let rank = rankAt(list, index);
        if (rank === rankOf(list[index - 1]) || rank === rankOf(list[index])) {
          spread(list);
          rank = rankAt(list, index);
        }
        list.splice(index, 0, id);
        entries.set(id, { fields: change.item.fields, rank });
        enter(id, stageOf(change.item.fields), rank);
      } else if (entry === undefined) {
        continue;
      } else if (change.type === 'update') {
        const stage = stageOf(entry.fields);
        entry.fields = { ...entry.fields, ...change.fields };
        if (stageOf(entry.fields) !== stage) {
          leave(stage, entry.rank);
          enter(id, stageOf(entry.fields), entry.rank);
        }
      } else {
        list ??= [...order];
        list.splice(placeOf(list, entry.rank), 1);
        leave(stageOf(entry.fields), entry.rank);
        entries.delete(id);
      }
      ids.add(id);
    }
    if (list !== null) order = list;
    for (const [stage, draft] of stages) {
      if (draft.length > 0) byStage.set(stage, draft);
      else byStage.delete(stage);
    }
    return { ids, stages: new Set(stages.keys()) };
  };

  /** Halves of halves come to an end after some 50 inserts into one gap. */
  const spread = (list: readonly ItemId[]): void => {
    for (const [index, id] of list.entries()) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.rank = index;
    }
  };

  return {
    fieldsOf: (id) => entries.get(id)?.fields,
    order: () => order,
    idsIn: (stage) => byStage.get(stage) ?? NOBODY,
    placeInStage: (id, stage) => {
      const entry = entries.get(id);
      return entry === undefined
        ? -1
        : placeOf(byStage.get(stage ?? stageOf(entry.fields)) ?? NOBODY, entry.rank);
    },
    rankOf: (id) => entries.get(id)?.rank ?? 0,
    stages: () => byStage.keys(),
    apply,
    replace: (items) => {
      const ids = new Set(order);
      const stages = new Set(byStage.keys());
      entries = new Map();
      byStage = new Map();
      const grouped = new Map<string, ItemId[]>();
      for (const [rank, { id, fields }] of items.entries()) {
        entries.set(id, { fields, rank });
        const stage = stageOf(fields);
        const group = grouped.get(stage);
        if (group === undefined) grouped.set(stage, [id]);
        else group.push(id);
        ids.add(id);
        stages.add(stage);
      }
      byStage = grouped;
      order = items.map(({ id }) => id);
      return { ids, stages };
    },
  };
}

const NOBODY: readonly ItemId[] = [];
