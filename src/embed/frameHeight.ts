/**
 * Tells the page around a frame how high the board would be if nothing of it had to scroll, so that
 * it can make the frame as high. Goes to the one origin that the frame's address names.
 */

export interface HeightMessage {
  readonly type: 'huskies-height';
  readonly pipeline: string;
  /** CSS pixels, whole. */
  readonly heightPx: number;
}

/** A frame follows what it is told, and a board without end must not make it so. */
const HEIGHT_MAX_PX = 4000;

/** Null while there is no board. */
export function contentHeight(board: Element): number | null {
  const scrollers = [...board.querySelectorAll<HTMLElement>('.column-cards')];
  const columns = board.querySelector<HTMLElement>('.board-columns');
  if (columns === null || scrollers.length === 0) return null;
  const contents = scrollers.map((scroller) => {
    const inner = [...scroller.children].reduce(
      (sum, child) => sum + child.getBoundingClientRect().height,
      0,
    );
    const { paddingTop, paddingBottom } = getComputedStyle(scroller);
    const padding = (Number.parseFloat(paddingTop) || 0) + (Number.parseFloat(paddingBottom) || 0);
    return inner + padding - scroller.clientHeight;
  });
  const height = board.getBoundingClientRect().height + Math.max(...contents);
  return Math.min(HEIGHT_MAX_PX, Math.ceil(height));
}

export function createHeightTeller(deps: {
  readonly pipeline: string;
  /** Null: no board yet. */
  measure(): number | null;
  send(message: HeightMessage): void;
  /** Before the next frame. */
  onFrame(run: () => void): void;
}): { look(): void } {
  let toldPx: number | null = null;
  let isAsked = false;
  return {
    look: () => {
      if (isAsked) return;
      isAsked = true;
      deps.onFrame(() => {
        isAsked = false;
        const heightPx = deps.measure();
        // A pixel more or less is rounding, and would go round for ever.
        if (heightPx === null || (toldPx !== null && Math.abs(heightPx - toldPx) <= 1)) return;
        toldPx = heightPx;
        deps.send({ type: 'huskies-height', pipeline: deps.pipeline, heightPx });
      });
    },
  };
}
