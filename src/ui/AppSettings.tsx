import { type JSX, Show } from 'solid-js';
import { installOffer } from '../app/installOffer.ts';
import { pageOfflineCopy } from '../app/pageApp.ts';
import { offlineCopyText, appTexts as texts } from './texts/app.ts';

/** The page as an app, for the settings: how it stands with the offline copy, and its switches. */
export function AppSettings(): JSX.Element {
  const copy = pageOfflineCopy();
  const mayKeep = () => {
    const state = copy.state();
    return state.name === 'none' && state.reason !== 'not-offered';
  };
  return (
    <>
      <p data-offline-copy={copy.state().name}>{offlineCopyText(copy.state())}</p>
      <Show when={installOffer.isOffered()}>
        <button type="button" class="button" on:click={installOffer.install}>
          {texts.install}
        </button>
      </Show>
      <Show when={mayKeep()}>
        <button type="button" class="button" on:click={() => void copy.keep()}>
          {texts.keep}
        </button>
      </Show>
      <Show when={copy.state().name !== 'none'}>
        <button
          type="button"
          class="button"
          title={texts.removeHint}
          on:click={() => void copy.remove()}
        >
          {texts.remove}
        </button>
      </Show>
    </>
  );
}
