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

/** Asks before typed text is thrown away. */
export function LeaveQuestion(props: {
  readonly onStay: () => void;
  readonly onDiscard: () => void;
  readonly text: string;
  readonly stay: string;
  readonly discard: string;
}): JSX.Element {
  let stay!: HTMLButtonElement;
  onMount(() => stay.focus());
  return (
    <div class="leave" role="alertdialog" aria-label={props.text}>
      <p>{props.text}</p>
      <button ref={stay} type="button" class="button is-primary" on:click={props.onStay}>
        {props.stay}
      </button>
      <button type="button" class="button" on:click={props.onDiscard}>
        {props.discard}
      </button>
    </div>
  );
}
