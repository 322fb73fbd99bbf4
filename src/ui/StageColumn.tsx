import {
  createEffect,
  createMemo,
  createSelector,
  createSignal,
  For,
  type JSX,
  onCleanup,
  Show,
} from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { ItemId } from '../../worker/api.ts';
import { useBoard } from './boardModel.ts';
import { StageMark } from './StageMark.tsx';
import { StoryCard } from './StoryCard.tsx';
import { board, stageTitle } from './texts.ts';

/** A stage and its stories. One card of a column is in the tab order: the one that had the focus last. */
export function StageColumn(props: { readonly stage: string }): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const ids = () => store.idsIn(props.stage);
  const [lastFocused, setLastFocused] = createSignal<ItemId | null>(null);
  const tabStop = createMemo(() => {
    const last = lastFocused();
    return last !== null && ids().includes(last) ? last : (ids()[0] ?? null);
  });
  const isTabStop = createSelector(tabStop);
  const isTarget = () => {
    const drag = model.drag();
    return drag?.stage === props.stage && !ids().includes(drag.id);
  };
  let element!: HTMLElement;

  createEffect(() => {
    const dragging = model.dragging();
    if (dragging !== null) onCleanup(dragging.addColumn(element, props.stage, 'column'));
  });

  return (
    <section
      ref={element}
      class="column"
      classList={{ 'is-target': isTarget(), 'is-empty': ids().length === 0 }}
      data-stage={props.stage}
      aria-label={board.columnLabel(stageTitle(props.stage), ids().length)}
    >
      <header class="column-head">
        <StageMark stage={props.stage} />
        <Dynamic component={model.place === 'page' ? 'h2' : 'h3'} class="column-title">
          {stageTitle(props.stage)}
        </Dynamic>
        <span class="column-count" aria-hidden="true">
          {ids().length}
        </span>
      </header>
      <Show when={isTarget()}>
        <p class="column-drop" aria-hidden="true">
          {board.dropHere(stageTitle(props.stage))}
        </p>
      </Show>
      <ul
        class="column-cards"
        on:focusin={(event) => {
          const card = event.target instanceof Element && event.target.closest('[data-item-id]');
          if (card) setLastFocused(card.getAttribute('data-item-id'));
        }}
      >
        <For each={ids()}>{(id) => <StoryCard id={id} tabStop={isTabStop(id)} />}</For>
      </ul>
      <Show when={ids().length === 0}>
        <p class="column-nothing">{board.emptyColumn}</p>
      </Show>
    </section>
  );
}
