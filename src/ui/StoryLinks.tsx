import { createMemo, For, type JSX, Show } from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import { findNeighbours } from '../neighbours.ts';
import { stageOf } from '../story.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { createLooked } from './looked.ts';
import { linkTexts } from './texts/story.ts';
import { storyName, storyNumber } from './texts.ts';

/** What a story depends on and what needs it, each a way to that story. */
export function StoryLinks(props: { readonly id: ItemId }): JSX.Element {
  const { store } = useBoard().pipeline;
  const looked = createLooked(store, () => props.id, findNeighbours);
  const neighbours = createMemo(looked, null, {
    equals: (one, other) => JSON.stringify(one) === JSON.stringify(other),
  });
  const number = (id: ItemId): string => storyNumber(store.fieldsOf(id) ?? BLANK_FIELDS);
  return (
    <section class="story-links" aria-label={linkTexts.title}>
      <Show when={neighbours()?.cycle}>
        {(way) => (
          <p class="sheet-notice story-cycle">
            {linkTexts.cycle} <b>{linkTexts.and([...way(), props.id].map(number))}</b>
          </p>
        )}
      </Show>
      <h3>{linkTexts.dependsOn}</h3>
      <Show when={neighbours()?.dependsOn.length !== 0} fallback={<p>{linkTexts.none}</p>}>
        <ul>
          <For each={neighbours()?.dependsOn}>
            {({ id, text }) => (
              <li>
                <Show
                  when={id}
                  fallback={<span class="story-missing">{linkTexts.missing(text)}</span>}
                >
                  {(found) => <StoryLink id={found()} />}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <h3>{linkTexts.neededBy}</h3>
      <Show when={neighbours()?.neededBy.length !== 0} fallback={<p>{linkTexts.none}</p>}>
        <ul>
          <For each={neighbours()?.neededBy}>
            {(id) => (
              <li>
                <StoryLink id={id} />
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

function StoryLink(props: { readonly id: ItemId }): JSX.Element {
  const model = useBoard();
  const fields = (): ItemFields => model.pipeline.store.fieldsOf(props.id) ?? BLANK_FIELDS;
  return (
    <button
      type="button"
      class="story-link"
      on:click={() => model.open({ name: 'story', id: props.id })}
    >
      <span class="card-number">{storyNumber(fields())}</span>
      <span class="story-link-name">{storyName(fields())}</span>
      <span class="story-link-stage">
        {linkTexts.state(stageOf(fields()), fields().blocked === true)}
      </span>
    </button>
  );
}
