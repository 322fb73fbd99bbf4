/**
 * Dragging cards between columns, by @dnd-kit/dom: it follows pointers (mouse, pen, and touch after
 * a long press), not the browser's own drag, so that it works on phones and in a shadow root.
 * Loaded after the board is on the screen; until then, and without it, "Move to…" does the same.
 *
 * The list has no move inside it, so a drop names a column and never a place in it. The dragged
 * picture is an overlay: the library must not put elements among those that Solid keeps.
 */
import {
  Accessibility,
  AutoScroller,
  DragDropManager,
  Draggable,
  Droppable,
  Feedback,
  PointerActivationConstraints,
  PointerSensor,
} from '@dnd-kit/dom';
import type { ItemId } from '../../worker/api.ts';

export interface DragHandlers {
  onStart(id: ItemId): void;
  /** The card is over a column; null: over none. */
  onOver(stage: string | null): void;
  /** Always after `onStart`. `stage` null: dropped on no column, or given up. */
  onEnd(id: ItemId, stage: string | null): void;
}

export interface Dragging {
  /**
   * The pointer is on this card. Only that one is known to the library: its registry is copied for
   * each change, which a board of thousands of cards would feel with every move.
   */
  armCard(element: HTMLElement, id: ItemId): void;
  /** `place` tells apart several elements that stand for one stage. Returns what undoes it. */
  addColumn(element: HTMLElement, stage: string, place: string): () => void;
  /** Lets go of what is dragged: `onEnd` is told that it was given up. */
  cancel(): void;
  destroy(): void;
}

const TOUCH_HOLD_MS = 220;
const TOUCH_TOLERANCE_PX = 8;
const MOUSE_SLOP_PX = 6;
const SCROLL_EDGE_SHARE = 0.12;

const REPLACED: readonly unknown[] = [Accessibility, AutoScroller, Feedback];

export function createDragging(overlay: HTMLElement, handlers: DragHandlers): Dragging {
  const manager = new DragDropManager({
    sensors: [
      PointerSensor.configure({
        activationConstraints: (event) =>
          event.pointerType === 'touch'
            ? [
                new PointerActivationConstraints.Delay({
                  value: TOUCH_HOLD_MS,
                  tolerance: TOUCH_TOLERANCE_PX,
                }),
              ]
            : [new PointerActivationConstraints.Distance({ value: MOUSE_SLOP_PX })],
        // The default would refuse to start on the button that the whole card is.
        preventActivation: (event) =>
          event.target instanceof Element && event.target.closest('.card-move') !== null,
      }),
    ],
    plugins: (defaults) => [
      // The board speaks for itself, and the keyboard has "Move to…".
      ...defaults.filter((plugin) => !REPLACED.includes(plugin)),
      // Sideways only: a drop has no place in a list, so lists stay as they are.
      AutoScroller.configure({ threshold: { x: SCROLL_EDGE_SHARE, y: 0 } }),
      Feedback.configure({ dropAnimation: null }),
    ],
  });
  const feedback = manager.plugins.find((plugin) => plugin instanceof Feedback);
  if (feedback !== undefined) feedback.overlay = overlay;

  let armed: Draggable | null = null;

  manager.monitor.addEventListener('dragstart', ({ operation }) => {
    if (operation.source) handlers.onStart(String(operation.source.id));
  });
  manager.monitor.addEventListener('dragover', ({ operation }) => {
    handlers.onOver(stageOfTarget(operation.target));
  });
  manager.monitor.addEventListener('dragend', ({ operation, canceled }) => {
    const stage = canceled ? null : stageOfTarget(operation.target);
    if (operation.source) handlers.onEnd(String(operation.source.id), stage);
  });

  return {
    armCard: (element, id) => {
      if (armed?.element === element || !manager.dragOperation.status.idle) return;
      armed?.destroy();
      armed = new Draggable({ id, element }, manager);
    },
    addColumn: (element, stage, place) => {
      const droppable = new Droppable(
        { id: `${place} ${stage}`, element, data: { stage } },
        manager,
      );
      return () => droppable.destroy();
    },
    cancel: () => {
      if (!manager.dragOperation.status.idle) manager.actions.stop({ canceled: true });
    },
    destroy: () => manager.destroy(),
  };
}

function stageOfTarget(
  target: { readonly data: { readonly [key: string]: unknown } } | null,
): string | null {
  const stage = target?.data['stage'];
  return typeof stage === 'string' ? stage : null;
}
