import { createEffect, createMemo, type JSX, onCleanup, Show, untrack } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { ItemId } from '../../worker/api.ts';
import { stageOf } from '../story.ts';
import { useBoard } from './boardModel.ts';
import { ColumnCards } from './ColumnCards.tsx';
import { StageMark } from './StageMark.tsx';
import { columnCount, columnLabel, filterTexts } from './texts/filter.ts';
import { limitTexts } from './texts/limits.ts';
import { carryTexts } from './texts/moves.ts';
import { board, stageTitle } from './texts.ts';
import { sameList } from './virtualColumn.ts';

/** A stage: its name, how many stories it holds, and its cards unless it is collapsed. */
export function StageColumn(props: { readonly stage: string }): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const ids = createMemo(() => model.shown.idsIn(props.stage), undefined, { equals: sameList });
  const inStage = () => store.idsIn(props.stage).length;
  const isCollapsed = () => model.settings.settings().collapsedStages.has(props.stage);
  const limit = () => model.settings.settings().wipLimits.get(props.stage);
  /** Of all in the stage, whatever the filter wants. */
  const over = () => Math.max(0, inStage() - (limit() ?? Number.POSITIVE_INFINITY));
  const overText = () => {
    const most = limit();
    return over() > 0 && most !== undefined ? `, ${limitTexts.overLong(over(), most)}` : '';
  };
  /** -1: not in this column. */
  const placeOf = (id: ItemId | null | undefined): number => {
    const fields = untrack(() => (id ? store.fieldsOf(id) : undefined));
    if (!id || fields === undefined || stageOf(fields) !== props.stage) return -1;
    return model.shown.placeInStage(id);
  };
  const isTarget = () => {
    const drag = model.carrying.drag();
    return drag?.stage === props.stage && placeOf(drag.id) < 0;
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
      part="column"
      classList={{
        'is-target': isTarget(),
        'is-empty': ids().length === 0,
        'is-collapsed': isCollapsed(),
        'is-over': over() > 0,
      }}
      data-stage={props.stage}
      aria-label={columnLabel(props.stage, ids().length, inStage()) + overText()}
    >
      <header class="column-head">
        <StageMark stage={props.stage} />
        <Dynamic component={model.place === 'page' ? 'h2' : 'h3'} class="column-title">
          {stageTitle(props.stage)}
        </Dynamic>
        <Show when={limit()}>
          {(most) => (
            <span class="column-limit" title={limitTexts.hint(most())} aria-hidden="true">
              {over() > 0 ? limitTexts.over(over()) : limitTexts.most(most())}
            </span>
          )}
        </Show>
        <span class="column-count" aria-hidden="true">
          {columnCount(ids().length, inStage())}
        </span>
        <button
          type="button"
          class="column-fold"
          // A column is one stop of Tab: its cards are, while they are there.
          tabindex={isCollapsed() ? 0 : -1}
          aria-expanded={!isCollapsed()}
          aria-label={limitTexts.fold(stageTitle(props.stage))}
          title={isCollapsed() ? limitTexts.expand : limitTexts.collapse}
          on:click={() => model.settings.toggleStage(props.stage)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m6 3.5 4.5 4.5L6 12.5" />
          </svg>
        </button>
      </header>
      <Show when={isTarget()}>
        <p class="column-drop" aria-hidden="true">
          {model.carrying.drag()?.by === 'keys'
            ? carryTexts.dropHint
            : board.dropHere(stageTitle(props.stage))}
        </p>
      </Show>
      <Show
        when={!isCollapsed()}
        fallback={
          <p class="column-collapsed" aria-hidden="true">
            {limitTexts.collapsed}
          </p>
        }
      >
        <ColumnCards stage={props.stage} ids={ids()} placeOf={placeOf} isTarget={isTarget()} />
        <Show when={ids().length === 0}>
          <p class="column-nothing">
            {inStage() > 0 ? filterTexts.nothingHere : board.emptyColumn}
          </p>
        </Show>
      </Show>
    </section>
  );
}
