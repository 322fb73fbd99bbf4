import { For, type JSX, Show } from 'solid-js';
import { KNOWN_STAGES } from '../story.ts';
import { useBoard } from './boardModel.ts';
import { StageMark } from './StageMark.tsx';
import { openRefusals } from './texts/refusals.ts';
import { stageTitle, states } from './texts.ts';

/** Before the first snapshot: the columns without their stories. */
export function LoadingBoard(): JSX.Element {
  return (
    <div class="board-columns is-loading" aria-busy="true">
      <p class="spoken" role="status">
        {states.loading.title}. {states.loading.text}
      </p>
      <For each={KNOWN_STAGES}>
        {(stage, index) => (
          <div class="column" aria-hidden="true">
            <div class="column-head">
              <StageMark stage={stage} />
              <span class="column-title">{stageTitle(stage)}</span>
            </div>
            <div class="column-cards">
              <For each={[0, 1, 2].slice(index() % 3)}>{() => <div class="card is-ghost" />}</For>
            </div>
          </div>
        )}
      </For>
      <p class="loading-late">{states.loadingLate}</p>
    </div>
  );
}

export function EmptyBoard(): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const text = () => {
    if (model.readonly()) return states.empty.readonly;
    const status = store.status();
    const informed = status?.socket.name === 'open' && status.sync.name === 'live';
    return informed ? states.empty.ready : states.empty.waiting;
  };
  return (
    <section class="notice is-empty" aria-label={states.empty.title}>
      <div class="notice-marks" aria-hidden="true">
        <For each={KNOWN_STAGES}>{(stage) => <StageMark stage={stage} />}</For>
      </div>
      <h2>{states.empty.title}</h2>
      <p>{text()}</p>
      <Show when={!model.readonly()}>
        <button
          type="button"
          class="button is-primary"
          on:click={() => model.open({ name: 'add' })}
        >
          {states.empty.action}
        </button>
      </Show>
    </section>
  );
}

/** The replica is not running, and why: in place of the columns, or above them if there are any to read. */
export function StoppedNotice(props: { readonly class: 'notice' | 'stopped' }): JSX.Element {
  const { pipeline } = useBoard();
  const reason = (): { readonly title: string; readonly text: string } | null => {
    const state = pipeline.state();
    if (state.name !== 'failed' && state.name !== 'refused') return null;
    const detail = state.detail === '' ? '' : ` (${state.detail})`;
    if (state.name === 'failed') {
      return { title: states.failed.title, text: `${states.failed.text}${detail}` };
    }
    return { title: states.failed.refusedTitle, text: `${openRefusals[state.reason]}${detail}` };
  };
  return (
    <Show when={reason()}>
      {(stop) => (
        <section class={props.class} role="alert">
          <h2>{stop().title}</h2>
          <p>{stop().text}</p>
          <button type="button" class="button" on:click={pipeline.client.restart}>
            {states.failed.action}
          </button>
        </section>
      )}
    </Show>
  );
}

/** In place of a board: the page was asked for something that is none. `home`: a link that works. */
export function BadAddress(props: {
  readonly text: string;
  readonly home: string | null;
  readonly theme: 'auto' | 'light' | 'dark';
}): JSX.Element {
  return (
    <div class="huskies" data-theme={props.theme} data-phase="stopped">
      <section class="notice" role="alert">
        <h2>{states.badAddress.title}</h2>
        <p>{props.text}</p>
        <Show when={props.home}>
          {(home) => (
            <a class="button is-primary" href={home()}>
              {states.badAddress.action}
            </a>
          )}
        </Show>
      </section>
    </div>
  );
}
