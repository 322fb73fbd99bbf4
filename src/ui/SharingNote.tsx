import { type JSX, Show } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { useBoard } from './boardModel.ts';
import { sharingText } from './texts/sharingNote.ts';

/** What the mark on a card says, in words, for the panel of a story. */
export function SharingNote(props: { readonly id: ItemId }): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const waiting = () => store.isUnacknowledged(props.id);
  return (
    <Show when={waiting() || !model.readonly()}>
      <p class="sharing" data-sharing={waiting() ? 'here' : 'shared'}>
        {sharingText(waiting(), store.status())}
      </p>
    </Show>
  );
}
