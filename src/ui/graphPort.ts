/**
 * The part of the drawing that can be seen, and how large it is. Lengths of the drawing are sixteenths
 * of a rem; `zoom` 1 draws them so.
 */
import { type Accessor, createSignal, onCleanup, onMount } from 'solid-js';
import type { Area, Box } from '../graph/drawing.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../graph/sizes.ts';

export const ZOOMS = [0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2] as const;
/** Around the drawing, in its own lengths; as in graph.css. */
const EDGE = 20;
/** What is drawn changes when the view has gone about so far. */
const TILE = 512;
const BEGINNING: Area = { left: 0, top: 0, right: 3 * TILE, bottom: 3 * TILE };

export interface GraphPort {
  readonly zoom: Accessor<number>;
  /** By so many of `ZOOMS`, about the middle of the view. */
  zoomBy(steps: number): void;
  /** All of it in view, not larger than life. */
  fit(drawing: { readonly width: number; readonly height: number }): void;
  /** What is in view and around it; the beginning, until that is known. */
  readonly around: Accessor<Area>;
  /** Scrolls no more than is needed, with some of the neighbours. */
  reveal(box: Box): void;
  /** Moves the view by so much of the drawing, as what is in it has moved. */
  shift(x: number, y: number): void;
  isInView(box: Box): boolean;
}

export function createGraphPort(scroller: () => HTMLElement): GraphPort {
  const [zoom, setZoom] = createSignal(1);
  const [around, setAround] = createSignal(BEGINNING, { equals: isSame });

  const pxPer = (): number =>
    (zoom() * Number.parseFloat(getComputedStyle(document.documentElement).fontSize || '16')) / 16;
  const isRtl = (): boolean => getComputedStyle(scroller()).direction === 'rtl';
  const view = (): Area => {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = scroller();
    const unit = pxPer();
    const left = Math.abs(scrollLeft) / unit - EDGE;
    const top = scrollTop / unit - EDGE;
    return { left, top, right: left + clientWidth / unit, bottom: top + clientHeight / unit };
  };
  const look = (): void => {
    if (scroller().clientWidth === 0) return;
    const { left, top, right, bottom } = view();
    setAround({
      left: (Math.floor(left / TILE) - 1) * TILE,
      top: (Math.floor(top / TILE) - 1) * TILE,
      right: (Math.ceil(right / TILE) + 1) * TILE,
      bottom: (Math.ceil(bottom / TILE) + 1) * TILE,
    });
  };
  const scrollTo = (left: number, top: number): void => {
    const unit = pxPer();
    const x = Math.max(0, (left + EDGE) * unit);
    scroller().scrollTo({ left: isRtl() ? -x : x, top: Math.max(0, (top + EDGE) * unit) });
    look();
  };
  const zoomTo = (next: number): void => {
    const { left, top, right, bottom } = view();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    setZoom(next);
    const now = view();
    scrollTo(x - (now.right - now.left) / 2, y - (now.bottom - now.top) / 2);
  };

  onMount(() => {
    const element = scroller();
    look();
    element.addEventListener('scroll', look, { passive: true });
    onCleanup(() => element.removeEventListener('scroll', look));
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    onCleanup(() => observer.disconnect());
  });

  return {
    zoom,
    zoomBy: (steps) => {
      const nearest = ZOOMS.reduce((best, next) =>
        Math.abs(next - zoom()) < Math.abs(best - zoom()) ? next : best,
      );
      const index = ZOOMS.indexOf(nearest) + steps;
      zoomTo(ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, index))] ?? 1);
    },
    fit: ({ width, height }) => {
      const { clientWidth, clientHeight } = scroller();
      const unit = pxPer() / zoom();
      const fitting = Math.min(
        clientWidth / unit / (width + 2 * EDGE),
        clientHeight / unit / (height + 2 * EDGE),
      );
      setZoom(Math.max(ZOOMS[0], Math.min(1, fitting)));
      scrollTo(-EDGE, -EDGE);
    },
    around,
    reveal: ({ x, y }) => {
      const { left, top, right, bottom } = view();
      // So that where its lines lead can be seen too; as far as there is room.
      const sideX = Math.max(0, Math.min(120, (right - left - NODE_WIDTH) / 2));
      const sideY = Math.max(0, Math.min(NODE_HEIGHT, (bottom - top - NODE_HEIGHT) / 2));
      const shiftX = outside(x - sideX, x + NODE_WIDTH + sideX, left, right);
      const shiftY = outside(y - sideY, y + NODE_HEIGHT + sideY, top, bottom);
      if (shiftX !== 0 || shiftY !== 0) scrollTo(left + shiftX, top + shiftY);
    },
    shift: (x, y) => {
      const { left, top } = view();
      if (x !== 0 || y !== 0) scrollTo(left + x, top + y);
    },
    isInView: ({ x, y }) => {
      const { left, top, right, bottom } = view();
      return x < right && x + NODE_WIDTH > left && y < bottom && y + NODE_HEIGHT > top;
    },
  };
}

/** How far a view has to move so that it shows from `start` to `end`. */
function outside(start: number, end: number, from: number, to: number): number {
  if (start < from) return start - from;
  return end > to ? end - to : 0;
}

function isSame(one: Area, other: Area): boolean {
  return (
    one.left === other.left &&
    one.top === other.top &&
    one.right === other.right &&
    one.bottom === other.bottom
  );
}
