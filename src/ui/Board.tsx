import {
  createEffect,
  createSignal,
  For,
  type JSX,
  Match,
  onCleanup,
  onMount,
  Show,
  Switch,
} from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { ItemId } from '../../worker/api.ts';
import { isStopped } from '../replicaClient.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import { BoardHeader } from './BoardHeader.tsx';
import { BoardOverlays, loadOverlays } from './BoardOverlays.tsx';
import { EmptyBoard, LoadingBoard, StoppedNotice } from './BoardStates.tsx';
import { onBoardKey, onCarryLeft, stopSpaceClick } from './boardKeys.ts';
import { BLANK_FIELDS, BoardContext, type BoardModel, createBoardModel } from './boardModel.ts';
import type { Dragging } from './dragging.ts';
import { FilterBar, keepStanding } from './FilterBar.tsx';
import { MessageBar } from './MessageBar.tsx';
import { StageColumn } from './StageColumn.tsx';
import { StageSwitcher } from './StageSwitcher.tsx';
import { CardFace } from './StoryCard.tsx';
import { keepStoryInAddress } from './storyAddress.ts';
import { board as texts } from './texts.ts';
import { ViewPlace } from './ViewPlace.tsx';
import { isFiltered, viewEntry } from './views.ts';
import { whenIdle } from './whenIdle.ts';

export interface BoardProps {
  readonly pipeline: Pipeline;
  /** `page`: the board is the page, and its main landmark. */
  readonly place: 'page' | 'embedded';
  readonly readonly: boolean;
  /** `auto`: as the system has it. */
  readonly theme: 'auto' | 'light' | 'dark';
  /** Shows only what this filter wants, as src/filter.ts reads it. */
  readonly filter?: string;
  /** For a narrow place in somebody's page: dense, and without what can be done without. */
  readonly compact?: boolean;
  /** What else of the page belongs to it. */
  readonly children?: JSX.Element;
}

/** The board of one pipeline, in a document or in a shadow root. Its styles: `adoptBoardStyles`. */
export function Board(props: BoardProps): JSX.Element {
  const [dragging, setDragging] = createSignal<Dragging | null>(null);
  let element: HTMLElement | undefined;
  let columns: HTMLDivElement | undefined;
  let dragPicture!: HTMLDivElement;
  const model = createBoardModel({
    pipeline: props.pipeline,
    place: props.place,
    readonly: () => props.readonly,
    dragging,
    element: () => element,
    within: () => props.filter ?? '',
  });
  const { store } = props.pipeline;
  const phase = () => boardPhase(props.pipeline);
  const pointerDrag = () => {
    const drag = model.carrying.drag();
    return drag?.by === 'pointer' ? drag : null;
  };

  onMount(() => {
    // On the way in: a command may be done before its key has bubbled up here.
    for (const type of ['keydown', 'pointerdown']) {
      element?.addEventListener(type, model.focus.stopFollowing, { capture: true });
    }
    element?.addEventListener('focusout', (event) => onCarryLeft(event, model));
    element?.addEventListener('keyup', stopSpaceClick);
    element?.addEventListener('focusin', (event) => keepStanding(event, model));
    if (props.place !== 'page') return;
    keepStoryInAddress(model);
    // Nothing has the focus: the keys are the page's.
    const onPageKey = (event: KeyboardEvent): void => {
      if (event.target === document.body) onBoardKey(event, model);
    };
    document.addEventListener('keydown', onPageKey);
    onCleanup(() => document.removeEventListener('keydown', onPageKey));
  });

  createEffect(() => {
    if (store.phase() !== 'loading') onCleanup(whenIdle(() => void loadOverlays()));
  });

  createEffect(() => {
    if (props.readonly || store.phase() === 'loading') return;
    let wanted = true;
    let loaded: Dragging | null = null;
    // After the first cards are on the screen. A board that cannot load it still has "Move to…".
    void import('./dragging.ts').then(
      ({ createDragging }) => {
        if (!wanted) return;
        loaded = createDragging(dragPicture, dragHandlers(model));
        setDragging(loaded);
      },
      () => {},
    );
    onCleanup(() => {
      wanted = false;
      setDragging(null);
      loaded?.destroy();
    });
  });

  return (
    <BoardContext.Provider value={model}>
      <Dynamic
        component={props.place === 'page' ? 'main' : 'section'}
        ref={element}
        class="huskies"
        aria-label={texts.label(props.pipeline.options.pipeline)}
        tabindex="-1"
        data-theme={props.place === 'page' ? model.settings.settings().theme : props.theme}
        data-density={props.compact ? 'dense' : model.settings.settings().density}
        data-compact={props.compact ? '' : undefined}
        part="board"
        data-phase={phase()}
        classList={{ 'is-dragging': pointerDrag() !== null }}
        on:keydown={(event: KeyboardEvent) => onBoardKey(event, model)}
      >
        <BoardHeader />
        <Show when={phase() === 'ready' && isFiltered(model.view())}>
          <FilterBar />
        </Show>
        <Switch>
          <Match when={viewEntry(model.view())} keyed>
            {(entry) => (
              <>
                <StoppedNotice class="stopped" />
                <ViewPlace entry={entry} />
              </>
            )}
          </Match>
          <Match when={phase() === 'stopped'}>
            <StoppedNotice class="notice" />
          </Match>
          <Match when={phase() === 'loading'}>
            <LoadingBoard />
          </Match>
          <Match when={phase() === 'empty'}>
            <StoppedNotice class="stopped" />
            <EmptyBoard />
          </Match>
          <Match when={phase() === 'ready'}>
            <StoppedNotice class="stopped" />
            <div class="board-columns" ref={columns}>
              <For each={model.shown.stages()}>{(stage) => <StageColumn stage={stage} />}</For>
            </div>
            <StageSwitcher columns={() => columns} />
          </Match>
        </Switch>
        <div ref={dragPicture} class="drag-picture" data-dnd-overlay aria-hidden="true">
          <Show when={pointerDrag()}>
            {(drag) => (
              <div class="card">
                <div class="card-open">
                  <CardFace fields={store.fieldsOf(drag().id) ?? BLANK_FIELDS} />
                </div>
                <Show when={drag().ids.length > 1}>
                  <span class="card-many">{drag().ids.length}</span>
                </Show>
              </div>
            )}
          </Show>
        </div>
        {props.children}
        <BoardOverlays />
        <MessageBar />
      </Dynamic>
    </BoardContext.Provider>
  );
}

/** What a board shows in place of, or as, its columns. */
function boardPhase({ store, state }: Pipeline): 'loading' | 'stopped' | 'empty' | 'ready' {
  if (store.phase() === 'loading') return isStopped(state()) ? 'stopped' : 'loading';
  return store.order().length === 0 ? 'empty' : 'ready';
}

function dragHandlers(model: BoardModel) {
  return {
    onStart: (id: ItemId) => {
      const { selection, carrying } = model;
      carrying.pickUp(id, selection.has(id) ? selection.ids() : [id], 'pointer');
    },
    onOver: model.carrying.over,
    onEnd: (_id: ItemId, stage: string | null) => {
      model.carrying.over(stage);
      model.carrying.drop(model.afterPointerMove());
    },
  };
}
