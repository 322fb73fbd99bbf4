import {
  createResource,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  onMount,
  Show,
} from 'solid-js';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { saveBundle } from './bugBundles.ts';
import { InspectorTables } from './InspectorTables.tsx';
import { createInspecting } from './inspecting.ts';
import { ReplayedBundle } from './ReplayedBundle.tsx';
import css from './styles/inspector.css?inline';
import { bundle as bundleTexts } from './texts/bugBundle.ts';
import { type Space, inspector as texts } from './texts/inspector.ts';
import { durationText } from './texts/lag.ts';

/** What goes to and fro underneath the board, live; or a bug bundle, until it is left. */
export function InspectorView(): JSX.Element {
  const model = useBoard();
  adoptStyles(model.root(), css);
  const [file, setFile] = createSignal<File | null>(null);
  const [hasLeft, setHasLeft] = createSignal(false);
  const leave = (): void => {
    setHasLeft(true);
    setFile(null);
    model.messages.speak(bundleTexts.left);
  };
  return (
    <Show
      when={file()}
      keyed
      fallback={<LiveInspector onBundle={setFile} hasLeftBundle={hasLeft()} />}
    >
      {(chosen) => <ReplayedBundle file={chosen} onLeave={leave} />}
    </Show>
  );
}

function LiveInspector(props: {
  readonly onBundle: (file: File) => void;
  /** The focus goes back to where the bundle was opened. */
  readonly hasLeftBundle: boolean;
}): JSX.Element {
  const model = useBoard();
  const { client, store } = model.pipeline;
  const inspecting = createInspecting(client);
  const [space, { refetch }] = createResource(readSpace);
  const togglePause = (): void => {
    const paused = !inspecting.paused();
    inspecting.setPaused(paused);
    if (!paused) void refetch();
    model.messages.speak(paused ? texts.paused : texts.resumed);
  };

  return (
    <div class="inspector" data-inspector={inspecting.shown().now === null ? 'asking' : 'shown'}>
      <header class="inspector-head">
        <h2>{texts.title}</h2>
        <p>{texts.intro}</p>
      </header>
      <div class="inspector-controls">
        <button type="button" class="button is-small" on:click={togglePause}>
          {inspecting.paused() ? texts.resume : texts.pause}
        </button>
        <ConnectionControls />
        <BundleControls onBundle={props.onBundle} hasLeftBundle={props.hasLeftBundle} />
      </div>
      <Show when={inspecting.paused() || inspecting.failed()}>
        <p class="inspector-note" data-tone={inspecting.failed() ? 'problem' : 'news'}>
          {inspecting.failed() ? texts.noAnswer : texts.paused}
        </p>
      </Show>
      <Show
        when={inspecting.shown().now !== null}
        fallback={
          <Show when={!inspecting.failed()}>
            <p class="inspector-note">{texts.asking}</p>
          </Show>
        }
      >
        <InspectorTables
          inspected={inspecting.shown()}
          status={store.status()}
          space={space() ?? null}
          fieldsOf={store.fieldsOf}
          nameOf={model.settings.nameOf}
        />
      </Show>
    </div>
  );
}

function BundleControls(props: {
  readonly onBundle: (file: File) => void;
  readonly hasLeftBundle: boolean;
}): JSX.Element {
  const model = useBoard();
  let place!: HTMLSpanElement;
  let opener!: HTMLButtonElement;
  let input!: HTMLInputElement;
  onMount(() => {
    if (props.hasLeftBundle) opener.focus();
  });
  return (
    <span class="inspector-bundle" ref={place}>
      <button
        type="button"
        class="button is-small"
        title={bundleTexts.saveHint}
        disabled={model.pipeline.store.status() === null}
        on:click={() => void saveBundle(model, place)}
      >
        {bundleTexts.save}
      </button>
      <button ref={opener} type="button" class="button is-small" on:click={() => input.click()}>
        {bundleTexts.open}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label={bundleTexts.open}
        on:change={() => {
          const [file] = input.files ?? [];
          if (file !== undefined) props.onBundle(file);
        }}
      />
    </span>
  );
}

const LAGS_MS: readonly number[] = [0, 100, 500, 2000, 10_000];

function ConnectionControls(): JSX.Element {
  const { client, store } = useBoard().pipeline;
  const lagId = createUniqueId();
  const socket = () => store.status()?.socket.name ?? 'idle';
  const isOff = () => socket() === 'stopped' || socket() === 'refused';
  return (
    <Show when={socket() !== 'idle'}>
      <button
        type="button"
        class="button is-small"
        on:click={() => (isOff() ? client.reconnect() : client.disconnect())}
      >
        {isOff() ? texts.reconnect : texts.disconnect}
      </button>
      <span class="inspector-lag">
        <label for={lagId}>{texts.lag}</label>
        <select id={lagId} on:change={(event) => client.addLag(Number(event.currentTarget.value))}>
          <For each={LAGS_MS}>
            {(lagMs) => (
              <option value={lagMs} selected={lagMs === (store.status()?.addedLagMs ?? 0)}>
                {lagMs === 0 ? texts.noLag : durationText(lagMs)}
              </option>
            )}
          </For>
        </select>
      </span>
    </Show>
  );
}

/** null: the browser does not tell. */
async function readSpace(): Promise<Space | null> {
  // Absent on plain http.
  const storage: StorageManager | undefined = navigator.storage;
  const estimate = await storage?.estimate().catch(() => null);
  const { usage, quota } = estimate ?? {};
  return usage === undefined || quota === undefined
    ? null
    : { usedBytes: usage, quotaBytes: quota };
}
