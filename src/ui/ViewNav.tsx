import { For, type JSX, Show } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { viewTexts, viewTitles } from './texts/views.ts';
import { type View, views } from './views.ts';

/** Links to the views, as links: they open in a tab of their own too. */
export function ViewNav(): JSX.Element {
  const model = useBoard();
  return (
    <Show when={model.place === 'page' && views.length > 0}>
      <nav class="views" aria-label={viewTexts.label}>
        <ViewLink view="board" />
        <For each={views}>{({ name }) => <ViewLink view={name} />}</For>
      </nav>
    </Show>
  );
}

function ViewLink(props: { readonly view: View }): JSX.Element {
  const model = useBoard();
  return (
    <a
      class="view-link"
      href={model.viewHref(props.view)}
      aria-current={model.view() === props.view ? 'page' : undefined}
      on:click={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        model.show(props.view);
      }}
    >
      {viewTitles[props.view]}
    </a>
  );
}

/** Not one that asks for a tab or window of its own. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}
