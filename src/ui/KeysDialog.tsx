import { For, type JSX } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { Sheet } from './Sheet.tsx';
import { board, dialog, shortcuts } from './texts.ts';

export function KeysDialog(): JSX.Element {
  const model = useBoard();
  const close = () => model.close();
  return (
    <Sheet label={board.help} class="keys" onLeave={close}>
      <header class="sheet-head">
        <h2>{board.help}</h2>
        <button type="button" class="button is-quiet" on:click={close}>
          {dialog.close}
        </button>
      </header>
      <dl class="keys-list">
        <For each={shortcuts}>
          {([keys, does]) => (
            <div>
              <dt>
                <For each={keys.split(' ')}>{(key) => <kbd class="key">{key}</kbd>}</For>
              </dt>
              <dd>{does}</dd>
            </div>
          )}
        </For>
      </dl>
    </Sheet>
  );
}
