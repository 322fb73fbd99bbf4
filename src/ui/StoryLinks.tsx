import { createMemo, For, type JSX, on, Show } from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import { type Neighbours, NO_NEIGHBOURS, neighboursOf } from '../neighbours.ts';
import type { PipelineStore } from '../pipelineStore.ts';
import { stageOf } from '../story.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { createSlow } from './slow.ts';
import { linkTexts } from './texts/story.ts';
import { storyName, storyNumber } from './texts.ts';

/** Under a stream of changes all stories are looked through this often at most. */
const LOOK_EVERY_MS = 400;

/** What a story depends on and what needs it, each a way to that story. */
export function StoryLinks(props: { readonly id: ItemId }): JSX.Element {
  const { store } = useBoard().pipeline;
  const neighbours = createNeighbours(store, () => props.id);
  const number = (id: ItemId): string => storyNumber(store.fieldsOf(id) ?? BLANK_FIELDS);
  return (
    <section class="story-links" aria-label={linkTexts.title}>
      <Show when={neighbours().cycle}>
        {(way) => (
          <p class="sheet-notice story-cycle">
            {linkTexts.cycle} <b>{linkTexts.and([...way(), props.id].map(number))}</b>
          </p>
        )}
      </Show>
      <h3>{linkTexts.dependsOn}</h3>
      <Show when={neighbours().dependsOn.length > 0} fallback={<p>{linkTexts.none}</p>}>
        <ul>
          <For each={neighbours().dependsOn}>
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
      <Show when={neighbours().neededBy.length > 0} fallback={<p>{linkTexts.none}</p>}>
        <ul>
          <For each={neighbours().neededBy}>
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

function createNeighbours(store: PipelineStore, id: () => ItemId): () => Neighbours {
  const look = createSlow(store.version, LOOK_EVERY_MS);
  return createMemo(
    on([look, id], () => neighboursOf(id(), itemsOf(store))),
    NO_NEIGHBOURS,
    {
      equals: (one, other) => JSON.stringify(one) === JSON.stringify(other),
    },
  );
}

function* itemsOf(store: PipelineStore): Generator<readonly [ItemId, ItemFields]> {
  for (const id of store.order()) {
    const fields = store.fieldsOf(id);
    if (fields !== undefined) yield [id, fields];
  }
}
