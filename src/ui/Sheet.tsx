import { createEffect, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { createBeside } from './besideBoard.ts';
import { useBoard } from './boardModel.ts';
import { MessageBar } from './MessageBar.tsx';
import { typeInto } from './typedAhead.ts';

/**
 * A sheet over the board: the browser's own modal dialog, which keeps the focus inside and works in
 * a shadow root. One that `sharesBoard` lies beside the board where there is room, and leaves it
 * usable. `onLeave`: Escape, the close gesture of a phone, or a click beside a modal sheet.
 */
export function Sheet(props: {
  readonly label: string;
  readonly class: string;
  readonly onLeave: () => void;
  readonly sharesBoard?: boolean;
  readonly children: JSX.Element;
}): JSX.Element {
  const model = useBoard();
  let element!: HTMLDialogElement;
  const beside = props.sharesBoard === true ? createBeside(() => element) : () => false;
  let isOpen = false;
  onMount(() => {
    createEffect(() => {
      // The browser closes it for the change, and gives the focus back to whoever had it.
      const inside = isOpen ? focusIn(element) : null;
      if (element.open) element.close();
      if (beside()) element.show();
      else element.showModal();
      inside?.focus();
      if (!isOpen) typeInto(focusIn(element), model.typedAhead.take());
      isOpen = true;
    });
  });
  onCleanup(() => element.close());
  return (
    <dialog
      ref={element}
      class={`sheet ${props.class}`}
      classList={{ 'is-beside': beside() }}
      aria-label={props.label}
      on:cancel={(event) => {
        event.preventDefault();
        props.onLeave();
      }}
      on:keydown={(event) => {
        // A modal dialog is cancelled by the browser.
        if (event.key !== 'Escape' || !beside() || event.defaultPrevented) return;
        event.preventDefault();
        props.onLeave();
      }}
      on:pointerdown={(event) => {
        // Only the backdrop is the dialog itself; what is in the sheet lies above it.
        if (event.target === element && !beside()) props.onLeave();
      }}
    >
      <div class="sheet-body">{props.children}</div>
      {/* What lies outside a modal dialog is neither seen, heard nor reached. */}
      <Show when={!beside()}>
        <MessageBar />
      </Show>
    </dialog>
  );
}

function focusIn(element: HTMLElement): HTMLElement | null {
  const active = (element.getRootNode() as Document | ShadowRoot).activeElement;
  return active instanceof HTMLElement && element.contains(active) ? active : null;
}
