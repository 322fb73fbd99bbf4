/** Whether an open story has room beside the board. */
import { type Accessor, createEffect, createSignal, onCleanup, onMount } from 'solid-js';

/** In CSS pixels: a narrower board would turn into its one-column form next to the panel. */
const LEAST_BOARD_PX = 1152;
/** On the board while it shares its place; its styles make room then. */
const SHARING_CLASS = 'has-panel';

/** `inside`: any element of the board. False until it is in the document. */
export function createBeside(inside: () => Element | undefined): Accessor<boolean> {
  const [beside, setBeside] = createSignal(false);
  onMount(() => {
    const board = inside()?.closest<HTMLElement>('.huskies');
    if (!board) return;
    const look = (): void => void setBeside(board.offsetWidth >= LEAST_BOARD_PX);
    look();
    createEffect(() => board.classList.toggle(SHARING_CLASS, beside()));
    onCleanup(() => board.classList.remove(SHARING_CLASS));
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(look);
    observer.observe(board);
    onCleanup(() => observer.disconnect());
  });
  return beside;
}
