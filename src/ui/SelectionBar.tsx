import { For, type JSX } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { boardCommands } from './commands.ts';
import { selectionTexts as texts } from './texts/moves.ts';

/** What the bar offers, in this order; each is a command of the table. */
const OFFERED: readonly (readonly [id: string, text: string])[] = [
  ['move', texts.move],
  ['block', texts.block],
  ['unblock', texts.unblock],
  ['claim', texts.claim],
  ['release', texts.release],
  ['delete', texts.delete],
  ['clear', texts.clear],
];

/** How many stories are selected, and what can be done to all of them. */
export function SelectionBar(): JSX.Element {
  const model = useBoard();
  const run = (id: string, element: HTMLElement): void => {
    const targets = model.selection.ids();
    const command = boardCommands.find((candidate) => candidate.id === id);
    command?.run({ model, card: targets[0] ?? null, targets, element, key: null });
  };
  return (
    <section class="selection" aria-label={texts.label}>
      <p class="selection-count">{texts.selected(model.selection.size())}</p>
      <div class="selection-buttons">
        <For each={OFFERED.filter(([id]) => boardCommands.some((command) => command.id === id))}>
          {([id, text]) => (
            <button
              type="button"
              class="button is-small"
              classList={{
                'is-danger': id === 'delete',
                'is-quiet': id === 'clear',
              }}
              data-command={id}
              on:click={(event) => run(id, event.currentTarget)}
            >
              {text}
            </button>
          )}
        </For>
      </div>
    </section>
  );
}
