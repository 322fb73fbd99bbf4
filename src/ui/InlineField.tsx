import { createUniqueId, For, type JSX, onMount, Show, untrack } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import css from './styles/inline.css?inline';
import { inlineTexts as texts } from './texts/inline.ts';
import { typeInto } from './typedAhead.ts';

/** In the place of a card's face: the field that is edited, what is new about it, and how to end. */
export function InlineField(props: { readonly id: ItemId }): JSX.Element {
  const model = useBoard();
  const { inline } = model;
  const { store } = model.pipeline;
  adoptStyles(model.root(), css);
  const id = createUniqueId();
  const field = untrack(inline.editing)?.field ?? 'name';
  const label = () => texts.label(field, store.fieldsOf(props.id) ?? BLANK_FIELDS);
  // As they are now: to follow them would be to read every story at each change.
  const agents =
    field === 'agent'
      ? untrack(() => [...new Set(store.order().map((each) => store.fieldsOf(each)?.agent ?? ''))])
      : [];
  let element!: HTMLTextAreaElement;

  onMount(() => {
    element.focus({ preventScroll: true });
    element.select();
    typeInto(element, model.typedAhead.take());
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Enter') void inline.save('card');
    else if (event.key === 'Escape') inline.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** A field that is taken away with its card loses the focus too, and is made again elsewhere. */
  const onLeave = (): void => {
    setTimeout(() => {
      if (element.isConnected && model.focus.active() !== element) void inline.save('elsewhere');
    });
  };

  return (
    <div class="card-edit" data-editing={field}>
      <label class="card-edit-label" for={id}>
        {label()}
      </label>
      <textarea
        ref={element}
        id={id}
        rows="1"
        aria-describedby={`${id}-about`}
        aria-invalid={inline.refusal() !== null}
        autocomplete="off"
        spellcheck={field === 'name'}
        value={inline.text()}
        on:input={(event) => inline.type(event.currentTarget.value)}
        on:keydown={onKey}
        on:blur={onLeave}
      />
      <Show when={agents.some((agent) => agent !== '')}>
        <div class="card-edit-choices">
          <For
            each={agents
              .filter((agent) => agent !== '')
              .sort()
              .slice(0, 8)}
          >
            {(agent) => (
              <button
                type="button"
                class="button is-small"
                tabindex={-1}
                on:pointerdown={(event) => event.preventDefault()}
                on:click={() => {
                  inline.type(agent);
                  void inline.save('card');
                }}
              >
                {agent}
              </button>
            )}
          </For>
        </div>
      </Show>
      <p
        id={`${id}-about`}
        class="card-edit-about"
        classList={{ 'is-problem': inline.refusal() !== null }}
      >
        {inline.refusal() ?? elsewhereText() ?? texts.hint}
      </p>
    </div>
  );

  function elsewhereText(): string | null {
    const now = inline.elsewhere();
    return now === null ? null : texts.elsewhere(now);
  }
}
