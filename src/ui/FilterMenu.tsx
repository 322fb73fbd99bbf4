import { For, type JSX, onMount, Show } from 'solid-js';
import { type Facet, type FilterState, hasTerm, NO_VALUE } from '../filter.ts';
import { parseStoryId } from '../story.ts';
import { useBoard } from './boardModel.ts';
import { placeMenu } from './placeMenu.ts';
import { filterTexts as texts } from './texts/filter.ts';
import { stageTitle } from './texts.ts';

/** Beyond that, typing is faster than looking. */
const VALUES_MAX = 14;

const STATES: readonly FilterState[] = ['mine', 'claimed', 'blocked', 'needs-person'];

interface Value {
  /** As a term has it. */
  readonly value: string;
  readonly title: string;
  readonly stories: number;
}

/** What the filter's line can say about agent, type and stage, as boxes to tick. */
export function FilterMenu(props: {
  readonly anchor: Element;
  /** `done`: by key; `gone`: the focus went elsewhere. */
  readonly onLeave: (how: 'done' | 'gone') => void;
}): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  let element!: HTMLDivElement;
  const counted = countValues();
  const facets = ['stage', 'agent', 'type'] as const;

  onMount(() => {
    element.showPopover();
    placeMenu(element, props.anchor);
    element.querySelector('input')?.focus({ preventScroll: true });
  });

  function countValues(): Record<Facet, readonly Value[]> {
    const agents = new Map<string, number>();
    const types = new Map<string, number>();
    for (const id of store.order()) {
      const fields = store.fieldsOf(id);
      const type = parseStoryId(fields?.story_id ?? null)?.type ?? '';
      const agent = fields?.agent ?? '';
      agents.set(agent, (agents.get(agent) ?? 0) + 1);
      types.set(type, (types.get(type) ?? 0) + 1);
    }
    return {
      agent: valuesOf(agents, texts.noAgent),
      type: valuesOf(types, texts.noType),
      stage: store.stages().map((stage) => ({
        value: stage || NO_VALUE,
        title: stageTitle(stage),
        stories: store.idsIn(stage).length,
      })),
    };
  }

  return (
    <div
      ref={element}
      popover="manual"
      class="menu filter-menu"
      role="dialog"
      aria-label={texts.menu}
      on:keydown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        props.onLeave('done');
      }}
      on:focusout={({ relatedTarget }) => {
        const isWithin = relatedTarget instanceof Node && element.contains(relatedTarget);
        if (!isWithin && relatedTarget !== props.anchor) props.onLeave('gone');
      }}
    >
      <div class="filter-facets">
        <fieldset class="filter-facet">
          <legend class="menu-title">{texts.is}</legend>
          <For each={STATES}>
            {(state) => (
              <label class="filter-value">
                <input
                  type="checkbox"
                  checked={hasTerm(model.filter.terms(), 'is', state)}
                  on:change={() => model.filter.toggle('is', state)}
                />
                <span class="filter-value-title">{texts.states[state]}</span>
              </label>
            )}
          </For>
        </fieldset>
        <For each={facets}>
          {(facet) => (
            <fieldset class="filter-facet">
              <legend class="menu-title">{texts.facets[facet]}</legend>
              <For each={counted[facet].slice(0, VALUES_MAX)}>
                {({ value, title, stories }) => (
                  <label class="filter-value">
                    <input
                      type="checkbox"
                      checked={hasTerm(model.filter.terms(), facet, value)}
                      on:change={() => model.filter.toggle(facet, value)}
                    />
                    <span class="filter-value-title">{title}</span>{' '}
                    <span class="filter-value-count">{stories}</span>
                  </label>
                )}
              </For>
              <Show when={counted[facet].length > VALUES_MAX}>
                <p class="filter-more">{texts.moreValues(counted[facet].length - VALUES_MAX)}</p>
              </Show>
            </fieldset>
          )}
        </For>
      </div>
      <p class="filter-syntax">{texts.syntax}</p>
      <button type="button" class="button is-small" on:click={() => props.onLeave('done')}>
        {texts.close}
      </button>
    </div>
  );
}

/** Those with most stories first. */
function valuesOf(counts: ReadonlyMap<string, number>, noneTitle: string): readonly Value[] {
  return [...counts]
    .sort(([left, most], [right, more]) => more - most || (left < right ? -1 : 1))
    .map(([value, stories]) => ({ value: value || NO_VALUE, title: value || noneTitle, stories }));
}
