import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { StageMark } from './StageMark.tsx';
import { columnLabel } from './texts/filter.ts';
import { board, stageTitle } from './texts.ts';

/**
 * The stages at the lower edge of a narrow board, in reach of the thumb: shows which column is in
 * view, brings another, and takes cards that are dropped on it.
 */
export function StageSwitcher(props: {
  readonly columns: () => HTMLElement | undefined;
}): JSX.Element {
  const model = useBoard();
  const { shown } = model;
  const [inView, setInView] = createSignal(shown.stages()[0] ?? '');

  onMount(() => {
    const columns = props.columns();
    if (columns === undefined || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver(
      (entries) => {
        const shown = entries.find((entry) => entry.isIntersecting);
        const stage = shown?.target.getAttribute('data-stage');
        if (stage !== null && stage !== undefined) setInView(stage);
      },
      { root: columns, threshold: 0.6 },
    );
    createEffect(() => {
      shown.stages();
      observer.disconnect();
      for (const column of columns.children) observer.observe(column);
    });
    onCleanup(() => observer.disconnect());
  });

  const show = (stage: string): void => {
    const column = [...(props.columns()?.children ?? [])].find(
      (candidate) => candidate.getAttribute('data-stage') === stage,
    );
    if (column instanceof HTMLElement) scrollSideways(column);
    setInView(stage);
  };

  return (
    <nav class="switcher" aria-label={board.stages}>
      <For each={shown.stages()}>
        {(stage) => <SwitcherButton stage={stage} inView={inView() === stage} onShow={show} />}
      </For>
    </nav>
  );
}

function SwitcherButton(props: {
  readonly stage: string;
  readonly inView: boolean;
  readonly onShow: (stage: string) => void;
}): JSX.Element {
  const model = useBoard();
  let element!: HTMLButtonElement;
  const count = () => model.shown.idsIn(props.stage).length;
  createEffect(() => {
    const dragging = model.dragging();
    if (dragging !== null) onCleanup(dragging.addColumn(element, props.stage, 'switcher'));
  });
  createEffect(
    // At first the first is in view, and to ask for its place would lay out the board in the middle of a task.
    on(
      () => props.inView,
      (inView) => {
        if (inView) scrollSideways(element);
      },
      { defer: true },
    ),
  );
  return (
    <button
      ref={element}
      type="button"
      class="switcher-stage"
      classList={{ 'is-target': model.carrying.drag()?.stage === props.stage }}
      aria-current={props.inView ? 'true' : undefined}
      aria-label={columnLabel(props.stage, count(), model.pipeline.store.idsIn(props.stage).length)}
      on:click={() => props.onShow(props.stage)}
    >
      <StageMark stage={props.stage} />
      <span class="switcher-title">{stageTitle(props.stage)}</span>
      <span class="switcher-count">{count()}</span>
    </button>
  );
}

/** Brings an element to the start of its row. Not `scrollIntoView`, which would move the host's page too. */
function scrollSideways(element: HTMLElement): void {
  const row = element.parentElement;
  const first = row?.firstElementChild;
  if (!row || !(first instanceof HTMLElement)) return;
  row.scrollTo?.({ left: element.offsetLeft - first.offsetLeft });
}
