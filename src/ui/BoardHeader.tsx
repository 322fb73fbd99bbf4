import { type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { useBoard } from './boardModel.ts';
import { StatusBar } from './StatusBar.tsx';
import { filesTexts } from './texts/fileMenu.ts';
import { totalText } from './texts/filter.ts';
import { board } from './texts.ts';
import { ViewNav } from './ViewNav.tsx';

export function BoardHeader(): JSX.Element {
  const model = useBoard();
  const { store, options } = model.pipeline;
  return (
    <header class="head" part="header">
      <div class="head-row">
        <Dynamic component={model.place === 'page' ? 'h1' : 'h2'} class="head-title">
          <span class="head-product">{board.product}</span>{' '}
          <span class="head-pipeline">{options.pipeline}</span>
        </Dynamic>
        <ViewNav />
        <p class="head-total">
          <Show when={store.phase() === 'ready'}>
            {totalText(model.shown.count(), store.order().length)}
          </Show>
        </p>
        <div class="head-buttons">
          <button
            type="button"
            class="button is-quiet head-keys"
            on:click={() => model.open({ name: 'keys' })}
          >
            {board.help}
          </button>
          <button
            type="button"
            class="button is-quiet"
            title={filesTexts.hint}
            aria-haspopup="menu"
            aria-expanded={model.overlay().name === 'files'}
            on:click={({ currentTarget }) => model.open({ name: 'files', anchor: currentTarget })}
          >
            {filesTexts.button}
          </button>
          <Show when={!model.readonly()} fallback={<span class="tag">{board.readonly}</span>}>
            <button
              type="button"
              class="button is-primary head-add"
              aria-keyshortcuts="c"
              on:click={() => model.open({ name: 'add' })}
            >
              {board.add}
            </button>
          </Show>
        </div>
      </div>
      <StatusBar />
    </header>
  );
}
