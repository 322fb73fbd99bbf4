import { createEffect, createSignal, type JSX, Match, onMount, Show, Switch } from 'solid-js';
import type { OfflineCopyStore } from '../app/offlineCopy.ts';
import { asksToRemove, pageOfflineCopy, withoutRemove } from '../app/pageApp.ts';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import css from './styles/app.css?inline';
import { appTexts as texts } from './texts/app.ts';

/** Says when a new version of the page waits or runs. It reloads only a board with nothing open. */
export function AppNotice(props: {
  /** Of the page, if not said. */
  readonly copy?: OfflineCopyStore;
  readonly reload?: () => void;
}): JSX.Element {
  const model = useBoard();
  const copy = props.copy ?? pageOfflineCopy();
  const reload = (): void => {
    if (props.reload === undefined) location.reload();
    else props.reload();
  };
  const [isLater, setLater] = createSignal(false);
  const name = () => copy.state().name;

  /** What a reload would throw away. */
  const losesEdits = (): boolean => {
    const durability = model.pipeline.store.status()?.durability;
    return durability === 'memory' || durability === 'broken';
  };
  const isBusy = (): boolean =>
    model.overlay().name !== 'none' ||
    model.story() !== null ||
    model.carrying.drag() !== null ||
    document.activeElement?.matches('input, textarea, select') === true;

  onMount(() => {
    adoptStyles(model.root(), css);
    if (!asksToRemove(location.href)) return;
    void copy.remove().then(() => {
      history.replaceState(history.state, '', withoutRemove(location.href));
      model.messages.show({ tone: 'news', text: texts.removed });
    });
  });
  createEffect((before: string) => {
    const now = name();
    if (now === before) return now;
    if (now === 'update-waits') model.messages.speak(texts.updateWaits);
    if (now === 'replaced') {
      if (!isBusy() && !losesEdits()) reload();
      else model.messages.speak(texts.replaced);
    }
    return now;
  }, '');

  return (
    <Switch>
      <Match when={name() === 'update-waits' && !isLater()}>
        <aside class="app-notice" aria-label={texts.label}>
          <p>
            <strong>{texts.updateWaits}</strong>{' '}
            {losesEdits() ? texts.updateLoses : texts.updateKeeps}
          </p>
          <Show when={!losesEdits()}>
            <button type="button" class="button is-small is-primary" on:click={copy.update}>
              {texts.update}
            </button>
          </Show>
          <button
            type="button"
            class="button is-small is-quiet"
            on:click={(event) => {
              // The button goes: the keys are the board's again.
              event.currentTarget.closest<HTMLElement>('.huskies')?.focus();
              setLater(true);
            }}
          >
            {texts.later}
          </button>
        </aside>
      </Match>
      <Match when={name() === 'replaced'}>
        <aside class="app-notice" aria-label={texts.label}>
          <p>
            <strong>{texts.replaced}</strong>{' '}
            {losesEdits() ? texts.updateLoses : texts.replacedOpen}
          </p>
          <button type="button" class="button is-small" on:click={reload}>
            {losesEdits() ? texts.reloadAnyway : texts.reload}
          </button>
        </aside>
      </Match>
    </Switch>
  );
}
