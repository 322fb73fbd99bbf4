import { For, type JSX, Show } from 'solid-js';
import type { DoneStories, NodeKey } from '../graph/dependencyGraph.ts';
import { useBoard } from './boardModel.ts';
import { nodeFields } from './graphFacts.ts';
import type { GraphLooking } from './graphLooking.ts';
import { graphTexts as texts } from './texts/graph.ts';
import { storyNumber } from './texts.ts';

export type Form = 'drawing' | 'list';

const STEPS = [1, 2, 3, 5, 10] as const;
export const FIRST_STEPS = 2;

/** What of the graph is shown, and how. */
export function GraphControls(props: {
  readonly looking: GraphLooking;
  readonly form: Form;
  readonly setForm: (form: Form) => void;
  readonly active: NodeKey | null;
}): JSX.Element {
  const model = useBoard();
  const { looking } = props;
  /** What the button is about: the story that is shown alone, or the one with the focus. */
  const meant = () => {
    const id = looking.near()?.id ?? props.active;
    return id === null || model.pipeline.store.fieldsOf(id) === undefined ? null : id;
  };
  const forms = [
    ['drawing', texts.asDrawing],
    ['list', texts.asList],
  ] as const;
  return (
    <div class="graph-controls">
      <fieldset class="graph-form" aria-label={texts.form}>
        <For each={forms}>
          {([form, title]) => (
            <button
              type="button"
              class="filter-toggle"
              aria-pressed={props.form === form}
              on:click={() => props.setForm(form)}
            >
              {title}
            </button>
          )}
        </For>
      </fieldset>
      <label class="graph-choice">
        {texts.done}
        <select
          on:change={({ currentTarget }) => looking.setDone(currentTarget.value as DoneStories)}
        >
          <For each={Object.entries(texts.doneChoices)}>
            {([value, title]) => (
              <option value={value} selected={looking.done() === value}>
                {title}
              </option>
            )}
          </For>
        </select>
      </label>
      <Show when={meant()}>
        {(id) => (
          <button
            type="button"
            class="filter-toggle"
            aria-pressed={looking.near() !== null}
            on:click={() =>
              looking.setNear(looking.near() === null ? { id: id(), steps: FIRST_STEPS } : null)
            }
          >
            {texts.near(storyNumber(nodeFields(model, id())))}
          </button>
        )}
      </Show>
      <Show when={looking.near()}>
        {(near) => (
          <label class="graph-choice">
            {texts.steps}
            <select
              on:change={({ currentTarget }) =>
                looking.setNear({ ...near(), steps: Number(currentTarget.value) })
              }
            >
              <For each={STEPS}>
                {(steps) => (
                  <option value={steps} selected={near().steps === steps}>
                    {steps}
                  </option>
                )}
              </For>
            </select>
          </label>
        )}
      </Show>
    </div>
  );
}
