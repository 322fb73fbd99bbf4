import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import type { NodeKey } from '../graph/dependencyGraph.ts';
import { stageOf } from '../story.ts';
import { useBoard } from './boardModel.ts';
import { nodeFacts, nodeFields, nodeNumber } from './graphFacts.ts';
import type { ShownGraph } from './graphLooking.ts';
import { remarks, graphTexts as texts } from './texts/graph.ts';
import { stageTitle, storyName } from './texts.ts';

const ROWS = 200;

/** What the drawing shows, as a table. */
export function GraphList(props: { readonly shown: ShownGraph }): JSX.Element {
  const [most, setMost] = createSignal(ROWS);
  const all = () => props.shown.graph.nodes;
  const keys = createMemo(() =>
    all()
      .slice(0, most())
      .map(({ key }) => key),
  );
  return (
    <div class="graph-list">
      <table>
        <caption class="spoken">{texts.table}</caption>
        <thead>
          <tr>
            <For each={texts.columns}>{(column) => <th scope="col">{column}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={keys()}>{(key) => <GraphRow node={key} shown={props.shown} />}</For>
        </tbody>
      </table>
      <Show when={all().length > most()}>
        <button type="button" class="button is-small" on:click={() => setMost(most() + ROWS)}>
          {texts.more(Math.min(ROWS, all().length - most()))}
        </button>
      </Show>
    </div>
  );
}

function GraphRow(props: { readonly node: NodeKey; readonly shown: ShownGraph }): JSX.Element {
  const model = useBoard();
  const facts = createMemo(() => nodeFacts(model, props.shown, props.node));
  const fields = () => nodeFields(model, props.node);
  const number = () => nodeNumber(model, props.shown, props.node);
  const isStory = () => props.shown.nodes.get(props.node)?.type === 'story';
  return (
    <tr>
      <th scope="row">
        <Show when={isStory()} fallback={<span class="card-number">{number()}</span>}>
          <button
            type="button"
            class="graph-open"
            on:click={() => model.open({ name: 'story', id: props.node })}
          >
            <span class="card-number">{number()}</span> <bdi>{storyName(fields())}</bdi>
          </button>
        </Show>
      </th>
      <td>{isStory() ? stageTitle(stageOf(fields())) : texts.unknown}</td>
      <td>{[...facts().waitsFor, ...facts().after.map(texts.doneNumber)].join(', ')}</td>
      <td>{facts().neededBy.join(', ')}</td>
      <td>{isStory() ? remarks(fields(), facts()).join(', ') : ''}</td>
    </tr>
  );
}
