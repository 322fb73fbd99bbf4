/**
 * Where the cards of a column begin, in pixels: known from the few that were measured, and a guess for
 * the rest, so that a change to a long column costs no more than one to a short one. Pure.
 */
import type { ItemId } from '../../worker/api.ts';

export interface Layout {
  readonly list: readonly ItemId[];
  /** Of a card that was not measured. */
  readonly guessPx: number;
  /** Places of the cards that were, rising. */
  readonly places: readonly number[];
  /** How much higher than guessed the first of them are together: `extraPx[n]`, the first `n`. */
  readonly extraPx: readonly number[];
}

/** `heights`: with the space below each; of other columns' cards too. `placeOf`: -1: not in `list`. */
export function createLayout(
  list: readonly ItemId[],
  guessPx: number,
  heights: ReadonlyMap<ItemId, number>,
  placeOf: (id: ItemId) => number,
): Layout {
  const measured = [...heights]
    .map(([id, heightPx]) => [placeOf(id), heightPx - guessPx] as const)
    .filter(([place]) => place >= 0)
    .sort(([left], [right]) => left - right);
  let sumPx = 0;
  const extraPx = measured.map(([, px]) => {
    sumPx += px;
    return sumPx;
  });
  return { list, guessPx, places: measured.map(([place]) => place), extraPx: [0, ...extraPx] };
}

/** Pixels above the card at `index`; for the length of the list, those of all. */
export function startOf({ guessPx, places, extraPx }: Layout, index: number): number {
  const before = countUntil(places.length, (at) => (places[at] ?? 0) >= index);
  return index * guessPx + (extraPx[before] ?? 0);
}

/** Index of the card that stands at `px`; the nearest there is. */
export function cardAt(layout: Layout, px: number): number {
  const after = countUntil(layout.list.length, (index) => startOf(layout, index) > px);
  return Math.max(0, after - 1);
}

/** How much lower the card stands now; 0: it is not in both. */
export function movedPx(last: Layout, next: Layout, id: ItemId | undefined): number {
  const [before, now] =
    id === undefined ? [-1, -1] : [last.list.indexOf(id), next.list.indexOf(id)];
  return before < 0 || now < 0 ? 0 : startOf(next, now) - startOf(last, before);
}

/** The first of `count` indexes for which `isPast` holds, as it does for all after; else `count`. */
function countUntil(count: number, isPast: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isPast(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
