import { createSignal, type JSX, onMount, Show } from 'solid-js';
import { Sheet } from './Sheet.tsx';
import { dialog } from './texts/dialog.ts';

export interface FormSheetProps {
  readonly title: string;
  readonly class: string;
  /** Where the focus is at first; a field says so itself. */
  readonly start: 'title' | 'field';
  /** Button that leaves without saving. */
  readonly leaveText: string;
  /** Something was typed, so leaving asks first. */
  readonly isTyped: boolean;
  readonly onClose: () => void;
  readonly onSave: (form: HTMLFormElement) => void;
  /** Keys that save, beside Enter with Ctrl or Command. */
  readonly savesOn?: (event: KeyboardEvent) => boolean;
  /** The board stays usable beside it where there is room. */
  readonly sharesBoard?: boolean;
  readonly notice?: JSX.Element;
  readonly refusal: string | null;
  /** There is nothing to save, and no foot. */
  readonly readonly: boolean;
  readonly foot: JSX.Element;
  /** The fields. */
  readonly children: JSX.Element;
  /** Between the fields and the foot. */
  readonly more?: JSX.Element;
}

/** A form on a sheet: its head, its fields, why it was refused, its buttons, and the way out. */
export function FormSheet(props: FormSheetProps): JSX.Element {
  const [leaving, setLeaving] = createSignal(false);
  const leave = (): void => {
    if (props.isTyped && !props.readonly) setLeaving(true);
    else props.onClose();
  };
  let form!: HTMLFormElement;
  return (
    <Sheet
      label={props.title}
      class={props.class}
      onLeave={leave}
      sharesBoard={props.sharesBoard === true}
    >
      <form
        ref={form}
        class="sheet-form"
        novalidate
        on:submit={(event) => {
          event.preventDefault();
          props.onSave(form);
        }}
        on:keydown={(event) => {
          if (event.key !== 'Enter' || event.isComposing) return;
          if (!event.ctrlKey && !event.metaKey && !props.savesOn?.(event)) return;
          event.preventDefault();
          props.onSave(form);
        }}
      >
        <header class="sheet-head">
          <Show when={props.start === 'title'} fallback={<h2>{props.title}</h2>}>
            <h2 tabindex="-1" autofocus>
              {props.title}
            </h2>
          </Show>
          <button type="button" class="button is-quiet" on:click={leave}>
            {props.leaveText}
          </button>
        </header>
        {props.notice}
        <div class="sheet-fields">{props.children}</div>
        {props.more}
        <Show when={props.refusal}>
          {(text) => (
            <p class="sheet-notice is-problem" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <Show when={!props.readonly}>
          <Show when={leaving()} fallback={<footer class="sheet-foot">{props.foot}</footer>}>
            <LeaveQuestion onStay={() => setLeaving(false)} onDiscard={props.onClose} />
          </Show>
        </Show>
      </form>
    </Sheet>
  );
}

/** Asks before typed text is thrown away. */
function LeaveQuestion(props: {
  readonly onStay: () => void;
  readonly onDiscard: () => void;
}): JSX.Element {
  let stay!: HTMLButtonElement;
  onMount(() => stay.focus());
  return (
    <div class="leave" role="alertdialog" aria-label={dialog.leaveQuestion}>
      <p>{dialog.leaveQuestion}</p>
      <button ref={stay} type="button" class="button is-primary" on:click={props.onStay}>
        {dialog.stay}
      </button>
      <button type="button" class="button" on:click={props.onDiscard}>
        {dialog.discard}
      </button>
    </div>
  );
}
