import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import { DEFAULT_PIPELINE, type PageAddress, parsePageAddress } from '../pageAddress.ts';
import { isRelay, type Settings } from '../settings.ts';
import { useBoard } from './boardModel.ts';
import { SettingsSection } from './SettingsSection.tsx';
import { badAddressText } from './texts/refusals.ts';
import { settingsTexts as texts } from './texts/settings.ts';

/**
 * Another pipeline or relay is another page: a link that can be kept and sent. A page dials one
 * address; the relays that are kept here are those to choose from.
 */
export function PlaceSettings(props: {
  readonly change: (changes: Partial<Settings>) => void;
}): JSX.Element {
  const model = useBoard();
  const { options } = model.pipeline;
  const relays = () => model.settings.settings().relays;
  const [problem, setProblem] = createSignal<string | null>(null);
  const [pipelineId, relayId, problemId] = [createUniqueId(), createUniqueId(), createUniqueId()];
  let pipeline!: HTMLInputElement;
  let relay!: HTMLInputElement;

  /** Null if it is none, which is said. */
  const parseFields = (): Extract<PageAddress, { type: 'ok' }> | null => {
    const parsed = parsePageAddress(
      pageOf(pipeline.value.trim() || DEFAULT_PIPELINE, relay.value.trim()),
    );
    setProblem(parsed.type === 'bad' ? badAddressText(parsed) : null);
    return parsed.type === 'ok' ? parsed : null;
  };
  const open = (event: SubmitEvent): void => {
    event.preventDefault();
    const parsed = parseFields();
    if (parsed !== null) {
      location.assign(pageOf(parsed.options.pipeline, relay.value.trim()));
    }
  };
  const keep = (): void => {
    const address = parseFields()?.options.address;
    if (isRelay(address)) props.change({ relays: new Set([...relays(), address]) });
  };
  const remove = (address: string): void => {
    props.change({ relays: new Set([...relays()].filter((each) => each !== address)) });
    // The button went with its line.
    relay.focus();
  };

  return (
    <SettingsSection title={texts.place} hint={texts.placeNow(options.pipeline, options.address)}>
      <form class="settings-place" on:submit={open}>
        <label for={pipelineId}>{texts.pipeline}</label>
        <input
          ref={pipeline}
          id={pipelineId}
          class="settings-input"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={options.pipeline}
        />
        <label for={relayId}>{texts.relay}</label>
        <input
          ref={relay}
          id={relayId}
          class="settings-input"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={texts.relayHint}
          value={new URLSearchParams(location.search).get('relay') ?? ''}
        />
        <div class="settings-buttons">
          <button type="submit" class="button" aria-describedby={problemId}>
            {texts.openPlace}
          </button>
          <button type="button" class="button" aria-describedby={problemId} on:click={keep}>
            {texts.keepRelay}
          </button>
        </div>
        <p id={problemId} class="settings-problem" role="alert">
          {problem()}
        </p>
      </form>
      <h4>{texts.relays}</h4>
      <p class="settings-hint">{texts.relaysHint}</p>
      <ul class="settings-relays" aria-label={texts.relays}>
        <For each={[...relays()]} fallback={<li>{texts.noRelays}</li>}>
          {(address) => (
            <li>
              <Show
                when={address !== options.address}
                fallback={
                  <span>
                    <code>{address}</code> {texts.inUse}
                  </span>
                }
              >
                <a href={pageOf(options.pipeline, address)}>
                  <code>{address}</code>
                </a>
              </Show>
              <button
                type="button"
                class="button is-small is-quiet"
                aria-label={texts.removeThis(address)}
                on:click={() => remove(address)}
              >
                {texts.remove}
              </button>
            </li>
          )}
        </For>
      </ul>
    </SettingsSection>
  );
}

/** `relay`: empty: the one that serves the page. */
function pageOf(pipeline: string, relay: string): string {
  const url = new URL(location.pathname, location.origin);
  if (pipeline !== DEFAULT_PIPELINE) url.searchParams.set('pipeline', pipeline);
  if (relay !== '') url.searchParams.set('relay', relay);
  return url.href;
}
