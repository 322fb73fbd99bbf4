import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js';
import type { GraphGroup, NodeKey } from '../graph/dependencyGraph.ts';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { GraphCanvas } from './GraphCanvas.tsx';
import { FIRST_STEPS, type Form, GraphControls } from './GraphControls.tsx';
import { GraphList } from './GraphList.tsx';
import { nodeNumber } from './graphFacts.ts';
import { createGraphLooking, type GraphLooking, type ShownGraph } from './graphLooking.ts';
import { createGraphPort, type GraphPort } from './graphPort.ts';
import css from './styles/graph.css?inline';
import { graphTexts as texts } from './texts/graph.ts';

/** Of a group that is too large to draw, where one may begin. */
const STARTS = 5;

/** The stories that wait for one another, as a drawing that can be walked by keyboard, or as a table. */
export function GraphView(): JSX.Element {
  const model = useBoard();
  adoptStyles(model.root(), css);
  const looking = createGraphLooking(model);
  const [form, setForm] = createSignal<Form>('drawing');
  const [active, setActive] = createSignal<NodeKey | null>(null);
  const isDrawn = () => form() === 'drawing' && looking.state() !== 'failed';
  return (
    <div class="graph" data-graph={looking.state()} aria-busy={looking.state() === 'laying'}>
      <header class="graph-head">
        <div class="graph-title">
          <h2>{texts.title}</h2>
          <p class="graph-hint">{texts.hint}</p>
          <Show when={looking.shown()}>
            {(shown) => <Counts looking={looking} shown={shown()} />}
          </Show>
        </div>
        <GraphControls looking={looking} form={form()} setForm={setForm} active={active()} />
      </header>
      <Show when={looking.state() === 'failed' && form() === 'drawing'}>
        <p class="graph-note" role="alert">
          {texts.failed}
        </p>
      </Show>
      <Show
        when={looking.shown()}
        fallback={
          <p class="view-loading" role="status">
            {texts.laying}
          </p>
        }
      >
        {(shown) => (
          <Switch fallback={<GraphList shown={shown()} />}>
            <Match when={shown().graph.nodes.length === 0}>
              <Nothing />
            </Match>
            <Match when={isDrawn()}>
              <For each={shown().large}>
                {(group) => (
                  <LargeGroup
                    group={group}
                    shown={shown()}
                    onStart={(id) => {
                      setActive(id);
                      looking.setNear({ id, steps: FIRST_STEPS });
                    }}
                  />
                )}
              </For>
              <Drawn
                shown={shown()}
                active={active()}
                onActive={setActive}
                onBack={() => {
                  if (looking.near() === null) return false;
                  looking.setNear(null);
                  return true;
                }}
              />
            </Match>
          </Switch>
        )}
      </Show>
    </div>
  );
}

function Drawn(props: {
  readonly shown: ShownGraph;
  readonly active: NodeKey | null;
  readonly onActive: (key: NodeKey | null) => void;
  readonly onBack: () => boolean;
}): JSX.Element {
  let scroller!: HTMLDivElement;
  const port = createGraphPort(() => scroller);
  return (
    <div class="graph-drawn">
      <GraphCanvas
        shown={props.shown}
        port={port}
        active={props.active}
        onActive={props.onActive}
        onBack={props.onBack}
        scroller={(element) => {
          scroller = element;
        }}
      />
      <ZoomButtons port={port} shown={props.shown} />
    </div>
  );
}

function ZoomButtons(props: { readonly port: GraphPort; readonly shown: ShownGraph }): JSX.Element {
  return (
    <fieldset class="graph-zoom" aria-label={texts.zoom}>
      <button
        type="button"
        class="button is-small"
        aria-label={texts.zoomOut}
        title={texts.zoomOut}
        on:click={() => props.port.zoomBy(-1)}
      >
        −
      </button>
      <button
        type="button"
        class="button is-small"
        on:click={() => props.port.fit(props.shown.drawing)}
      >
        {texts.fit}
      </button>
      <button
        type="button"
        class="button is-small"
        aria-label={texts.zoomIn}
        title={texts.zoomIn}
        on:click={() => props.port.zoomBy(1)}
      >
        +
      </button>
    </fieldset>
  );
}

function Counts(props: {
  readonly looking: GraphLooking;
  readonly shown: ShownGraph;
}): JSX.Element {
  const graph = () => props.shown.graph;
  const leftOut = () =>
    props.looking.near() === null ? texts.leftOut(graph().leftOut) : texts.farther(graph().leftOut);
  return (
    <p class="graph-counts">
      {[
        ...(graph().alone > 0 ? [texts.alone(graph().alone)] : []),
        ...(graph().leftOut > 0 ? [leftOut()] : []),
      ].join(' · ')}
    </p>
  );
}

function LargeGroup(props: {
  readonly group: GraphGroup;
  readonly shown: ShownGraph;
  readonly onStart: (id: NodeKey) => void;
}): JSX.Element {
  const model = useBoard();
  const joined = (key: NodeKey): number =>
    (props.shown.needs.get(key)?.length ?? 0) + (props.shown.neededBy.get(key)?.length ?? 0);
  const starts = () =>
    props.group.keys
      .filter((key) => props.shown.nodes.get(key)?.type === 'story')
      .sort((one, other) => joined(other) - joined(one))
      .slice(0, STARTS);
  return (
    <div class="graph-note">
      <p>{texts.large(props.group.keys.length)}</p>
      <For each={starts()}>
        {(key) => (
          <button type="button" class="button is-small" on:click={() => props.onStart(key)}>
            {nodeNumber(model, props.shown, key)}
          </button>
        )}
      </For>
    </div>
  );
}

function Nothing(): JSX.Element {
  const model = useBoard();
  const isFiltered = () => model.shown.count() !== null;
  return (
    <div class="notice">
      <h3>{isFiltered() ? texts.noneFound : texts.none}</h3>
      <p>{texts.noneText}</p>
    </div>
  );
}
