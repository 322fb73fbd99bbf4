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
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  onMount,
  untrack,
} from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { cardAt, createLayout, type Layout, movedPx, startOf } from './columnLayout.ts';

export interface VirtualColumn {
  /** Cards to have, in list order. */
  readonly shown: Accessor<readonly ItemId[]>;
  /** Of a card that is shown. */
  rowOf(id: ItemId): Row;
  /** Pixels that stand for what follows the last card. */
  readonly restPx: Accessor<number>;
  /** To be called with each card's element, where the card is made. */
  measure(element: Element): void;
  /** The focused card is in view, and the others move around it. */
  readonly isHolding: Accessor<boolean>;
}

export interface Row {
  /** Place in the column. */
  readonly index: number;
  /** Pixels that stand for the cards left out before this one. */
  readonly gapPx: number;
}

export interface VirtualColumnDeps {
  readonly ids: Accessor<readonly ItemId[]>;
  /** Where a card stands in `ids`; -1: not there. */
  placeOf(id: ItemId): number;
  /** Cards that stay, wherever the view is; those that are not in the column are ignored. */
  readonly pinned: Accessor<readonly (ItemId | null | undefined)[]>;
  /** Card of this column or another that has the focus. */
  readonly focused: Accessor<ItemId | null>;
  readonly scroller: () => HTMLElement;
}

/** A card with a name of one line and nothing else, and the space below it. */
const FIRST_GUESS_PX = 72;
/** Beside the view: what a fast finger passes until the next frame. */
const MARGIN_PX = 300;
/** Heights kept of a column; with the oldest forgotten, what is far away is guessed again. */
const HEIGHTS_MAX = 256;
/** Cards come and go in groups, so that not every frame of a scroll has some. */
const GROUP = 4;

const NOWHERE: Row = { index: 0, gapPx: 0 };

export function createVirtualColumn(deps: VirtualColumnDeps): VirtualColumn {
  const { ids, focused, pinned, placeOf, scroller } = deps;
  const heights = new Map<ItemId, number>();
  let guessPx = FIRST_GUESS_PX;
  const [measured, setMeasured] = createSignal(0);
  const [scrollPx, setScrollPx] = createSignal(0, { equals: false });
  /** How far the view has to move to stay on the same cards, until it is seen how far it did. */
  let heldPx = 0;
  /** The card that the browser keeps still; null: whichever is first in view. */
  let held: ItemId | null = null;
  // Until it is laid out, at most what the window has.
  const [viewPx, setViewPx] = createSignal(globalThis.innerHeight);

  const layout = createMemo<Layout | null>((last) => {
    measured();
    const list = ids();
    const next = createLayout(list, guessPx, heights, placeOf);
    const viewTopPx = untrack(scrollPx) + heldPx;
    // At the head, what comes is seen to come.
    if (last && last.list !== list && viewTopPx > 0) {
      heldPx += movedPx(last, next, held ?? last.list[cardAt(last, viewTopPx)]);
    }
    return next;
  }, null);

  const isHolding = createMemo(() => {
    const now = layout();
    const topPx = scrollPx() + heldPx;
    const id = focused();
    const place = id === null ? -1 : placeOf(id);
    held = null;
    if (now === null || place < 0) return false;
    if (startOf(now, place + 1) <= topPx || startOf(now, place) >= topPx + viewPx()) return false;
    held = id;
    return true;
  });

  const range = createMemo(
    () => {
      const now = layout();
      const topPx = scrollPx() + heldPx;
      const from = now === null ? 0 : cardAt(now, topPx - MARGIN_PX);
      const to = now === null ? 0 : cardAt(now, topPx + viewPx() + MARGIN_PX) + 1;
      return [Math.floor(from / GROUP) * GROUP, Math.ceil(to / GROUP) * GROUP] as const;
    },
    undefined,
    { equals: (left, right) => left[0] === right[0] && left[1] === right[1] },
  );

  const rows = createMemo(() => {
    const now = layout();
    const list = now?.list ?? [];
    const startPx = (index: number): number => (now === null ? 0 : startOf(now, index));
    const [from, to] = range();
    const places = new Set(pinned().map((id) => (id ? placeOf(id) : -1)));
    for (let index = from; index < to; index += 1) places.add(index);
    const found = new Map<ItemId, Row>();
    let next = 0;
    for (const index of [...places].sort((left, right) => left - right)) {
      const id = list[index];
      if (id === undefined) continue;
      found.set(id, { index, gapPx: startPx(index) - startPx(next) });
      next = index + 1;
    }
    return { found, restPx: startPx(list.length) - startPx(next) };
  });

  // A browser that anchors the view needs only to find the cards there, and knows their true heights.
  const isAnchored = globalThis.CSS?.supports?.('overflow-anchor', 'auto') ?? true;
  const look = (): void => {
    heldPx = 0;
    setScrollPx(scroller().scrollTop);
  };
  let lookFrame = 0;
  createEffect(
    on(layout, () => {
      if (heldPx === 0) return;
      if (!isAnchored) scroller().scrollTop += heldPx;
      // It does that after the layout of this frame or the next.
      cancelAnimationFrame(lookFrame);
      lookFrame = requestAnimationFrame(() => {
        lookFrame = requestAnimationFrame(look);
      });
    }),
  );

  let frame = 0;
  const observer = createObserver((entries) => {
    const style = getComputedStyle(scroller().firstElementChild ?? scroller());
    const spacePx = Number.parseFloat(style.rowGap) || 0;
    for (const { target, borderBoxSize } of entries) {
      const id = target.getAttribute('data-item-id');
      const heightPx = (borderBoxSize[0]?.blockSize ?? 0) + spacePx;
      // Gone, or in a board that is not displayed.
      if (id === null || heightPx === spacePx) continue;
      heights.delete(id);
      heights.set(id, heightPx);
    }
    for (const id of heights.keys()) {
      if (heights.size <= HEIGHTS_MAX) break;
      heights.delete(id);
    }
    // Once: a better guess later would shift all that is out of view.
    if (guessPx === FIRST_GUESS_PX && heights.size > 0) guessPx = mean(heights.values());
    // Not now: what is in view is right already, and elements made in here would be measured late.
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => setMeasured((count) => count + 1));
  });

  onMount(() => {
    const element = scroller();
    element.addEventListener('scroll', look, { passive: true });
    const view = createObserver((entries) => {
      const heightPx = entries[0]?.contentRect.height ?? 0;
      if (heightPx > 0) setViewPx(heightPx);
    });
    view?.observe(element);
    onCleanup(() => {
      element.removeEventListener('scroll', look);
      view?.disconnect();
    });
  });
  onCleanup(() => {
    cancelAnimationFrame(frame);
    cancelAnimationFrame(lookFrame);
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
    isHolding,
  };
}

function mean(values: Iterable<number>): number {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}

function createObserver(callback: ResizeObserverCallback): ResizeObserver | null {
  return typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(callback);
}

export function sameList(left: readonly ItemId[], right: readonly ItemId[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}

/**
 * Puts `cards` into `list`. Those that stay never change their order, and are not touched: an element
 * that is moved loses the focus, and the view its anchor.
 */
export function placeCards(list: Element, cards: readonly Element[]): void {
  const staying = new Set(cards);
  for (const card of [...list.children]) if (!staying.has(card)) card.remove();
  let next = list.firstElementChild;
  for (const card of cards) {
    if (card === next) next = card.nextElementSibling;
    else list.insertBefore(card, next);
  }
}
