import { type JSX, onCleanup, onMount } from 'solid-js';

/**
 * A modal sheet over the board: the browser's own dialog, which keeps the focus inside and works in
 * a shadow root. `onLeave`: Escape, the close gesture of a phone, or a click beside the sheet.
 */
export function Sheet(props: {
  readonly label: string;
  readonly class: string;
  readonly onLeave: () => void;
  readonly children: JSX.Element;
}): JSX.Element {
  let element!: HTMLDialogElement;
  onMount(() => element.showModal());
  onCleanup(() => element.close());
  return (
    <dialog
      ref={element}
      class={`sheet ${props.class}`}
      aria-label={props.label}
      on:cancel={(event) => {
        event.preventDefault();
        props.onLeave();
      }}
      on:pointerdown={(event) => {
        // Only the backdrop is the dialog itself; what is in the sheet lies above it.
        if (event.target === element) props.onLeave();
      }}
    >
      <div class="sheet-body">{props.children}</div>
    </dialog>
  );
}
