import { createEffect, createSignal, createUniqueId, type JSX, Show } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { Sheet } from './Sheet.tsx';
import css from './styles/access.css?inline';
import { accessTexts as texts } from './texts/access.ts';
import { hostOf } from './texts/status.ts';

const FORBIDDEN = 4403;

/** What the relay asks for: a token to type, or the own key to hand to whoever runs it. */
export function AccessDialog(): JSX.Element {
  const model = useBoard();
  const { store, client } = model.pipeline;
  adoptStyles(model.root(), css);
  const socket = () => store.status()?.socket;
  const asked = () => {
    const now = socket();
    return now?.name === 'needs-auth' ? now : null;
  };
  const host = () => hostOf(store.status()?.address ?? null);
  /** What was asked when the sheet was opened, so that a try does not take the field away. */
  const [wanted, setWanted] = createSignal(asked()?.asked ?? 'token');
  createEffect(() => {
    const now = asked();
    if (now !== null) setWanted(now.asked);
  });
  const [wasAsked, setWasAsked] = createSignal(asked() !== null);
  /** A connection is open before anybody is let in; the first ops come after. */
  const isTrying = () => ['connecting', 'open'].includes(socket()?.name ?? '') && wasAsked();
  createEffect(() => {
    if (asked() !== null) setWasAsked(true);
    // Let in: the board says the rest.
    if (isTrying() && store.status()?.sync.name === 'live') model.close();
  });
  const explanation = (): string => {
    if (!wasAsked()) return texts.isIn(host());
    return wanted() === 'token' ? texts.asksToken(host()) : texts.asksKey(host());
  };
  return (
    <Sheet label={texts.title} class="access" onLeave={() => model.close()}>
      <header class="sheet-head">
        <h2 tabindex="-1">{texts.title}</h2>
        <button type="button" class="button is-quiet" on:click={() => model.close()}>
          {texts.close}
        </button>
      </header>
      <div class="access-body" data-access={asked()?.asked ?? 'none'}>
        <p>{explanation()}</p>
        <p class="access-reason" role="status">
          <Show when={asked()} fallback={isTrying() ? texts.trying : ''}>
            {(now) => (now().code === FORBIDDEN ? texts.pipelineToo : texts.reason(now().reason))}
          </Show>
        </p>
        <Show when={wanted() === 'token'} fallback={<OwnKey />}>
          <TokenForm />
        </Show>
        <p class="access-note">{texts.kept}</p>
      </div>
    </Sheet>
  );

  function TokenForm(): JSX.Element {
    const id = createUniqueId();
    const [problem, setProblem] = createSignal<string | null>(null);
    const keeps = () => store.status()?.hasToken === true;
    let field!: HTMLInputElement;
    const save = (event: SubmitEvent): void => {
      event.preventDefault();
      const token = field.value.trim();
      if (!/^[\x21-\x7e]{1,512}$/.test(token)) {
        setProblem(texts.badToken);
        field.focus();
        return;
      }
      setProblem(null);
      field.value = '';
      client.setToken(token);
    };
    return (
      <form novalidate on:submit={save}>
        <div class="field">
          <label for={id}>{texts.token}</label>
          <input
            ref={field}
            id={id}
            type="password"
            autofocus
            autocomplete="off"
            spellcheck={false}
            aria-invalid={problem() !== null}
            aria-describedby={`${id}-about`}
          />
          <p
            id={`${id}-about`}
            class="field-about"
            classList={{ 'is-problem': problem() !== null }}
          >
            {problem() ?? (keeps() ? texts.replaceHint : texts.tokenHint)}
          </p>
        </div>
        <p class="access-deeds">
          <button type="submit" class="button is-primary">
            {texts.save}
          </button>
          <TryAgain />
          <Show when={keeps()}>
            <button
              type="button"
              class="button"
              on:click={() => {
                client.setToken(null);
                field.focus();
                model.messages.speak(texts.forgotten);
              }}
            >
              {texts.forget}
            </button>
          </Show>
        </p>
      </form>
    );
  }

  function OwnKey(): JSX.Element {
    const id = createUniqueId();
    const key = () => store.status()?.signer ?? '';
    const copy = async (): Promise<void> => {
      try {
        await navigator.clipboard.writeText(key());
        model.messages.show({ tone: 'news', text: texts.copied });
      } catch {
        // Not allowed, or no clipboard where the page came without https.
        model.messages.show({ tone: 'problem', text: texts.notCopied });
      }
    };
    return (
      <>
        <div class="field">
          <label for={id}>{texts.key}</label>
          <textarea id={id} class="access-key" readonly rows="3" value={key()} />
        </div>
        <p class="access-deeds">
          <button type="button" class="button is-primary" autofocus on:click={() => void copy()}>
            {texts.copy}
          </button>
          <TryAgain />
        </p>
      </>
    );
  }

  function TryAgain(): JSX.Element {
    return (
      <button type="button" class="button" on:click={client.reconnect}>
        {texts.tryAgain}
      </button>
    );
  }
}
