import { createUniqueId, For, type JSX, Match, Show, Switch } from 'solid-js';
import type { FieldName } from '../../worker/api.ts';
import { dialog } from './texts/dialog.ts';
import { fieldLabels, stageTitle } from './texts.ts';

export interface StoryFieldProps {
  readonly name: FieldName;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly disabled: boolean;
  /** Stages to choose from. */
  readonly stages: readonly string[];
  /** Agents to suggest. */
  readonly agents: readonly string[];
  readonly problem: string | null;
  readonly note: string | null;
  /** Where the focus starts in its sheet. */
  readonly first?: boolean;
}

const HINTS: { readonly [Name in FieldName]?: string } = {
  depends_on: dialog.dependsHint,
  claimed_at: dialog.claimedAtHint,
};

/** One register as a labelled input, with what is wrong or new about it below. */
export function StoryField(props: StoryFieldProps): JSX.Element {
  const id = createUniqueId();
  const common = () => ({
    id,
    disabled: props.disabled,
    autofocus: props.first === true,
    'aria-invalid': props.problem !== null,
    'aria-describedby': `${id}-about`,
  });
  const onInput = (event: { readonly currentTarget: { readonly value: string } }) =>
    props.onText(event.currentTarget.value);
  return (
    <div class="field" data-field={props.name}>
      <Show when={props.name !== 'blocked'}>
        <label for={id}>{fieldLabels[props.name]}</label>
      </Show>
      <Switch
        fallback={
          <input
            {...common()}
            type="text"
            inputmode={props.name === 'retry_count' ? 'decimal' : undefined}
            list={props.name === 'agent' ? `${id}-agents` : undefined}
            autocomplete="off"
            spellcheck={props.name === 'name'}
            value={props.text}
            on:input={onInput}
          />
        }
      >
        <Match when={props.name === 'name'}>
          <textarea {...common()} rows="2" value={props.text} on:input={onInput} />
        </Match>
        <Match when={props.name === 'stage'}>
          <select {...common()} on:change={onInput}>
            <For each={withText(props.stages, props.text)}>
              {(stage) => (
                <option value={stage} selected={stage === props.text}>
                  {stageTitle(stage)}
                </option>
              )}
            </For>
          </select>
        </Match>
        <Match when={props.name === 'claimed_at'}>
          <input
            {...common()}
            type="datetime-local"
            step="0.001"
            value={props.text}
            on:input={onInput}
          />
        </Match>
        <Match when={props.name === 'blocked'}>
          <label class="check">
            <input
              {...common()}
              type="checkbox"
              checked={props.text === 'true'}
              on:change={(event) => props.onText(String(event.currentTarget.checked))}
            />
            {fieldLabels.blocked}
          </label>
        </Match>
      </Switch>
      <Show when={props.name === 'agent'}>
        <datalist id={`${id}-agents`}>
          <For each={props.agents}>{(agent) => <option value={agent} />}</For>
        </datalist>
      </Show>
      <p
        class="field-about"
        id={`${id}-about`}
        classList={{ 'is-problem': props.problem !== null }}
      >
        {props.problem ?? props.note ?? HINTS[props.name] ?? ''}
      </p>
    </div>
  );
}

function withText(stages: readonly string[], text: string): readonly string[] {
  return stages.includes(text) ? stages : [text, ...stages];
}
