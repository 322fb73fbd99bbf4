import { createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from 'solid-js';
import type { KnownStories } from '../transfer/importPlan.ts';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { download } from './download.ts';
import { createImporting, type Importing, type ImportState, type Report } from './importing.ts';
import { Sheet } from './Sheet.tsx';
import css from './styles/files.css?inline';
import { countTexts, importTexts as texts } from './texts/files.ts';
import { storyName } from './texts.ts';

/** Reads a file, shows what it would bring, and brings it. */
export function ImportDialog(): JSX.Element {
  const model = useBoard();
  const importing = createImporting(model);
  const { state } = importing;
  adoptStyles(model.root(), css);
  const leave = (): void => {
    // What is under way is not left behind unseen: it is cancelled, and its report is shown.
    if (state().name === 'working') importing.cancel();
    else model.close();
  };
  return (
    <Sheet label={texts.title} class="import" onLeave={leave}>
      <header class="sheet-head">
        <h2>{texts.title}</h2>
        <button type="button" class="button is-quiet" on:click={leave}>
          {state().name === 'working' ? texts.cancel : texts.close}
        </button>
      </header>
      <div class="import-body" data-import={state().name}>
        <Switch>
          <Match when={is(state(), 'choose')}>
            {(now) => (
              <Choose problem={now().problem} onFile={(file) => void importing.read(file)} />
            )}
          </Match>
          <Match when={is(state(), 'working')}>{(now) => <Working now={now()} />}</Match>
          <Match when={is(state(), 'stories')}>
            {(now) => <StoriesPreview now={now()} importing={importing} />}
          </Match>
          <Match when={is(state(), 'ops')}>
            {(now) => <OpsPreview now={now()} importing={importing} />}
          </Match>
          <Match when={is(state(), 'done')}>
            {(now) => <Done report={now().report} onAgain={importing.again} />}
          </Match>
        </Switch>
      </div>
    </Sheet>
  );
}

type Named<Name> = Extract<ImportState, { readonly name: Name }>;

function is<Name extends ImportState['name']>(state: ImportState, name: Name): Named<Name> | null {
  return state.name === name ? (state as Named<Name>) : null;
}

function Choose(props: {
  readonly problem: string | null;
  readonly onFile: (file: File) => void;
}): JSX.Element {
  const [isOver, setOver] = createSignal(false);
  let input!: HTMLInputElement;
  const take = (files: FileList | null | undefined): void => {
    const [file] = files ?? [];
    if (file !== undefined) props.onFile(file);
  };
  return (
    <>
      <Show when={props.problem}>
        {(problem) => (
          <p class="sheet-notice is-problem import-problem" role="alert">
            {problem()}
          </p>
        )}
      </Show>
      <div
        class="import-drop"
        classList={{ 'is-over': isOver() }}
        on:dragover={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        on:dragleave={() => setOver(false)}
        on:drop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <p>{texts.drop}</p>
        <button type="button" class="button is-primary" autofocus on:click={() => input.click()}>
          {texts.choose}
        </button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={texts.choose}
          accept=".csv,.json,.jsonl,.ndjson,text/csv,application/json"
          on:change={() => take(input.files)}
        />
      </div>
      <p class="import-note">{texts.formats}</p>
    </>
  );
}

function Working(props: { readonly now: Named<'working'> }): JSX.Element {
  const label = createUniqueId();
  return (
    <div class="import-work">
      <p id={label}>{props.now.text}…</p>
      <Show when={props.now.of > 0} fallback={<progress aria-labelledby={label} />}>
        <progress aria-labelledby={label} max={props.now.of} value={props.now.done} />
        <p class="import-note">{texts.progress(props.now.done, props.now.of)}</p>
      </Show>
    </div>
  );
}

const SHOWN_REFUSALS = 50;
const SHOWN_SAMPLE = 5;

function Facts(props: {
  readonly file: string;
  readonly counts: readonly (readonly [text: (number: number) => string, number: number])[];
}): JSX.Element {
  const counts = () => props.counts.filter(([, number]) => number > 0);
  return (
    <>
      <h3 class="import-file" tabindex="-1" ref={focusSoon}>
        {props.file}
      </h3>
      <ul class="import-counts">
        <For each={counts()} fallback={<li>{texts.nothing}</li>}>
          {([text, number]) => <li>{text(number)}</li>}
        </For>
      </ul>
    </>
  );
}

function Refusals(props: { readonly refused: readonly string[] }): JSX.Element {
  return (
    <Show when={props.refused.length > 0}>
      <h4 class="import-part">{texts.refused}</h4>
      <ul class="import-refused">
        <For each={props.refused.slice(0, SHOWN_REFUSALS)}>{(line) => <li>{line}</li>}</For>
      </ul>
      <Show when={props.refused.length > SHOWN_REFUSALS}>
        <p class="import-note">{texts.moreRefused(props.refused.length - SHOWN_REFUSALS)}</p>
      </Show>
    </Show>
  );
}

function StoriesPreview(props: {
  readonly now: Named<'stories'>;
  readonly importing: Importing;
}): JSX.Element {
  const group = createUniqueId();
  const [known, setKnown] = createSignal<KnownStories>('skip');
  const plan = () => props.now.plan;
  const number = () => plan().added.length + (known() === 'update' ? plan().changed.length : 0);
  const sample = () => plan().added.slice(0, SHOWN_SAMPLE);
  return (
    <>
      <Facts
        file={props.now.file}
        counts={[
          [countTexts.newStories, plan().added.length],
          [countTexts.differing, plan().changed.length],
          [countTexts.same, plan().same.length],
          [countTexts.refusedRows, props.now.refused.length],
        ]}
      />
      <Show when={props.now.ignored.length > 0}>
        <p class="import-note">{texts.ignored(props.now.ignored)}</p>
      </Show>
      <Show when={plan().changed.length > 0}>
        <fieldset class="import-known">
          <legend>{texts.known}</legend>
          <For each={['skip', 'update'] as const}>
            {(choice) => (
              <label>
                <input
                  type="radio"
                  name={group}
                  checked={known() === choice}
                  on:change={() => setKnown(choice)}
                />
                {texts[choice]}
              </label>
            )}
          </For>
        </fieldset>
      </Show>
      <Show when={sample().length > 0}>
        <h4 class="import-part">{texts.sample}</h4>
        <ul class="import-sample">
          <For each={sample()}>
            {({ fields }) => (
              <li>
                <span>{storyName({ name: fields.name ?? '' })}</span>{' '}
                <span class="import-id">{fields.story_id}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Refusals refused={props.now.refused} />
      <Foot
        text={texts.importStories(number())}
        isEmpty={number() === 0}
        onImport={() => void props.importing.commit(known())}
        onAgain={props.importing.again}
      />
    </>
  );
}

function OpsPreview(props: {
  readonly now: Named<'ops'>;
  readonly importing: Importing;
}): JSX.Element {
  return (
    <>
      <Facts
        file={props.now.file}
        counts={[
          [countTexts.newOps, props.now.fresh.length],
          [countTexts.knownOps, props.now.known],
          [countTexts.refusedOps, props.now.refused.length],
        ]}
      />
      <p class="import-note">{texts.heldNote}</p>
      <Refusals refused={props.now.refused} />
      <Foot
        text={texts.importOps(props.now.fresh.length)}
        isEmpty={props.now.fresh.length === 0}
        onImport={() => void props.importing.commit('skip')}
        onAgain={props.importing.again}
      />
    </>
  );
}

function Foot(props: {
  readonly text: string;
  readonly isEmpty: boolean;
  readonly onImport: () => void;
  readonly onAgain: () => void;
}): JSX.Element {
  return (
    <footer class="sheet-foot import-foot">
      <button
        type="button"
        class="button is-primary"
        disabled={props.isEmpty}
        on:click={props.onImport}
      >
        {props.text}
      </button>
      <button type="button" class="button" on:click={props.onAgain}>
        {texts.other}
      </button>
    </footer>
  );
}

function Done(props: { readonly report: Report; readonly onAgain: () => void }): JSX.Element {
  let place!: HTMLElement;
  const save = (): void => {
    const { file, counts, refused, problem } = props.report;
    const lines = [file, ...counts, ...(problem === null ? [] : [problem]), '', ...refused];
    download(place, 'huskies-import-report.txt', `${lines.join('\n')}\n`, 'text/plain');
  };
  return (
    <>
      <h3 class="import-file" tabindex="-1" ref={focusSoon}>
        {texts.done}: {props.report.file}
      </h3>
      <ul class="import-counts">
        <For each={props.report.counts} fallback={<li>{texts.nothing}</li>}>
          {(line) => <li>{line}</li>}
        </For>
      </ul>
      <Show when={props.report.problem}>
        {(problem) => <p class="sheet-notice is-problem import-problem">{problem()}</p>}
      </Show>
      <Refusals refused={props.report.refused} />
      <footer class="sheet-foot import-foot" ref={place}>
        <button type="button" class="button is-primary" on:click={save}>
          {texts.saveReport}
        </button>
        <button type="button" class="button" on:click={props.onAgain}>
          {texts.other}
        </button>
      </footer>
    </>
  );
}

/** What had the focus is gone; where the next part begins, it goes on. */
function focusSoon(heading: HTMLElement): void {
  queueMicrotask(() => heading.focus());
}
