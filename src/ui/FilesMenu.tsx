import { For, type JSX, onMount } from 'solid-js';
import { type BoardModel, useBoard } from './boardModel.ts';
import { exportOps, exportStories } from './exporting.ts';
import { choiceByKey } from './menuKeys.ts';
import { placeMenu } from './placeMenu.ts';
import { filesTexts } from './texts/fileMenu.ts';

interface Choice {
  readonly title: string;
  readonly run: (model: BoardModel, place: HTMLElement) => unknown;
}

const EXPORTS: readonly Choice[] = [
  { title: filesTexts.exportOps, run: exportOps },
  { title: filesTexts.exportJson, run: (model, place) => exportStories(model, 'json', place) },
  { title: filesTexts.exportCsv, run: (model, place) => exportStories(model, 'csv', place) },
];

const IMPORT: Choice = {
  title: filesTexts.import,
  run: (model) => model.open({ name: 'import' }),
};

/** What can be saved as a file and read from one. */
export function FilesMenu(props: { readonly anchor: HTMLElement }): JSX.Element {
  const model = useBoard();
  let element!: HTMLDivElement;
  const choices = () => [...element.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  const close = (): void => {
    model.close();
    props.anchor.focus();
  };

  const onKey = (event: KeyboardEvent): void => {
    const target = choiceByKey(choices(), event.key);
    if (target !== undefined) target.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  onMount(() => {
    element.showPopover();
    placeMenu(element, props.anchor);
    choices()[0]?.focus({ preventScroll: true });
  });

  return (
    <div
      ref={element}
      popover="auto"
      class="menu"
      role="menu"
      aria-label={filesTexts.menu}
      on:keydown={onKey}
      on:toggle={(event) => {
        const shown = event instanceof ToggleEvent && event.newState === 'open';
        if (!shown && model.overlay().name === 'files') model.close();
      }}
    >
      <For each={model.readonly() ? EXPORTS : [...EXPORTS, IMPORT]}>
        {({ title, run }) => (
          <button
            type="button"
            class="menu-item"
            role="menuitem"
            tabindex={-1}
            on:click={() => {
              close();
              // Not in the button, which the click on the link would press again.
              void run(model, model.element() ?? element);
            }}
          >
            <span class="menu-item-title">{title}</span>
          </button>
        )}
      </For>
    </div>
  );
}
