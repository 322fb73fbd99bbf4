import {
  createResource,
  createSignal,
  createUniqueId,
  type JSX,
  Match,
  onCleanup,
  onMount,
  Show,
  Switch,
} from 'solid-js';
import type { BundleFacts } from '../../worker/api.ts';
import { isStopped } from '../replicaClient.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import { Board } from './Board.tsx';
import { useBoard } from './boardModel.ts';
import { InspectorTables } from './InspectorTables.tsx';
import { fold, NOTHING } from './inspecting.ts';
import { bundleOrigin, bundleText, bundle as texts } from './texts/bugBundle.ts';

/** A bug bundle in the place of the inspector: its board, what was seen there, and the way out. */
export function ReplayedBundle(props: {
  readonly file: File;
  readonly onLeave: () => void;
}): JSX.Element {
  const model = useBoard();
  const { pipeline, release } = model.pipeline.openBundle(props.file);
  onCleanup(release);
  const [part, setPart] = createSignal<'stories' | 'seen'>('stories');
  const [facts] = createResource(
    () => pipeline.state().name === 'open',
    () => readFacts(pipeline),
  );
  const stateId = createUniqueId();
  let heading!: HTMLHeadingElement;
  onMount(() => heading.focus());

  return (
    <section
      class="replay"
      aria-label={texts.label}
      data-replay={facts() ? 'shown' : isStopped(pipeline.state()) ? 'refused' : 'reading'}
      // Keys are for what is looked at here, not for the board underneath.
      on:keydown={(event) => event.stopPropagation()}
    >
      <div class="replay-banner">
        <h2 ref={heading} tabindex="-1" aria-describedby={stateId}>
          {texts.label}
        </h2>
        <p id={stateId}>
          <BundleState pipeline={pipeline} file={props.file} facts={facts() ?? null} />
        </p>
        <div class="replay-controls">
          <Show when={facts()}>
            <fieldset class="replay-parts" aria-label={texts.shows}>
              {(['stories', 'seen'] as const).map((name) => (
                <button
                  type="button"
                  class="button is-small"
                  aria-pressed={part() === name}
                  on:click={() => setPart(name)}
                >
                  {texts[name]}
                </button>
              ))}
            </fieldset>
          </Show>
          <button type="button" class="button is-small is-primary" on:click={props.onLeave}>
            {texts.leave}
          </button>
        </div>
      </div>
      <Show when={facts()}>
        {(known) => (
          <Switch>
            <Match when={part() === 'stories'}>
              <div class="replay-board">
                <Board
                  pipeline={pipeline}
                  place="embedded"
                  readonly={true}
                  theme={model.settings.settings().theme}
                />
              </div>
            </Match>
            <Match when={part() === 'seen'}>
              <div class="inspector">
                <p>{bundleOrigin(known())}</p>
                <InspectorTables
                  inspected={fold(NOTHING, known().inspection)}
                  status={known().page.status}
                  fieldsOf={pipeline.store.fieldsOf}
                  nameOf={model.settings.nameOf}
                />
              </div>
            </Match>
          </Switch>
        )}
      </Show>
    </section>
  );
}

function BundleState(props: {
  readonly pipeline: Pipeline;
  readonly file: File;
  readonly facts: BundleFacts | null;
}): JSX.Element {
  const reading = (): string => {
    const sync = props.pipeline.store.status()?.sync;
    return sync?.name === 'catching-up'
      ? texts.reading(sync.done, sync.total)
      : texts.reading(0, 0);
  };
  const text = (): string => {
    const state = props.pipeline.state();
    if (props.facts !== null) return bundleText(props.facts);
    return state.name === 'refused' || state.name === 'failed'
      ? texts.refused(props.file.name, state.detail)
      : reading();
  };
  return <>{text()}</>;
}

async function readFacts({ client }: Pipeline): Promise<BundleFacts | null> {
  const answer = await client.query({ type: 'bundle-facts' });
  return answer.type === 'bundle-facts' ? answer.facts : null;
}
