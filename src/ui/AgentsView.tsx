import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  on,
  onCleanup,
  Show,
  untrack,
} from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import { agentLanes, type Work } from '../agents.ts';
import { stageOf } from '../story.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import css from './styles/agents.css?inline';
import { evidenceText, stateNames, agentTexts as texts } from './texts/agents.ts';
import { stageTitle, storyName, storyNumber } from './texts.ts';

/** Under a stream of changes all stories are looked through this often at most. */
const LOOK_EVERY_MS = 400;
/** Of a lane. The board's filter shows all. */
const SHOWN_MAX = 50;

/** A lane for what needs a person and one for each agent, with what each verdict rests on. */
export function AgentsView(): JSX.Element {
  const model = useBoard();
  adoptStyles(model.root(), css);
  const { store } = model.pipeline;
  const look = createSlow(store.version, LOOK_EVERY_MS);
  const staleMinutes = () => model.settings.settings().staleClaimMinutes;
  const found = createMemo(() => {
    look();
    const time = { nowMs: model.minute(), staleMinutes: staleMinutes() };
    return untrack(() => {
      const items = store.order().map((id) => [id, store.fieldsOf(id) ?? BLANK_FIELDS] as const);
      return agentLanes(items, time);
    });
  });
  const agents = createMemo(() => found().lanes.map(({ agent }) => agent), [], {
    equals: (one, other) => JSON.stringify(one) === JSON.stringify(other),
  });
  return (
    <div class="agents">
      <header class="agents-head">
        <h2>{texts.title}</h2>
        <p>{texts.hint(staleMinutes())}</p>
      </header>
      <Lane
        title={texts.person}
        hint={found().needsPerson.length > 0 ? texts.personHint : texts.nobody}
        work={found().needsPerson}
      />
      <For each={agents()} fallback={<p class="agents-none">{texts.noLanes}</p>}>
        {(agent) => (
          <Lane
            title={agent || texts.noAgent}
            work={found().lanes.find((lane) => lane.agent === agent)?.work ?? []}
          />
        )}
      </For>
    </div>
  );
}

function Lane(props: {
  readonly title: string;
  readonly hint?: string;
  readonly work: readonly Work[];
}): JSX.Element {
  const titleId = createUniqueId();
  // By id, so that a row that goes on keeps its element, and the focus in it.
  const ids = createMemo(() => props.work.slice(0, SHOWN_MAX).map(({ id }) => id));
  const byId = createMemo(() => new Map(props.work.map((work) => [work.id, work])));
  return (
    <section class="agents-lane" aria-labelledby={titleId}>
      <h3 id={titleId}>
        <bdi>{props.title}</bdi>{' '}
        <span class="agents-count">{texts.stories(props.work.length)}</span>
      </h3>
      <Show when={props.hint}>
        <p class="agents-hint">{props.hint}</p>
      </Show>
      <ul>
        <For each={ids()}>
          {(id) => <Show when={byId().get(id)}>{(work) => <WorkRow work={work()} />}</Show>}
        </For>
      </ul>
      <Show when={props.work.length > SHOWN_MAX}>
        <p class="agents-hint">{texts.more(props.work.length - SHOWN_MAX)}</p>
      </Show>
    </section>
  );
}

function WorkRow(props: { readonly work: Work }): JSX.Element {
  const model = useBoard();
  const { store } = model.pipeline;
  const fieldsOf = (id: ItemId): ItemFields => store.fieldsOf(id) ?? BLANK_FIELDS;
  const fields = (): ItemFields => fieldsOf(props.work.id);
  const names = () => ({
    nowMs: model.minute(),
    numberOf: (id: ItemId) => storyNumber(fieldsOf(id)),
    nameOf: model.settings.nameOf,
  });
  return (
    <li>
      <button
        type="button"
        class="agents-story"
        on:click={() => model.open({ name: 'story', id: props.work.id })}
      >
        <span class="card-number">{storyNumber(fields())}</span> <bdi>{storyName(fields())}</bdi>
        {', '}
        <span class="agents-stage">{stageTitle(stageOf(fields()))}</span>
      </button>
      <dl>
        <For each={props.work.evidence}>
          {(evidence) => (
            <div data-evidence={evidence.type}>
              <dt>{stateNames[evidence.type]}</dt>
              <dd>{evidenceText(evidence, names())}</dd>
            </div>
          )}
        </For>
      </dl>
    </li>
  );
}

/** Changes with `version`, so many milliseconds later at most, and not more often. */
function createSlow(version: () => number, everyMs: number): () => number {
  const [slow, setSlow] = createSignal(untrack(version));
  let timer: ReturnType<typeof setTimeout> | null = null;
  createEffect(
    on(
      version,
      () => {
        timer ??= setTimeout(() => {
          timer = null;
          setSlow(untrack(version));
        }, everyMs);
      },
      { defer: true },
    ),
  );
  onCleanup(() => {
    if (timer !== null) clearTimeout(timer);
  });
  return slow;
}
