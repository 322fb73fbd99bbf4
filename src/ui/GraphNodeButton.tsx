import { createMemo, type JSX, Show } from 'solid-js';
import { isDone } from '../dependencies.ts';
import type { GraphNode } from '../graph/dependencyGraph.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../graph/sizes.ts';
import { stageOf } from '../story.ts';
import { useBoard } from './boardModel.ts';
import { nodeFacts, nodeFields } from './graphFacts.ts';
import type { ShownGraph } from './graphLooking.ts';
import { StageMark } from './StageMark.tsx';
import { storyNodeLabel, graphTexts as texts, unknownNodeLabel } from './texts/graph.ts';
import { stageTitle, storyName, storyNumber } from './texts.ts';

/** A story, or a number that none has, at its place in the drawing. */
export function GraphNodeButton(props: {
  readonly node: GraphNode;
  readonly shown: ShownGraph;
  readonly isTabStop: boolean;
  readonly isOpen: boolean;
}): JSX.Element {
  const model = useBoard();
  const key = () => props.node.key;
  const fields = () => nodeFields(model, key());
  const facts = createMemo(() => nodeFacts(model, props.shown, key()));
  const box = () => props.shown.drawing.boxes.get(key());
  const label = () =>
    props.node.type === 'unknown'
      ? unknownNodeLabel(props.node.text, facts())
      : storyNodeLabel(fields(), facts());
  const open = (): void => {
    if (props.node.type === 'story') model.open({ name: 'story', id: props.node.id });
    else model.messages.speak(texts.unknownSaid(props.node.text));
  };
  return (
    <button
      type="button"
      class="graph-node"
      classList={{
        'is-done': props.node.type === 'story' && isDone(fields()),
        'is-blocked': props.node.type === 'story' && fields().blocked === true,
        'is-beside': facts().isBeside,
        'is-cycle': facts().cycle !== null,
        'is-unknown': props.node.type === 'unknown',
        'is-open': props.isOpen,
      }}
      data-node={key()}
      tabindex={props.isTabStop ? 0 : -1}
      aria-label={label()}
      aria-disabled={props.node.type === 'unknown' ? 'true' : undefined}
      style={{
        'inset-inline-start': rem(box()?.x ?? 0),
        'inset-block-start': rem(box()?.y ?? 0),
        'inline-size': rem(NODE_WIDTH),
        'block-size': rem(NODE_HEIGHT),
      }}
      on:click={open}
    >
      <Show
        when={props.node.type === 'story'}
        fallback={
          <span class="graph-node-head">
            <span class="card-number">{props.node.type === 'unknown' ? props.node.text : ''}</span>
            <span class="graph-node-state">{texts.unknown}</span>
          </span>
        }
      >
        <span class="graph-node-head">
          <StageMark stage={stageOf(fields())} />
          <span class="card-number">{storyNumber(fields())}</span>
          <span class="graph-node-stage">{stageTitle(stageOf(fields()))}</span>
          <Show when={fields().blocked === true}>
            <span class="card-blocked">{texts.blocked}</span>
          </Show>
          <Show when={facts().cycle !== null}>
            <span class="graph-node-state is-cycle">{texts.cycle}</span>
          </Show>
        </span>
        <span class="graph-node-name">
          <bdi>{storyName(fields())}</bdi>
        </span>
      </Show>
    </button>
  );
}

/** A length of the drawing. */
export function rem(length: number): string {
  return `${length / 16}rem`;
}
