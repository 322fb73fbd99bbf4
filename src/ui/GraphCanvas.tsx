import {
  createComputed,
  createEffect,
  createMemo,
  createUniqueId,
  For,
  type JSX,
  on,
  Show,
} from 'solid-js';
import { isDone } from '../dependencies.ts';
import type { GraphNode, NodeKey } from '../graph/dependencyGraph.ts';
import { type Area, isBoxIn, type Line, meets } from '../graph/drawing.ts';
import { type GraphStep, heirOf, stepFrom } from '../graph/walk.ts';
import { useBoard } from './boardModel.ts';
import { GraphNodeButton, rem } from './GraphNodeButton.tsx';
import { nodeFields } from './graphFacts.ts';
import type { ShownGraph } from './graphLooking.ts';
import type { GraphPort } from './graphPort.ts';
import { graphTexts as texts } from './texts/graph.ts';

/** So many are all drawn, wherever the view is. */
const DRAWN_MAX = 150;
const EVERYWHERE: Area = { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 };

/**
 * The drawing: buttons over lines, of which one can be reached by Tab and the others by arrow keys. Of
 * a large one, what is around the view has elements, and the node with the focus.
 */
export function GraphCanvas(props: {
  readonly shown: ShownGraph;
  readonly port: GraphPort;
  /** Where the keyboard is, or would be. */
  readonly active: NodeKey | null;
  readonly onActive: (key: NodeKey | null) => void;
  /** Back from a part of the graph; false: it is all shown. */
  readonly onBack: () => boolean;
  readonly scroller: (element: HTMLDivElement) => void;
}): JSX.Element {
  const model = useBoard();
  const hintId = createUniqueId();
  let scroller!: HTMLDivElement;
  let cameFrom: NodeKey | null = null;
  const drawing = () => props.shown.drawing;
  const area = (): Area => (drawing().boxes.size <= DRAWN_MAX ? EVERYWHERE : props.port.around());
  // New ones come last: an element that is moved in the document loses the focus.
  const keys = createMemo<readonly NodeKey[]>((before) => {
    const boxes = [...drawing().boxes.values()];
    const now = new Set(
      boxes.filter((box) => box.key === props.active || isBoxIn(box, area())).map(({ key }) => key),
    );
    const kept = before.filter((key) => now.delete(key));
    return [...kept, ...now];
  }, []);
  const lines = createMemo(() => drawing().lines.filter((line) => meets(line, area())));

  /** Compared as it is: an unknown number may be any text. */
  const elementOf = (key: NodeKey): HTMLElement | undefined =>
    [...scroller.querySelectorAll<HTMLElement>('[data-node]')].find(
      ({ dataset }) => dataset['node'] === key,
    );
  const goTo = (key: NodeKey, from: NodeKey | null): void => {
    const box = drawing().boxes.get(key);
    if (box === undefined) return;
    cameFrom = from;
    props.onActive(key);
    elementOf(key)?.focus({ preventScroll: true });
    props.port.reveal(box);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      // A plus needs Shift on many keyboards.
      if (event.key !== '+' || event.ctrlKey || event.metaKey || event.altKey) return;
    }
    const zoomed = { '+': 1, '=': 1, '-': -1 }[event.key];
    const step = stepOf(event.key, getComputedStyle(scroller).direction === 'rtl');
    if (zoomed !== undefined) props.port.zoomBy(zoomed);
    else if (event.key === '0') props.port.fit(drawing());
    else if (event.key === 'Escape') {
      // An open story is closed first, by the board.
      if (model.story() !== null || !props.onBack()) return;
    } else if (step === null || props.active === null) return;
    else {
      const next = stepFrom(props.active, step, drawing(), cameFrom);
      if (next !== null) goTo(next, props.active);
    }
    event.preventDefault();
  };

  // Computations of this kind run before the screen changes, effects after.
  let stood: ShownGraph | null = null;
  let hadFocus = false;
  let shift: readonly [x: number, y: number] = [0, 0];
  createComputed(
    on(
      () => props.shown,
      (now) => {
        hadFocus = isWithinView(model.focus.active());
        const before = stood?.drawing;
        stood = now;
        const { active } = props;
        const next =
          active === null || before === undefined
            ? (now.drawing.columns[0]?.[0] ?? null)
            : heirOf(active, before, now.drawing);
        const [from, to] = [before?.boxes.get(next ?? ''), now.drawing.boxes.get(next ?? '')];
        shift = from && to && props.port.isInView(from) ? [to.x - from.x, to.y - from.y] : [0, 0];
        if (next !== active) props.onActive(next);
      },
    ),
  );
  createEffect(
    on(
      () => props.shown,
      () => {
        props.port.shift(...shift);
        const isLost = model.focus.active() === null || model.focus.active() === document.body;
        if (!hadFocus || !isLost || props.active === null) return;
        goTo(props.active, null);
      },
      { defer: true },
    ),
  );

  return (
    <div
      ref={(element) => {
        scroller = element;
        props.scroller(element);
      }}
      class="graph-port"
      on:keydown={onKey}
      on:focusin={({ target }: FocusEvent) => {
        const key = target instanceof HTMLElement ? target.dataset['node'] : undefined;
        if (key !== undefined && key !== props.active) props.onActive(key);
      }}
    >
      <p id={hintId} hidden>
        {texts.keys}
      </p>
      <div
        class="graph-size"
        style={{
          'inline-size': rem(drawing().width * props.port.zoom()),
          'block-size': rem(drawing().height * props.port.zoom()),
        }}
      >
        {/* The arrow keys are the drawing's own: the list beside it can be read as any text. */}
        <div
          class="graph-canvas"
          role="application"
          aria-label={texts.drawing}
          aria-describedby={hintId}
          style={{
            'inline-size': rem(drawing().width),
            'block-size': rem(drawing().height),
            transform: props.port.zoom() === 1 ? undefined : `scale(${props.port.zoom()})`,
          }}
        >
          <svg
            class="graph-lines"
            aria-hidden="true"
            viewBox={`0 0 ${drawing().width} ${drawing().height}`}
          >
            <For each={lines()}>{(line) => <GraphLine line={line} active={props.active} />}</For>
          </svg>
          <For each={keys()}>
            {(key) => (
              <Show when={nodeOf(props.shown, key)}>
                {(node) => (
                  <GraphNodeButton
                    node={node()}
                    shown={props.shown}
                    isTabStop={props.active === key}
                    isOpen={model.story()?.id === key}
                  />
                )}
              </Show>
            )}
          </For>
        </div>
      </div>
    </div>
  );
}

function GraphLine(props: { readonly line: Line; readonly active: NodeKey | null }): JSX.Element {
  const model = useBoard();
  const edge = () => props.line.edge;
  const isMet = () => !edge().from.startsWith('?') && isDone(nodeFields(model, edge().from));
  return (
    <g
      class="graph-line"
      classList={{
        'is-cycle': edge().isInCycle,
        'is-met': isMet(),
        'is-near': edge().from === props.active || edge().to === props.active,
      }}
    >
      <path d={props.line.path} />
      <path class="graph-arrow" d={props.line.arrow} />
    </g>
  );
}

function nodeOf(shown: ShownGraph, key: NodeKey): GraphNode | undefined {
  return shown.nodes.get(key);
}

function isWithinView(active: HTMLElement | null): boolean {
  return active?.closest('.graph') != null;
}

function stepOf(key: string, isRtl: boolean): GraphStep | null {
  switch (key) {
    case 'ArrowRight':
      return isRtl ? 'needed' : 'waiting';
    case 'ArrowLeft':
      return isRtl ? 'waiting' : 'needed';
    case 'ArrowUp':
      return 'before';
    case 'ArrowDown':
      return 'after';
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return null;
  }
}
