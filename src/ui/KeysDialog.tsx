import { createSignal, For, type JSX, Show } from 'solid-js';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { type BoardCommand, boardCommands } from './commands.ts';
import { isMac, keyCaps } from './keys.ts';
import { Sheet } from './Sheet.tsx';
import css from './styles/palette.css?inline';
import { commandGroups, keysSheet } from './texts/commands.ts';
import { dialog } from './texts/dialog.ts';
import { board } from './texts.ts';

/** Every command that has a key, by where it means something; drawn from the table of commands. */
export function KeysDialog(): JSX.Element {
  const model = useBoard();
  const [wanted, setWanted] = createSignal('');
  const close = () => model.close();
  const mac = isMac();
  adoptStyles(model.root(), css);
  const groups = () =>
    (Object.keys(commandGroups) as BoardCommand['group'][])
      .map((name) => ({ name, found: findKeys(name, wanted(), mac) }))
      .filter(({ found }) => found.length > 0);
  return (
    <Sheet label={board.help} class="keys" onLeave={close}>
      <header class="sheet-head">
        <h2>{board.help}</h2>
        <button type="button" class="button is-quiet" on:click={close}>
          {dialog.close}
        </button>
      </header>
      <div class="field keys-search">
        <input
          type="search"
          aria-label={keysSheet.search}
          placeholder={keysSheet.search}
          autocomplete="off"
          value={wanted()}
          on:input={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      <For each={groups()} fallback={<p class="keys-nothing">{keysSheet.nothing}</p>}>
        {({ name, found }) => (
          <section class="keys-group">
            <h3>{commandGroups[name]}</h3>
            <dl class="keys-list">
              <For each={found}>
                {({ title, keys }) => (
                  <div>
                    <dt>{title}</dt>
                    <dd>
                      <For each={keys}>
                        {(key, index) => (
                          <>
                            <Show when={index() > 0}> / </Show>
                            <span class="keys-press">
                              <For each={keyCaps(key, mac)}>
                                {(cap) => <kbd class="key">{cap}</kbd>}
                              </For>
                            </span>
                          </>
                        )}
                      </For>
                    </dd>
                  </div>
                )}
              </For>
            </dl>
          </section>
        )}
      </For>
    </Sheet>
  );
}

/** Commands of a group that have a key, and whose title or keys hold all the words. */
function findKeys(
  group: BoardCommand['group'],
  text: string,
  mac: boolean,
): readonly BoardCommand[] {
  const words = text.toLowerCase().split(/\s+/);
  return boardCommands.filter((command) => {
    if (command.group !== group || command.keys.length === 0) return false;
    const caps = command.keys.flatMap((key) => keyCaps(key, mac));
    const haystack = [command.title, ...caps].join(' ').toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}
