import { createUniqueId, type JSX, Show } from 'solid-js';

export function SettingsSection(props: {
  readonly title: string;
  readonly hint?: string;
  readonly children: JSX.Element;
}): JSX.Element {
  const titleId = createUniqueId();
  return (
    <section class="settings-section" aria-labelledby={titleId}>
      <h3 id={titleId}>{props.title}</h3>
      <div class="settings-body">
        <Show when={props.hint}>
          <p class="settings-hint">{props.hint}</p>
        </Show>
        {props.children}
      </div>
    </section>
  );
}
