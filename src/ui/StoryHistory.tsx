import {
  createMemo,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  Match,
  Show,
  Switch,
} from 'solid-js';
import type { HistoryAnswer, HistoryEntry, ItemId } from '../../worker/api.ts';
import { useBoard } from './boardModel.ts';
import { HistoryItem } from './HistoryItem.tsx';
import { createHistory, historyChoice } from './historySource.ts';
import { historyTexts } from './texts/story.ts';

const NO_ENTRY: HistoryEntry = {
  key: '',
  signer: '',
  change: { type: 'deleted' },
  fate: { type: 'stands' },
};

/** What was done to a story, from the signed log; asked for only when it is looked at. */
export function StoryHistory(props: { readonly id: ItemId }): JSX.Element {
  const id = createUniqueId();
  const [isShown, setIsShown] = historyChoice(useBoard());
  return (
    <section class="history" aria-label={historyTexts.title}>
      <h3>
        <button
          type="button"
          class="history-toggle"
          aria-expanded={isShown()}
          aria-controls={id}
          on:click={() => setIsShown(!isShown())}
        >
          {historyTexts.title}
        </button>
      </h3>
      <div id={id} class="history-body">
        <Show when={isShown()}>
          <Known id={props.id} />
        </Show>
      </div>
    </section>
  );
}

function Known(props: { readonly id: ItemId }): JSX.Element {
  const model = useBoard();
  const source = createHistory(model.pipeline, props.id);
  const known = () => {
    const shown = source.shown();
    return shown.name === 'known' ? shown.history : null;
  };
  const failure = () => {
    const shown = source.shown();
    return shown.name === 'failed' ? shown.detail : null;
  };
  return (
    <Switch fallback={<p role="status">{historyTexts.loading}</p>}>
      <Match when={failure()}>
        {(detail) => (
          <p role="alert">
            {historyTexts.failed(detail())}{' '}
            <button type="button" class="button is-small" on:click={source.retry}>
              {historyTexts.again}
            </button>
          </p>
        )}
      </Match>
      <Match when={known()}>
        {(history) => (
          <Entries
            id={props.id}
            history={history()}
            left={source.left()}
            onMore={source.showMore}
          />
        )}
      </Match>
    </Switch>
  );
}

function Entries(props: {
  readonly id: ItemId;
  readonly history: Extract<HistoryAnswer, { readonly type: 'history' }>;
  readonly left: number;
  readonly onMore: () => void;
}): JSX.Element {
  let list!: HTMLOListElement;
  /** Where the keyboard is, by key; null: on the newest. */
  const [current, setCurrent] = createSignal<string | null>(null);
  const newestFirst = createMemo(() => props.history.entries.toReversed());
  const byKey = createMemo(() => new Map(newestFirst().map((entry) => [entry.key, entry])));
  // By key, so that an entry that stays keeps its element, and the focus.
  const keys = createMemo(() => newestFirst().map(({ key }) => key));
  const unsettled = createMemo(() => new Set(props.history.unsettled.map(({ key }) => key)));
  const isCurrent = (key: string): boolean => {
    const place = current();
    return place !== null && byKey().has(place) ? place === key : keys()[0] === key;
  };
  const step = (event: KeyboardEvent): void => {
    const place = keys().findIndex(isCurrent);
    const last = keys().length - 1;
    const targets: { readonly [key: string]: number } = {
      ArrowDown: Math.min(place + 1, last),
      ArrowUp: Math.max(place - 1, 0),
      Home: 0,
      End: last,
    };
    const next = keys()[targets[event.key] ?? -1];
    if (next === undefined || event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    setCurrent(next);
    list.querySelector<HTMLElement>(`[data-op="${next}"]`)?.focus();
  };
  return (
    <>
      <Show when={unsettled().size > 0}>
        <p class="history-unsettled" role="status">
          {historyTexts.unsettled(unsettled().size)}
        </p>
      </Show>
      <ol ref={list} class="history-list" reversed on:keydown={step}>
        <For each={keys()} fallback={<li>{historyTexts.empty}</li>}>
          {(key) => {
            // The last one of an entry that goes, until its element goes too.
            const entry = createMemo((last: HistoryEntry) => byKey().get(key) ?? last, NO_ENTRY);
            return (
              <HistoryItem
                id={props.id}
                entry={entry()}
                isUnsettled={unsettled().has(key)}
                isCurrent={isCurrent(key)}
                onFocus={() => setCurrent(key)}
              />
            );
          }}
        </For>
      </ol>
      <Show when={props.left > 0}>
        <button type="button" class="button is-small" on:click={props.onMore}>
          {historyTexts.earlier(props.left)}
        </button>
      </Show>
      <p class="history-order">{historyTexts.order}</p>
    </>
  );
}
