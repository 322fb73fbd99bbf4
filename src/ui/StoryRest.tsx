import { type Component, createResource, ErrorBoundary, type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { ItemId } from '../../worker/api.ts';
import { historyTexts, storyTexts } from './texts/story.ts';

type More = Component<{ readonly id: ItemId }>;

let more: More | null = null;

/** Brings what an open story shows below its fields, so that it is there when one is opened. */
export async function loadStoryMore(): Promise<More | null> {
  try {
    more ??= (await import('./StoryMore.tsx')).StoryMore;
  } catch {
    // The network is gone, and nothing has kept it. It may be back when it is tried again.
  }
  return more;
}

/** What an open story shows below its fields. */
export function StoryRest(props: { readonly id: ItemId }): JSX.Element {
  const [loaded, { refetch }] = createResource(loadStoryMore, { initialValue: more });
  return (
    <ErrorBoundary fallback={(_, reset) => <NotLoaded onAgain={reset} />}>
      <Show
        when={loaded.latest}
        fallback={
          <Show when={!loaded.loading}>
            <NotLoaded onAgain={() => void refetch()} />
          </Show>
        }
      >
        {(component) => <Dynamic component={component()} id={props.id} />}
      </Show>
    </ErrorBoundary>
  );
}

function NotLoaded(props: { readonly onAgain: () => void }): JSX.Element {
  return (
    <p class="sheet-notice" role="alert">
      {storyTexts.notLoaded}{' '}
      <button type="button" class="button is-small" on:click={props.onAgain}>
        {historyTexts.again}
      </button>
    </p>
  );
}
