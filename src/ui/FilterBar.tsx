import { createSignal, For, type JSX, Show } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { type FilterState, hasTerm } from '../filter.ts';
import { type BoardModel, useBoard } from './boardModel.ts';
import { late } from './late.tsx';
import { filterTexts as texts } from './texts/filter.ts';

const FilterMenu = late(() => import('./FilterMenu.tsx').then((loaded) => loaded.FilterMenu));

const TOGGLES: readonly FilterState[] = ['mine', 'blocked'];

/** The filter as a line of text, which the buttons beside it write into. */
export function FilterBar(): JSX.Element {
  const model = useBoard();
  const { filter, shown } = model;
  const [isMenuOpen, openMenu] = createSignal(false);
  let field!: HTMLInputElement;
  let more!: HTMLButtonElement;
  let cameFrom: ItemId | null = null;
  const clear = (): void => {
    filter.setText('');
    field.focus();
  };
  /** False: there is none. */
  const goToStories = (isToFound: boolean): boolean => {
    if (model.view() !== 'board') {
      const stop = model.element()?.querySelector<HTMLElement>('.view [data-node][tabindex="0"]');
      stop?.focus();
      return stop != null;
    }
    const back = isToFound || cameFrom === null || !shown.has(cameFrom) ? null : cameFrom;
    const card = back ?? firstCard(model);
    if (card !== null) model.focus.focusCard(card);
    return card !== null;
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const isToFound = event.key === 'ArrowDown' || event.key === 'Enter';
    if (event.key === 'Escape' && filter.text() !== '') clear();
    else if (event.key === 'Escape' || isToFound) {
      if (!goToStories(isToFound)) return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <search class="filter" aria-label={texts.label}>
      <div class="filter-field">
        <svg class="filter-glass" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="7" cy="7" r="4.25" />
          <path d="m10.25 10.25 3.5 3.5" />
        </svg>
        <input
          ref={field}
          class="filter-text"
          type="search"
          enterkeyhint="search"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-label={texts.field}
          aria-keyshortcuts="/"
          placeholder={texts.placeholder}
          value={filter.text()}
          on:input={(event) => filter.setText(event.currentTarget.value)}
          on:keydown={onKey}
          on:focus={({ relatedTarget }) => {
            cameFrom = cardOf(relatedTarget);
          }}
        />
        <Show
          when={filter.text() !== ''}
          fallback={
            <span class="key filter-key" aria-hidden="true">
              /
            </span>
          }
        >
          <button type="button" class="filter-clear" aria-label={texts.clearLabel} on:click={clear}>
            {texts.clear}
          </button>
        </Show>
      </div>
      <For each={TOGGLES}>
        {(state) => (
          <button
            type="button"
            class="filter-toggle is-state"
            aria-pressed={hasTerm(filter.terms(), 'is', state)}
            on:click={() => filter.toggle('is', state)}
          >
            {texts.states[state]}
          </button>
        )}
      </For>
      <button
        ref={more}
        type="button"
        class="filter-toggle"
        aria-haspopup="dialog"
        aria-expanded={isMenuOpen()}
        aria-label={texts.moreLabel}
        on:click={() => openMenu(!isMenuOpen())}
      >
        {texts.more}
      </button>
      <Show when={isMenuOpen()}>
        <FilterMenu
          anchor={more}
          onLeave={(how) => {
            openMenu(false);
            if (how === 'done') more.focus();
          }}
        />
      </Show>
      <Show when={shown.count() === 0}>
        <p class="filter-nothing">
          {texts.nothing}{' '}
          <button type="button" class="button is-small" on:click={clear}>
            {texts.clearLabel}
          </button>
        </p>
      </Show>
    </search>
  );
}

/** The first story of the first column whose cards are there. */
function firstCard({ shown, settings }: BoardModel): ItemId | null {
  const folded = settings.settings().collapsedStages;
  const stage = shown.stages().find((each) => !folded.has(each) && shown.idsIn(each).length > 0);
  return stage === undefined ? null : (shown.idsIn(stage)[0] ?? null);
}

/** The field, if the board has one now. */
export function focusFilter(model: BoardModel): false | undefined {
  const field = model.element()?.querySelector<HTMLInputElement>('.filter-text');
  if (!field) return false;
  field.focus();
  field.select();
  return undefined;
}

/** A story that one stands on stays shown until one goes on; a dialog about it is not that. */
export function keepStanding({ target }: FocusEvent, model: BoardModel): void {
  const id = cardOf(target);
  if (id !== null) model.keep(id);
  else if (target instanceof Element && target.closest('.filter') !== null) model.keep(null);
}

function cardOf(target: EventTarget | null): ItemId | null {
  if (!(target instanceof Element)) return null;
  return target.closest<HTMLElement>('[data-item-id]')?.dataset['itemId'] ?? null;
}
