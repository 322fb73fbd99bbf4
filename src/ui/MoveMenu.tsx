import { For, type JSX, onMount, Show } from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import { stageOf } from '../story.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { choiceByKey } from './menuKeys.ts';
import { placeMenu } from './placeMenu.ts';
import { StageMark } from './StageMark.tsx';
import { selectionTexts } from './texts/moves.ts';
import { board, stageTitle } from './texts.ts';

/**
 * "Move to…": the stages as a menu beside the card, at the lower edge where it is narrow. Opens on
 * the stage that comes next, so that `m`, Enter moves a story one on; digits choose at once.
 */
export function MoveMenu(props: {
  /** Of those that move, the one the focus goes with. */
  readonly id: ItemId;
  readonly ids: readonly ItemId[];
  readonly anchor: Element;
}): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const fields = (): ItemFields => store.fieldsOf(props.id) ?? BLANK_FIELDS;
  let element!: HTMLDivElement;

  const title = () =>
    props.ids.length > 1 ? selectionTexts.moveMenu(props.ids.length) : board.moveMenu(fields());
  const isHere = (stage: string): boolean =>
    props.ids.every((id) => stageOf(store.fieldsOf(id) ?? BLANK_FIELDS) === stage);

  const choices = () => [...element.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const choose = (stage: string): void => {
    // Opened from the card itself, that is by key; else from its button, that is by pointer.
    const byKey = props.anchor.hasAttribute('data-item-id');
    model.close(props.id);
    if (props.ids.length > 1) void model.bulk.move(props.ids, stage, props.id);
    else void model.actions.move(props.id, stage, byKey ? 'follow' : model.afterPointerMove());
  };
  const onKey = (event: KeyboardEvent): void => {
    const all = choices();
    const target = choiceByKey(all, event.key);
    const digit = all[Number(event.key) - 1];
    if (target !== undefined) target.focus();
    else if (digit !== undefined) digit.click();
    else if (event.key === 'Escape' || event.key === 'Tab') model.close(props.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  onMount(() => {
    element.showPopover();
    placeMenu(element, props.anchor);
    const stages = store.stages();
    const next = Math.min(stages.indexOf(stageOf(fields())) + 1, stages.length - 1);
    choices()[next]?.focus({ preventScroll: true });
  });

  return (
    <div
      ref={element}
      popover="auto"
      class="menu"
      role="menu"
      aria-label={title()}
      on:keydown={onKey}
      on:toggle={(event) => {
        const open = model.overlay();
        const shown = event instanceof ToggleEvent && event.newState === 'open';
        if (!shown && open.name === 'move' && open.id === props.id) model.close(props.id);
      }}
    >
      <p class="menu-title" aria-hidden="true">
        {title()}
      </p>
      <For each={store.stages()}>
        {(stage, index) => (
          <button
            type="button"
            class="menu-item"
            role="menuitemradio"
            aria-checked={isHere(stage)}
            tabindex={-1}
            data-stage={stage}
            on:click={() => choose(stage)}
          >
            <StageMark stage={stage} />
            <span class="menu-item-title">{stageTitle(stage)}</span>
            <span class="key" aria-hidden="true">
              {index() + 1}
            </span>
          </button>
        )}
      </For>
      <Show when={props.ids.length === 1}>
        <button
          type="button"
          class="menu-item menu-select"
          role="menuitem"
          tabindex={-1}
          on:click={() => {
            model.selection.toggle(props.id);
            model.close(props.id);
          }}
        >
          <span class="menu-item-title">
            {model.selection.has(props.id) ? selectionTexts.deselect : selectionTexts.select}
          </span>
          <span class="key" aria-hidden="true">
            x
          </span>
        </button>
      </Show>
    </div>
  );
}
