import {
  createEffect,
  createMemo,
  createRenderEffect,
  createSelector,
  createSignal,
  type JSX,
  mapArray,
  onCleanup,
  untrack,
} from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { StoryCard } from './StoryCard.tsx';
import { carryTexts } from './texts/moves.ts';
import { createVirtualColumn, placeCards } from './virtualColumn.ts';

/** At once: a smooth scroll would be stopped halfway by the next. */
const NEAREST: ScrollIntoViewOptions = {
  block: 'nearest',
  inline: 'nearest',
  behavior: 'instant',
};

/** The stories of a column. One card is in the tab order: the one that had the focus last. */
export function ColumnCards(props: {
  readonly stage: string;
  readonly ids: readonly ItemId[];
  /** Where a card stands in `ids`; -1: not there. Tracks nothing. */
  readonly placeOf: (id: ItemId | null | undefined) => number;
  /** What is held would come here. */
  readonly isTarget: boolean;
}): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const { placeOf } = props;
  const ids = () => props.ids;
  const [lastFocused, setLastFocused] = createSignal<ItemId | null>(null);
  const [focused, setFocused] = createSignal<ItemId | null>(null);
  const tabStop = createMemo(() => {
    const first = ids()[0] ?? null;
    const last = lastFocused();
    return placeOf(last) >= 0 ? last : first;
  });
  const isTabStop = createSelector(tabStop);
  /** Where what is held would come to stand: the card it would come before, or after the last. */
  const landing = createMemo(() => {
    const drag = model.carrying.drag();
    if (drag === null || !props.isTarget) return null;
    const list = ids();
    const next = list[model.shown.placeInStage(drag.id, props.stage)];
    const fields = untrack(() => store.fieldsOf(drag.id)) ?? BLANK_FIELDS;
    const text = carryTexts.landing(fields, drag.ids.length);
    return { id: next ?? list.at(-1), at: next === undefined ? 'after' : 'before', text } as const;
  });
  createEffect(() => {
    const there = landing();
    if (there === null || untrack(model.carrying.drag)?.by !== 'keys') return;
    scroller.closest('.column')?.scrollIntoView(NEAREST);
    if (there.id !== undefined) elements.get(there.id)?.scrollIntoView(NEAREST);
  });
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
  );
}
