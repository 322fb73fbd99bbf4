/** The figures of the flow page, each with its words and its chart. */
import { createUniqueId, For, type JSX, Show } from 'solid-js';
import type { FlowFacts } from '../../worker/api.ts';
import { SPANS, type Span } from '../flowPeriods.ts';
import { columnStages } from '../story.ts';
import {
  type BarRow,
  BarTable,
  ColumnChart,
  FlowPart,
  HiddenTable,
  ShareChart,
} from './FlowCharts.tsx';
import type { KnownFlow } from './flowSource.ts';
import {
  ageRangeText,
  ageTexts,
  doneTexts,
  numberText,
  periodText,
  qaTexts,
  retryTexts,
  spanNames,
  stageTexts,
  tickTexts,
} from './texts/flow.ts';
import { stageTitle } from './texts.ts';

interface PartProps {
  readonly facts: FlowFacts;
}

export function DonePart(props: {
  readonly known: KnownFlow;
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}): JSX.Element {
  const columns = () => {
    const { facts, span, starts } = props.known;
    return starts.map((start, at) => ({
      label: periodText(span, start),
      ticks: tickTexts(span, start, starts[at - 1]),
      stories: facts.done.perPeriod[at] ?? 0,
    }));
  };
  const rows = (): readonly BarRow[] => [
    ...columns(),
    { label: doneTexts.earlier, stories: props.known.facts.done.earlier },
    { label: doneTexts.unknown, stories: props.known.facts.done.unknown },
  ];
  return (
    <FlowPart
      name="done"
      title={doneTexts.title}
      says={doneTexts.says(props.known.facts, props.known.span)}
      rests={doneTexts.rests}
      controls={<SpanChoice span={props.span} onSpan={props.onSpan} />}
    >
      <Show when={columns().some(({ stories }) => stories > 0)}>
        <ColumnChart columns={columns()} />
      </Show>
      <HiddenTable
        caption={doneTexts.title}
        head={doneTexts.head[props.known.span]}
        rows={rows()}
      />
    </FlowPart>
  );
}

function SpanChoice(props: {
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}): JSX.Element {
  const name = createUniqueId();
  return (
    <fieldset class="flow-spans">
      <legend class="spoken">{doneTexts.spans}</legend>
      <For each={SPANS}>
        {(span) => (
          <label>
            <input
              type="radio"
              name={name}
              checked={span === props.span}
              on:change={() => props.onSpan(span)}
            />
            <span>{spanNames[span]}</span>
          </label>
        )}
      </For>
    </fieldset>
  );
}

export function StagePart(props: PartProps): JSX.Element {
  const rows = (): readonly BarRow[] => {
    const { counts, others } = props.facts.stages;
    const byStage = new Map(counts.map(({ stage, stories }) => [stage, stories]));
    return [
      ...columnStages(byStage.keys()).map((stage) => ({
        label: stageTitle(stage),
        stage,
        stories: byStage.get(stage) ?? 0,
      })),
      ...(others.stages === 0
        ? []
        : [{ label: stageTexts.others(others.stages), stories: others.stories }]),
    ];
  };
  return (
    <FlowPart
      name="stages"
      title={stageTexts.title}
      says={stageTexts.says(props.facts)}
      rests={stageTexts.rests}
    >
      <BarTable caption={stageTexts.title} head={stageTexts.head} rows={rows()} />
    </FlowPart>
  );
}

export function AgePart(props: PartProps): JSX.Element {
  const rows = (): readonly BarRow[] => {
    const { ages, unknown, notClaimed } = props.facts.open;
    return [
      ...ages.map(({ fromS, stories }, at) => ({
        label: ageRangeText(fromS, ages[at + 1]?.fromS ?? null),
        stories,
      })),
      { label: ageTexts.unknown, stories: unknown, tone: 'aside' },
      { label: ageTexts.notClaimed, stories: notClaimed, tone: 'aside' },
    ];
  };
  return (
    <FlowPart
      name="ages"
      title={ageTexts.title}
      says={ageTexts.says(props.facts)}
      rests={ageTexts.rests}
    >
      <BarTable caption={ageTexts.title} head={ageTexts.head} rows={rows()} />
    </FlowPart>
  );
}

export function RetryPart(props: PartProps): JSX.Element {
  const rows = (): readonly BarRow[] => {
    const { counts, unknown } = props.facts.retries;
    const last = counts.length - 1;
    return [
      ...counts.map((stories, retries) => ({
        label: retries === last ? retryTexts.orMore(retries) : numberText(retries),
        stories,
      })),
      ...(unknown === 0
        ? []
        : [{ label: retryTexts.unknown, stories: unknown, tone: 'aside' as const }]),
    ];
  };
  return (
    <FlowPart
      name="retries"
      title={retryTexts.title}
      says={retryTexts.says(props.facts)}
      rests={retryTexts.rests}
    >
      <BarTable caption={retryTexts.title} head={retryTexts.head} rows={rows()} />
    </FlowPart>
  );
}

export function QaPart(props: PartProps): JSX.Element {
  const shares = () =>
    (['first', 'later', 'back'] as const).map((name) => ({
      name,
      label: qaTexts.outcomes[name],
      stories: props.facts.qa[name],
    }));
  return (
    <FlowPart
      name="qa"
      title={qaTexts.title}
      says={qaTexts.says(props.facts)}
      rests={qaTexts.rests}
    >
      <Show when={shares().some(({ stories }) => stories > 0)}>
        <ShareChart caption={qaTexts.title} head={qaTexts.head} shares={shares()} />
      </Show>
    </FlowPart>
  );
}
