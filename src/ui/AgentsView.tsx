import { createMemo, createUniqueId, For, type JSX, Show } from 'solid-js';
import type { ItemFields, ItemId } from '../../worker/api.ts';
import type { Work } from '../agents.ts';
import { DONE_STAGES } from '../dependencies.ts';
import { type FilterTerm, formatFilter, NO_VALUE } from '../filter.ts';
import { stageOf } from '../story.ts';
import { createAgentLanes } from './agentLooking.ts';
import { BLANK_FIELDS, useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { FilteredLink } from './FilteredLink.tsx';
import css from './styles/agents.css?inline';
import { evidenceText, stateNames, agentTexts as texts } from './texts/agents.ts';
import { stageTitle, storyName, storyNumber } from './texts.ts';

/** Of a lane; the rest is a link away. */
const SHOWN_MAX = 50;
const PERSON_FILTER = formatFilter([{ type: 'is', value: 'needs-person', isNot: false }]);

/** A lane for what needs a person and one for each agent, with what each verdict rests on. */
export function AgentsView(): JSX.Element {
  const model = useBoard();
  adoptStyles(model.root(), css);
  const staleMinutes = () => model.settings.settings().staleClaimMinutes;
  const found = createAgentLanes({
    store: model.pipeline.store,
    minute: model.minute,
    staleMinutes,
  });
  const agents = createMemo(() => found()?.lanes.map(({ agent }) => agent) ?? [], [], {
    equals: (one, other) => JSON.stringify(one) === JSON.stringify(other),
  });
  return (
    <div class="agents">
      <header class="agents-head">
        <h2>{texts.title}</h2>
        <p>{texts.hint(staleMinutes())}</p>
      </header>
      <Show when={found()}>
        {(now) => (
          <>
            <Lane
              title={texts.person}
              hint={now().needsPerson.length > 0 ? texts.personHint : texts.nobody}
              work={now().needsPerson}
              filter={PERSON_FILTER}
            />
            <For each={agents()} fallback={<p class="agents-none">{texts.noLanes}</p>}>
              {(agent) => (
                <Lane
                  title={agent || texts.noAgent}
                  work={now().lanes.find((lane) => lane.agent === agent)?.work ?? []}
                  filter={laneFilter(agent)}
                />
              )}
            </For>
          </>
        )}
      </Show>
    </div>
  );
}

function Lane(props: {
  readonly title: string;
  readonly hint?: string;
  readonly work: readonly Work[];
  /** What the board's filter says to show the same stories. */
  readonly filter: string;
}): JSX.Element {
  const titleId = createUniqueId();
  // By id, so that a row that goes on keeps its element, and the focus in it.
  const ids = createMemo(() => props.work.slice(0, SHOWN_MAX).map(({ id }) => id));
  const byId = createMemo(() => new Map(props.work.map((work) => [work.id, work])));
  return (
    <section class="agents-lane" aria-labelledby={titleId}>
      <h3 id={titleId}>
        <bdi>{props.title}</bdi>{' '}
        <span class="agents-count">
          <Show when={props.work.length > 0} fallback={texts.stories(0)}>
            <FilteredLink filter={props.filter} title={texts.onBoard}>
              {texts.stories(props.work.length)}
            </FilteredLink>
          </Show>
        </span>
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

/** A lane's stories as the board's filter finds them. */
function laneFilter(agent: string): string {
  const whose: readonly FilterTerm[] =
    agent === ''
      ? [
          { type: 'agent', value: NO_VALUE, isNot: false },
          { type: 'is', value: 'claimed', isNot: false },
        ]
      : [{ type: 'agent', value: agent, isNot: false }];
  const open = DONE_STAGES.map((value): FilterTerm => ({ type: 'stage', value, isNot: true }));
  return formatFilter([...whose, ...open]);
}
