import { type JSX, Show } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { useBoard } from './boardModel.ts';
import { onlyHere } from './texts/sharing.ts';

/** On a card with own edits that no peer has yet. `markId`: for the button that it describes. */
export function SharingMark(props: { readonly id: ItemId; readonly markId: string }): JSX.Element {
  const { store } = useBoard().pipeline;
  return (
    <Show when={store.isUnacknowledged(props.id)}>
      <span class="card-here" title={onlyHere(store.status())}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6" />
          <path d="M8 10.75v-5M5.75 7.5 8 5.25l2.25 2.25" />
        </svg>
        <span id={props.markId} class="spoken">
          {onlyHere(store.status())}
        </span>
      </span>
    </Show>
  );
}
