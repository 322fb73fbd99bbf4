/**
 * Dragging cards between columns. It follows pointers (mouse and pen after a few pixels, touch after a
 * long press), not the browser's own drag, so that it works on phones and in a shadow root. One set of
 * listeners on the board serves all cards, also those that are made later.
 *
 * The list has no move inside it, so a drop names a stage and never a place in its column.
 *
 * Considered: @dnd-kit/dom 0.5, which this took the place of. It does all that and much more, but no
 * part of its 28 KB gzip can be left out of a bundle, and it copies its registry at each change.
 */
import type { ItemId } from '../../worker/api.ts';

export interface DragHandlers {
  onStart(id: ItemId): void;
  /** The card is over a column; null: over none. */
  onOver(stage: string | null): void;
  /** Always after `onStart`. `stage` null: dropped on no column, or given up. */
  onEnd(id: ItemId, stage: string | null): void;
}

export interface DraggingDeps {
  /** What cards and columns are in. */
  readonly board: HTMLElement;
  /** Shows the card under way; is put where the pointer is. */
  readonly picture: HTMLElement;
  isAllowed(): boolean;
  readonly handlers: DragHandlers;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Press {
  readonly id: ItemId;
  readonly pointerId: number;
  /** Where the pointer went down, and where the card was then. In the window, as all points here. */
  readonly at: Point;
  readonly box: DOMRect;
  /** Runs for a touch until it has been held for long enough; null: a mouse or a pen. */
  readonly hold: ReturnType<typeof setTimeout> | null;
}

interface Drag {
  readonly press: Press;
  at: Point;
  stage: string | null;
}

const TOUCH_HOLD_MS = 220;
const TOUCH_TOLERANCE_PX = 8;
const MOUSE_SLOP_PX = 6;
/** Share of the columns' width at either side in which they scroll, and how far in a frame. */
const SCROLL_EDGE_SHARE = 0.12;
const SCROLL_STEP_PX = 12;

/** Returns what undoes it. */
export function createDragging({ board, picture, isAllowed, handlers }: DraggingDeps): () => void {
  let press: Press | null = null;
  let drag: Drag | null = null;
  let frame = 0;

  const letGo = (): void => {
    clearTimeout(press?.hold ?? undefined);
    press = null;
  };

  const begin = (from: Press, at: Point): void => {
    letGo();
    drag = { press: from, at, stage: null };
    picture.style.width = `${from.box.width}px`;
    handlers.onStart(from.id);
    follow();
  };

  /** Once a frame: a pointer may tell more often, and columns scroll under one that rests. */
  const follow = (): void => {
    if (drag === null) return;
    const { press: from, at } = drag;
    scrollColumns(board, at.x);
    // What is fixed in a container is placed from the container.
    const origin = board.getBoundingClientRect();
    const x = from.box.x + at.x - from.at.x - origin.x;
    const y = from.box.y + at.y - from.at.y - origin.y;
    picture.style.translate = `${x}px ${y}px`;
    const stage = stageAt(board, at);
    if (stage !== drag.stage) {
      drag.stage = stage;
      handlers.onOver(stage);
    }
    frame = requestAnimationFrame(follow);
  };

  const end = (isDropped: boolean): void => {
    letGo();
    if (drag === null) return;
    cancelAnimationFrame(frame);
    const { press: from, at } = drag;
    drag = null;
    handlers.onEnd(from.id, isDropped ? stageAt(board, at) : null);
  };

  const onDown = (event: PointerEvent): void => {
    if (!event.isPrimary || event.button !== 0 || !isAllowed()) return;
    const target = event.target instanceof Element ? event.target : null;
    const card = target?.closest<HTMLElement>('[data-item-id]');
    if (!card || target?.closest('.card-move')) return;
    end(false);
    const at = pointOf(event);
    const held = (): void => {
      if (press !== null) begin(press, at);
    };
    press = {
      id: card.dataset['itemId'] ?? '',
      pointerId: event.pointerId,
      at,
      box: card.getBoundingClientRect(),
      hold: event.pointerType === 'touch' ? setTimeout(held, TOUCH_HOLD_MS) : null,
    };
  };

  const onMove = (event: PointerEvent): void => {
    const at = pointOf(event);
    if (drag?.press.pointerId === event.pointerId) drag.at = at;
    if (press?.pointerId !== event.pointerId) return;
    const distancePx = Math.hypot(at.x - press.at.x, at.y - press.at.y);
    if (press.hold === null && distancePx >= MOUSE_SLOP_PX) begin(press, at);
    // A finger that moves on at once scrolls.
    else if (press.hold !== null && distancePx > TOUCH_TOLERANCE_PX) letGo();
  };

  const onUp = (event: PointerEvent): void => {
    onMove(event);
    // A drag that ends where it began would open the card.
    if (drag?.press.pointerId === event.pointerId) swallowClick();
    end(true);
  };

  const listening = new AbortController();
  const { signal } = listening;
  const giveUp = (): void => end(false);
  board.addEventListener('pointerdown', onDown, { signal });
  window.addEventListener('pointermove', onMove, { signal });
  window.addEventListener('pointerup', onUp, { signal });
  window.addEventListener('pointercancel', giveUp, { signal });
  window.addEventListener('blur', giveUp, { signal });
  const onKey = (event: KeyboardEvent): void => {
    if (drag === null || event.key !== 'Escape') return;
    event.stopPropagation();
    giveUp();
  };
  window.addEventListener('keydown', onKey, { capture: true, signal });
  // A finger that carries a card does not scroll, and gets no menu. Listening from the start, because
  // a browser does not ask those who come in the middle of a touch.
  const keepStill = (event: Event): void => {
    if (drag !== null && event.cancelable) event.preventDefault();
  };
  board.addEventListener('touchmove', keepStill, { passive: false, signal });
  board.addEventListener('contextmenu', keepStill, { signal });

  return () => {
    giveUp();
    listening.abort();
  };
}

function pointOf({ clientX, clientY }: PointerEvent): Point {
  return { x: clientX, y: clientY };
}

/** Stage of the column, or of the button for it, that lies there. */
function stageAt(board: HTMLElement, { x, y }: Point): string | null {
  const root = board.getRootNode();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return null;
  const place = root.elementFromPoint(x, y)?.closest('.column, .switcher-stage');
  return place && board.contains(place) ? place.getAttribute('data-stage') : null;
}

/** Sideways only: a drop has no place in a column, so columns stay as they are. */
function scrollColumns(board: HTMLElement, x: number): void {
  const columns = board.querySelector('.board-columns');
  if (columns === null) return;
  const { left, right, width } = columns.getBoundingClientRect();
  const edgePx = width * SCROLL_EDGE_SHARE;
  const step = x < left + edgePx ? -SCROLL_STEP_PX : x > right - edgePx ? SCROLL_STEP_PX : 0;
  if (step !== 0) columns.scrollBy?.({ left: step, behavior: 'instant' });
}

/** The click that the browser makes of the pointer's way up comes in the same task. */
function swallowClick(): void {
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', stop, { capture: true }), 0);
}
