import {
  createEffect,
  createMemo,
  createRenderEffect,
  createSelector,
  createSignal,
  type JSX,
  mapArray,
  onCleanup,
  Show,
  untrack,
} from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { ItemId } from '../../worker/api.ts';
import { stageOf } from '../story.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { StageMark } from './StageMark.tsx';
import { StoryCard } from './StoryCard.tsx';
import { columnCount, columnLabel, filterTexts } from './texts/filter.ts';
import { carryTexts } from './texts/moves.ts';
import { board, stageTitle } from './texts.ts';
import { createVirtualColumn, placeCards, sameList } from './virtualColumn.ts';

/** At once: a smooth scroll would be stopped halfway by the next. */
const NEAREST: ScrollIntoViewOptions = {
  block: 'nearest',
  inline: 'nearest',
  behavior: 'instant',
};

/** A stage and its stories. One card of a column is in the tab order: the one that had the focus last. */
export function StageColumn(props: { readonly stage: string }): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const ids = createMemo(() => model.shown.idsIn(props.stage), undefined, { equals: sameList });
  const inStage = () => store.idsIn(props.stage).length;
  const [lastFocused, setLastFocused] = createSignal<ItemId | null>(null);
  const [focused, setFocused] = createSignal<ItemId | null>(null);
  /** -1: not in this column. */
  const placeOf = (id: ItemId | null | undefined): number => {
    const fields = untrack(() => (id ? store.fieldsOf(id) : undefined));
    if (!id || fields === undefined || stageOf(fields) !== props.stage) return -1;
    return model.shown.placeInStage(id);
  };
  const tabStop = createMemo(() => {
    const first = ids()[0] ?? null;
    const last = lastFocused();
    return placeOf(last) >= 0 ? last : first;
  });
  const isTabStop = createSelector(tabStop);
  const isTarget = () => {
    const drag = model.carrying.drag();
    return drag?.stage === props.stage && placeOf(drag.id) < 0;
  };
  /** Where what is held would come to stand: the card it would come before, or after the last. */
  const landing = createMemo(() => {
    const drag = model.carrying.drag();
    if (drag === null || !isTarget()) return null;
    const list = ids();
    const next = list[model.shown.placeInStage(drag.id, props.stage)];
    const fields = untrack(() => store.fieldsOf(drag.id)) ?? BLANK_FIELDS;
    const text = carryTexts.landing(fields, drag.ids.length);
    return { id: next ?? list.at(-1), at: next === undefined ? 'after' : 'before', text } as const;
  });
  createEffect(() => {
    const there = landing();
    if (there === null || untrack(model.carrying.drag)?.by !== 'keys') return;
    element.scrollIntoView(NEAREST);
    if (there.id !== undefined) elements.get(there.id)?.scrollIntoView(NEAREST);
  });
  let element!: HTMLElement;
  let scroller!: HTMLDivElement;
  const column = createVirtualColumn({
    ids,
    placeOf,
    // What the keyboard is on, comes to, or a pointer carries, has an element wherever the view is.
    focused,
    pinned: () => [
      tabStop(),
      model.focus.brought(),
      model.carrying.drag()?.id,
      landing()?.id,
      model.inline.editing()?.id,
    ],
    scroller: () => scroller,
  });

  createEffect(() => {
    const dragging = model.dragging();
    if (dragging !== null) onCleanup(dragging.addColumn(element, props.stage, 'column'));
  });

  const elements = new Map<ItemId, Element>();
  // In the place of `For`, which moves elements that stay. A memo, so that cards end with it and not
  // with what puts them into the document: that must not run before `boardFocus` has looked.
  const cards = createMemo(
    mapArray(column.shown, (id) => (
      <StoryCard
        id={id}
        row={column.rowOf(id)}
        siblings={ids().length}
        landing={landing()?.id === id ? (landing()?.text ?? '') : ''}
        landingAt={landing()?.at ?? 'before'}
        tabStop={isTabStop(id)}
        onFocus={() => {
          setLastFocused(id);
          setFocused(id);
          model.focus.onFocus(id);
        }}
        onMade={(made) => {
          elements.set(id, made);
          onCleanup(() => elements.delete(id));
          column.measure(made);
        }}
      />
    )),
  );

  const cardElements = () => {
    cards();
    return column.shown().flatMap((id) => elements.get(id) ?? []);
  };

  return (
    <section
      ref={element}
      class="column"
      part="column"
      classList={{ 'is-target': isTarget(), 'is-empty': ids().length === 0 }}
      data-stage={props.stage}
      aria-label={columnLabel(props.stage, ids().length, inStage())}
    >
      <header class="column-head">
        <StageMark stage={props.stage} />
        <Dynamic component={model.place === 'page' ? 'h2' : 'h3'} class="column-title">
          {stageTitle(props.stage)}
        </Dynamic>
        <span class="column-count" aria-hidden="true">
          {columnCount(ids().length, inStage())}
        </span>
      </header>
      <Show when={isTarget()}>
        <p class="column-drop" aria-hidden="true">
          {model.carrying.drag()?.by === 'keys'
            ? carryTexts.dropHint
            : board.dropHere(stageTitle(props.stage))}
        </p>
      </Show>
      <div
        ref={scroller}
        class="column-cards"
        classList={{ 'is-holding': column.isHolding() }}
        on:focusout={() => setFocused(null)}
      >
        <ul
          class="column-list"
          ref={(list) => createRenderEffect(() => placeCards(list, cardElements()))}
        />
        <div style={{ height: `${column.restPx()}px` }} />
      </div>
      <Show when={ids().length === 0}>
        <p class="column-nothing">{inStage() > 0 ? filterTexts.nothingHere : board.emptyColumn}</p>
      </Show>
    </section>
  );
}
