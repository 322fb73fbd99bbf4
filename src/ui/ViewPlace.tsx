import {
  createEffect,
  createResource,
  ErrorBoundary,
  type JSX,
  Match,
  onCleanup,
  onMount,
  Switch,
} from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { useBoard } from './boardModel.ts';
import { viewTexts } from './texts/views.ts';
import type { ViewEntry } from './views.ts';

/** A view in the place of the columns: what it shows, or that it is loading, or that it failed. */
export function ViewPlace(props: { readonly entry: ViewEntry }): JSX.Element {
  const model = useBoard();
  let element!: HTMLElement;
  const [view, { refetch }] = createResource(() =>
    props.entry.load().then(
      (component) => ({ component }),
      (): 'failed' => 'failed',
    ),
  );
  const loaded = () => {
    const now = view();
    return now === undefined || now === 'failed' ? null : now.component;
  };
  onMount(() => {
    // Whoever came by a link keeps the focus on it; whoever came by a key stood on what is gone.
    const active = model.focus.active();
    if (active === null || !active.closest('a, button, input')) {
      element.focus({ preventScroll: true });
    }
  });
  createEffect(() => {
    if (model.place !== 'page') return;
    const before = document.title;
    document.title = `${props.entry.title} · ${before}`;
    onCleanup(() => {
      document.title = before;
    });
  });

  return (
    <section
      ref={element}
      class="view"
      tabindex="-1"
      aria-label={props.entry.title}
      aria-busy={view.loading}
      data-view={props.entry.name}
    >
      <Switch
        fallback={
          <p class="view-loading" role="status">
            {viewTexts.loading(props.entry.title)}
          </p>
        }
      >
        <Match when={!view.loading && view() === 'failed'}>
          <FailedView title={props.entry.title} again={() => void refetch()} />
        </Match>
        <Match when={!view.loading && loaded()}>
          {(component) => (
            <ErrorBoundary
              fallback={(_, reset) => <FailedView title={props.entry.title} again={reset} />}
            >
              <Dynamic component={component()} />
            </ErrorBoundary>
          )}
        </Match>
      </Switch>
    </section>
  );
}

function FailedView(props: { readonly title: string; readonly again: () => void }): JSX.Element {
  const model = useBoard();
  return (
    <div class="notice" role="alert">
      <h2>{viewTexts.failed(props.title)}</h2>
      <p>{viewTexts.failedText}</p>
      <div class="view-failed">
        <button type="button" class="button" on:click={props.again}>
          {viewTexts.again}
        </button>
        <button type="button" class="button is-quiet" on:click={() => model.show('board')}>
          {viewTexts.toBoard}
        </button>
      </div>
    </div>
  );
}
