/**
 * Which cards of a long column there are elements for: those in view, those near them, and some that
 * are pinned. The cards stand in the normal flow, with a gap as high as what is left out, so what is
 * seen is always laid out by the browser, and its scroll anchoring keeps the view still when others
 * insert above it. Heights are estimated until a card has been seen.
 *
 * Considered: @tanstack/virtual-core 3.19 (11 KB gzip, more than the board's own code; known by index,
 * measures by forcing a layout, does not hold the view at inserts in the middle) and virtua 0.54
 * (8 KB; holds it at the head alone).
 */
import {
  type Accessor,
  createComputed,
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  onMount,
  untrack,
} from 'solid-js';
import type { ItemId } from '../../worker/api.ts';

export interface VirtualColumn {
  /** Cards to have, in list order. */
  readonly shown: Accessor<readonly ItemId[]>;
  /** Of a card that is shown. */
  rowOf(id: ItemId): Row;
  /** Pixels that stand for what follows the last card. */
  readonly restPx: Accessor<number>;
  /** To be called with each card's element, where the card is made. */
  measure(element: Element): void;
}

export interface Row {
  /** Place in the column. */
  readonly index: number;
  /** Pixels that stand for the cards left out before this one. */
  readonly gapPx: number;
}

export interface VirtualColumnDeps {
  readonly ids: Accessor<readonly ItemId[]>;
  /** Places of cards that stay, wherever the view is; those outside the list are ignored. */
  readonly pinned: Accessor<readonly number[]>;
  readonly scroller: () => HTMLElement;
}

/** A card with a name of one line and nothing else, and the space below it. */
const FIRST_GUESS_PX = 72;
/** Beside the view: what a fast finger passes until the next frame. */
const MARGIN_PX = 300;
/** Cards come and go in groups, so that not every frame of a scroll has some. */
const GROUP = 4;

const NOWHERE: Row = { index: 0, gapPx: 0 };

export function createVirtualColumn({ ids, pinned, scroller }: VirtualColumnDeps): VirtualColumn {
  const heights = new Map<ItemId, number>();
  let measuredPx = 0;
  const [measured, setMeasured] = createSignal(0);
  const [scrollPx, setScrollPx] = createSignal(0);
  // Until it is laid out, at most what the window has.
  const [viewPx, setViewPx] = createSignal(globalThis.innerHeight);

  /** Where each card begins, and last where the column ends. */
  const starts = createMemo(() => {
    measured();
    const list = ids();
    const guessPx = heights.size === 0 ? FIRST_GUESS_PX : measuredPx / heights.size;
    const found = new Float64Array(list.length + 1);
    let at = 0;
    for (let index = 0; index < list.length; index += 1) {
      at += heights.get(list[index] as ItemId) ?? guessPx;
      found[index + 1] = at;
    }
    return found;
  });

  holdView({ ids, starts, scrollPx, setScrollPx, scroller });

  const range = createMemo(
    () => {
      const from = cardAt(starts(), scrollPx() - MARGIN_PX);
      const to = cardAt(starts(), scrollPx() + viewPx() + MARGIN_PX) + 1;
      return [Math.floor(from / GROUP) * GROUP, Math.ceil(to / GROUP) * GROUP] as const;
    },
    undefined,
    { equals: (left, right) => left[0] === right[0] && left[1] === right[1] },
  );

  const rows = createMemo(() => {
    const list = ids();
    const [from, to] = range();
    const places = new Set(pinned());
    for (let index = from; index < to; index += 1) places.add(index);
    const found = new Map<ItemId, Row>();
    let next = 0;
    for (const index of [...places].sort((left, right) => left - right)) {
      const id = list[index];
      if (id === undefined) continue;
      found.set(id, { index, gapPx: startOf(starts(), index) - startOf(starts(), next) });
      next = index + 1;
    }
    return { found, restPx: startOf(starts(), list.length) - startOf(starts(), next) };
  });

  let frame = 0;
  const observer = createObserver((entries) => {
    const style = getComputedStyle(scroller().firstElementChild ?? scroller());
    const spacePx = Number.parseFloat(style.rowGap) || 0;
    for (const { target, borderBoxSize } of entries) {
      const id = target.getAttribute('data-item-id');
      const heightPx = (borderBoxSize[0]?.blockSize ?? 0) + spacePx;
      // Gone, or in a board that is not displayed.
      if (id === null || heightPx === spacePx) continue;
      measuredPx += heightPx - (heights.get(id) ?? 0);
      heights.set(id, heightPx);
    }
    // Not now: what is in view is right already, and elements made in here would be measured late.
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => setMeasured((count) => count + 1));
  });

  onMount(() => {
    const element = scroller();
    const onScroll = (): void => {
      setScrollPx(element.scrollTop);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    const view = createObserver((entries) => {
      const heightPx = entries[0]?.contentRect.height ?? 0;
      if (heightPx > 0) setViewPx(heightPx);
    });
    view?.observe(element);
    onCleanup(() => {
      element.removeEventListener('scroll', onScroll);
      view?.disconnect();
    });
  });
  onCleanup(() => {
    cancelAnimationFrame(frame);
    observer?.disconnect();
  });

  return {
    shown: createMemo(() => [...rows().found.keys()], undefined, { equals: sameList }),
    rowOf: (id) => rows().found.get(id) ?? NOWHERE,
    restPx: () => rows().restPx,
    measure: (element) => {
      observer?.observe(element);
      onCleanup(() => observer?.unobserve(element));
    },
  };
}

/** Keeps what is in view in view when the list changes above it; at the head, new cards come into view. */
function holdView(column: {
  readonly ids: Accessor<readonly ItemId[]>;
  readonly starts: Accessor<Float64Array>;
  readonly scrollPx: Accessor<number>;
  readonly setScrollPx: (px: number) => void;
  readonly scroller: () => HTMLElement;
}): void {
  // A browser that does it needs only to find the cards there; it also knows their true heights.
  const isHeldByBrowser = globalThis.CSS?.supports?.('overflow-anchor', 'auto') ?? true;
  let before: { readonly ids: readonly ItemId[]; readonly starts: Float64Array } | null = null;
  let movedPx = 0;
  let frame = 0;

  /** What the browser made of it, which is known a frame later. */
  const look = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => column.setScrollPx(column.scroller().scrollTop));
    });
  };
  onCleanup(() => cancelAnimationFrame(frame));

  // Before the cards are made, so that those in view are not thrown away in between.
  createComputed(
    on([column.ids, column.starts], ([ids, starts]) => {
      const last = before;
      before = { ids, starts };
      const scrollPx = untrack(column.scrollPx);
      if (last === null || last.ids === ids || scrollPx <= 0) return;
      const index = cardAt(last.starts, scrollPx);
      const now = ids.indexOf(last.ids[index] as ItemId);
      if (now < 0) return;
      movedPx += startOf(starts, now) - startOf(last.starts, index);
      if (movedPx !== 0) column.setScrollPx(scrollPx + movedPx);
    }),
  );
  createEffect(
    on(column.ids, () => {
      if (movedPx === 0) return;
      if (!isHeldByBrowser) column.scroller().scrollTop += movedPx;
      movedPx = 0;
      look();
    }),
  );
}

/** Index of the card that stands at `px`; the nearest there is. */
function cardAt(starts: Float64Array, px: number): number {
  let low = 0;
  let high = Math.max(0, starts.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (startOf(starts, middle) <= px) low = middle;
    else high = middle - 1;
  }
  return low;
}

function startOf(starts: Float64Array, index: number): number {
  return starts[index] ?? 0;
}

function createObserver(callback: ResizeObserverCallback): ResizeObserver | null {
  return typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(callback);
}

function sameList(left: readonly ItemId[], right: readonly ItemId[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}
