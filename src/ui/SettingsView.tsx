import { createMemo, createSignal, createUniqueId, For, type JSX, Show, untrack } from 'solid-js';
import { isKeyName, isStaleClaimMinutes, isWipLimit, type Settings } from '../settings.ts';
import { AppSettings } from './AppSettings.tsx';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { knownKeys } from './knownKeys.ts';
import { PlaceSettings } from './PlaceSettings.tsx';
import { SettingsSection as Section } from './SettingsSection.tsx';
import css from './styles/settings.css?inline';
import { settingsTexts as texts } from './texts/settings.ts';
import { shortKey, stageTitle } from './texts.ts';

/** What a user of this browser can choose. All of it holds at once; there is nothing to save. */
export function SettingsView(): JSX.Element {
  const model = useBoard();
  adoptStyles(model.root(), css);
  const [isKept, setKept] = createSignal(true);
  const change = (changes: Partial<Settings>): void => void setKept(model.settings.change(changes));
  return (
    <div class="settings">
      <header class="settings-head">
        <h2>{texts.title}</h2>
        <p role="status">{isKept() ? texts.kept : texts.notKept}</p>
      </header>
      <LookSettings change={change} />
      <StageSettings change={change} />
      <KeySettings change={change} />
      <PlaceSettings change={change} />
      <Section title={texts.app}>
        <div class="settings-app">
          <AppSettings />
        </div>
      </Section>
    </div>
  );
}

type Change = (changes: Partial<Settings>) => void;

function LookSettings(props: { readonly change: Change }): JSX.Element {
  const { settings } = useBoard().settings;
  return (
    <Section title={texts.look}>
      <Choice
        label={texts.theme}
        choices={texts.themes}
        chosen={settings().theme}
        onChoose={(theme) => props.change({ theme })}
      />
      <Choice
        label={texts.density}
        choices={texts.densities}
        chosen={settings().density}
        onChoose={(density) => props.change({ density })}
      />
    </Section>
  );
}

function Choice<Value extends string>(props: {
  readonly label: string;
  readonly choices: { readonly [choice in Value]: string };
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}): JSX.Element {
  const name = createUniqueId();
  return (
    <fieldset class="settings-choice">
      <legend>{props.label}</legend>
      <For each={Object.keys(props.choices) as Value[]}>
        {(choice) => (
          <label>
            <input
              type="radio"
              name={name}
              checked={props.chosen === choice}
              on:change={() => props.onChoose(choice)}
            />
            {props.choices[choice]}
          </label>
        )}
      </For>
    </fieldset>
  );
}

function StageSettings(props: { readonly change: Change }): JSX.Element {
  const model = useBoard();
  const { settings, toggleStage } = model.settings;
  const { store } = model.pipeline;
  const limitText = (stage: string) => String(settings().wipLimits.get(stage) ?? '');
  const setLimit = (stage: string, text: string): boolean => {
    const limits = new Map(settings().wipLimits);
    const limit = Number(text);
    if (text !== '' && !isWipLimit(limit)) return false;
    if (text === '') limits.delete(stage);
    else limits.set(stage, limit);
    props.change({ wipLimits: limits });
    return true;
  };
  return (
    <>
      <Section title={texts.stages} hint={texts.stagesHint}>
        <table class="settings-table">
          <thead>
            <tr>
              <th scope="col">{texts.columns.stage}</th>
              <th scope="col" class="is-number">
                {texts.columns.stories}
              </th>
              <th scope="col">{texts.columns.limit}</th>
              <th scope="col">{texts.columns.collapsed}</th>
            </tr>
          </thead>
          <tbody>
            <For each={store.stages()}>
              {(stage) => (
                <tr>
                  <th scope="row">{stageTitle(stage)}</th>
                  <td class="is-number">{store.idsIn(stage).length}</td>
                  <td>
                    <CheckedInput
                      label={texts.limitOf(stageTitle(stage))}
                      value={limitText(stage)}
                      numeric
                      problem={texts.badLimit}
                      onValue={(text) => setLimit(stage, text)}
                    />
                  </td>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={texts.collapsedOf(stageTitle(stage))}
                      checked={settings().collapsedStages.has(stage)}
                      on:change={() => toggleStage(stage)}
                    />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Section>
      <Section title={texts.claims}>
        <p class="settings-line">
          <span aria-hidden="true">{texts.stale}</span>
          <CheckedInput
            label={`${texts.stale}, ${texts.staleUnit}`}
            value={String(settings().staleClaimMinutes)}
            numeric
            problem={texts.badStale}
            onValue={(text) => {
              const staleClaimMinutes = Number(text);
              const isGood = isStaleClaimMinutes(staleClaimMinutes);
              if (isGood) props.change({ staleClaimMinutes });
              return isGood;
            }}
          />
          <span aria-hidden="true">{texts.staleUnit}</span>
        </p>
      </Section>
    </>
  );
}

function KeySettings(props: { readonly change: Change }): JSX.Element {
  const model = useBoard();
  const { settings } = model.settings;
  const own = () => model.pipeline.store.status()?.signer ?? '';
  // As they are when the board is there, so that nobody's row moves under a name that is typed.
  const known = createMemo(() => {
    own();
    model.pipeline.store.phase();
    return untrack(() => knownKeys(model.pipeline.store, settings().keyNames.keys()));
  });
  const setName = (key: string, text: string): boolean => {
    const names = new Map(settings().keyNames);
    const name = text.trim();
    if (name !== '' && !isKeyName(name)) return false;
    if (name === '') names.delete(key);
    else names.set(key, name);
    props.change({ keyNames: names });
    return true;
  };
  return (
    <Section title={texts.keys} hint={texts.keysHint}>
      <Show when={known().keys.length > 0} fallback={<p>{texts.noKeys}</p>}>
        <table class="settings-table">
          <thead>
            <tr>
              <th scope="col">{texts.keyColumns.key}</th>
              <th scope="col">{texts.keyColumns.name}</th>
            </tr>
          </thead>
          <tbody>
            <For each={known().keys}>
              {(key) => (
                <tr>
                  <th scope="row">
                    <code class="settings-key" title={key}>
                      {shortKey(key)}
                    </code>
                    <Show when={key === own()}> ({texts.ownKey})</Show>
                  </th>
                  <td>
                    <CheckedInput
                      label={texts.nameOf(shortKey(key))}
                      value={settings().keyNames.get(key) ?? ''}
                      problem={texts.badName}
                      onValue={(text) => setName(key, text)}
                    />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <Show when={known().left > 0}>
        <p class="settings-hint">{texts.moreKeys(known().left)}</p>
      </Show>
    </Section>
  );
}

/** Takes its value when it is left or Enter is pressed, unless that cannot be one. */
function CheckedInput(props: {
  readonly label: string;
  readonly value: string;
  readonly numeric?: boolean;
  readonly problem: string;
  /** False: it cannot be one. */
  readonly onValue: (text: string) => boolean;
}): JSX.Element {
  const [isWrong, setWrong] = createSignal(false);
  const problemId = createUniqueId();
  return (
    <span class="settings-checked">
      <input
        class="settings-input"
        classList={{ 'is-number': props.numeric === true }}
        inputmode={props.numeric === true ? 'numeric' : 'text'}
        autocomplete="off"
        aria-label={props.label}
        aria-invalid={isWrong()}
        aria-describedby={isWrong() ? problemId : undefined}
        value={props.value}
        on:change={(event) => setWrong(!props.onValue(event.currentTarget.value.trim()))}
      />
      <Show when={isWrong()}>
        <span id={problemId} class="settings-problem" role="alert">
          {props.problem}
        </span>
      </Show>
    </span>
  );
}
