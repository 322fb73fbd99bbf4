import { Index, type JSX, Match, Show, Switch } from 'solid-js';
import type { FlowFacts } from '../../worker/api.ts';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { AgePart, DonePart, QaPart, RetryPart, StagePart } from './FlowParts.tsx';
import { createFlow } from './flowSource.ts';
import css from './styles/flow.css?inline';
import { ageText, glanceTexts, numberText, shareText, flowTexts as texts } from './texts/flow.ts';

/** How stories go through the stages, with what each figure rests on. */
export function FlowView(): JSX.Element {
  const model = useBoard();
  adoptStyles(model.root(), css);
  const flow = createFlow(model);
  const reading = () => {
    const now = flow.shown();
    return now.name === 'reading' ? now : null;
  };
  const known = () => {
    const now = flow.shown();
    return now.name === 'reading' ? null : now.known;
  };
  const hasFailed = (): boolean => flow.shown().name === 'failed';
  return (
    <div class="flow" data-state={flow.shown().name}>
      <header class="flow-head">
        <h2>{texts.title}</h2>
        <p>{texts.intro}</p>
      </header>
      <Show when={hasFailed()}>
        <div class="flow-failed" role="alert">
          <p>{known() === null ? texts.failed : texts.failedSince}</p>
          <button type="button" class="button is-small" on:click={flow.retry}>
            {texts.again}
          </button>
        </div>
      </Show>
      <Show when={reading()}>{(progress) => <Reading {...progress()} />}</Show>
      <Show when={known()}>
        {(now) => (
          <Show when={now().facts.stories > 0} fallback={<p class="flow-empty">{texts.empty}</p>}>
            <Glance facts={now().facts} />
            <div class="flow-parts">
              <DonePart known={now()} span={flow.span()} onSpan={flow.setSpan} />
              <QaPart facts={now().facts} />
              <StagePart facts={now().facts} />
              <AgePart facts={now().facts} />
              <RetryPart facts={now().facts} />
            </div>
          </Show>
        )}
      </Show>
    </div>
  );
}

function Reading(props: { readonly readOps: number; readonly totalOps: number }): JSX.Element {
  return (
    <div class="flow-reading">
      <Switch>
        <Match when={props.totalOps === 0}>
          <p role="status">{texts.starting}</p>
        </Match>
        <Match when={props.totalOps > 0}>
          <p>{texts.reading(props.readOps, props.totalOps)}</p>
          <progress aria-label={texts.starting} value={props.readOps} max={props.totalOps} />
        </Match>
      </Switch>
    </div>
  );
}

function Glance(props: { readonly facts: FlowFacts }): JSX.Element {
  const figures = (): readonly (readonly [string, string])[] => {
    const { stories, done, open, retries, qa } = props.facts;
    const again = retries.counts.slice(1).reduce((sum, number) => sum + number, 0);
    return [
      [glanceTexts.open, numberText(open.stories)],
      [glanceTexts.done, numberText(done.stories)],
      [glanceTexts.median, open.medianS === null ? texts.none : ageText(open.medianS)],
      [glanceTexts.again, shareText(again, stories)],
      [glanceTexts.qa, shareText(qa.first, qa.first + qa.later) || texts.none],
    ];
  };
  return (
    <dl class="flow-glance" aria-label={texts.keyFigures}>
      <Index each={figures()}>
        {(figure) => (
          <div>
            <dt>{figure()[0]}</dt>
            <dd>{figure()[1]}</dd>
          </div>
        )}
      </Index>
    </dl>
  );
}
