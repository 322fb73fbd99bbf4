import { type JSX, Show } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { said } from './texts.ts';

/** The message of the moment, with its way back; and what is spoken but not shown. */
export function MessageBar(): JSX.Element {
  const { messages } = useBoard();
  return (
    <>
      <div class="spoken" aria-live="polite" data-announcer>
        {messages.spoken()}
      </div>
      <Show when={messages.work()}>
        {(work) => (
          <div class="messages">
            <div class="message">
              <p>{work().text}</p>
              <progress aria-label={work().text} value={work().done} max={work().of} />
            </div>
          </div>
        )}
      </Show>
      <div
        class="messages"
        role="status"
        aria-label={said.messages}
        on:pointerenter={messages.hold}
        on:pointerleave={messages.letGo}
        on:focusin={messages.hold}
        on:focusout={messages.letGo}
      >
        <Show when={messages.shown()}>
          {(message) => (
            <div class="message" data-tone={message().tone}>
              <p>{message().text}</p>
              <Show when={message().undo}>
                <button type="button" class="button is-small is-primary" on:click={messages.undo}>
                  {said.undo}
                </button>
              </Show>
              <button type="button" class="button is-small is-quiet" on:click={messages.dismiss}>
                {said.dismiss}
              </button>
            </div>
          )}
        </Show>
      </div>
    </>
  );
}
