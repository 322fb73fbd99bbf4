import {
  createEffect,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  on,
  onCleanup,
  Show,
  untrack,
} from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { type BoardModel, useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { boardCommands, type CommandContext } from './commands.ts';
import { inSlices } from './inSlices.ts';
import { isMac, keyCaps } from './keys.ts';
import { search } from './paletteSearch.ts';
import { Sheet } from './Sheet.tsx';
import css from './styles/palette.css?inline';
import { commandGroups, paletteTexts } from './texts/commands.ts';
import { selectionTexts } from './texts/moves.ts';
import { stageTitle, storyName, storyNumber } from './texts.ts';

/** A line of the palette. */
interface Choice {
  readonly title: string;
  readonly group: string;
  readonly detail: string;
  readonly keys: readonly string[];
  readonly run: () => void;
}

const STORIES_MOST = 30;
const PAGE = 8;

/**
 * Commands, stories and views by a few letters of their names: a combobox with a list (WAI-ARIA
 * Authoring Practices, "Editable combobox with list autocomplete"); the focus stays in the field.
 */
export function Palette(props: { readonly context: CommandContext }): JSX.Element {
  const model = useBoard();
  adoptStyles(model.root(), css);
  const { store } = model.pipeline;
  const id = createUniqueId();
  const [text, setText] = createSignal('');
  const [choices, setChoices] = createSignal<readonly Choice[]>([]);
  const [active, setActive] = createSignal(0);
  const [searched, setSearched] = createSignal('');
  /** Enter was pressed for what is typed before its search was done. */
  let isHurried = false;
  const optionId = (index: number) => `${id}-${index}`;
  let list!: HTMLDivElement;
  const mac = isMac();

  const commands = commandChoices(props.context);
  /** As they are when the palette opens: to follow them would be to read every story. */
  const stories = untrack(() => store.order());
  const texts = new Map<ItemId, string>();
  const textOf = (story: ItemId): string => {
    const known = texts.get(story);
    if (known !== undefined) return known;
    const fields = store.fieldsOf(story);
    const made =
      fields === undefined ? '' : `${storyNumber(fields)} ${storyName(fields)}`.toLowerCase();
    texts.set(story, made);
    return made;
  };
  const storyChoice = (story: ItemId): Choice => {
    const fields = store.fieldsOf(story);
    return {
      title: fields === undefined ? '' : `${storyNumber(fields)} ${storyName(fields)}`,
      group: paletteTexts.stories,
      detail: fields === undefined ? '' : stageTitle(fields.stage ?? ''),
      keys: [],
      run: () => model.open({ name: 'story', id: story }),
    };
  };

  const find = async (query: string): Promise<void> => {
    const isWanted = () => text() === query;
    const steps = (function* () {
      const fit = yield* search(
        commands,
        ({ title }) => title.toLowerCase(),
        query,
        commands.length,
      );
      const found = query === '' ? [] : yield* search(stories, textOf, query, STORIES_MOST);
      return { fit, found };
    })();
    const result = await inSlices(steps, isWanted);
    if (result === null) return;
    const { fit, found } = result;
    const lines = [
      ...fit.map(({ entry, score }) => ({ choice: entry, score })),
      ...found.map(({ entry, score }) => ({ choice: storyChoice(entry), score })),
    ];
    setChoices(query === '' ? commands : inGroups(lines));
    setSearched(query);
    setActive(0);
    if (isHurried) choose(choices()[0]);
    isHurried = false;
  };
  createEffect(on(text, (query) => void find(query)));
  onCleanup(() => {
    isHurried = false;
  });
  createEffect(() => {
    choices();
    list.querySelectorAll('[role="option"]')[active()]?.scrollIntoView({ block: 'nearest' });
  });

  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    model.close();
    choice.run();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const last = choices().length - 1;
    const next = {
      ArrowDown: active() === last ? 0 : active() + 1,
      ArrowUp: active() === 0 ? last : active() - 1,
      PageDown: Math.min(last, active() + PAGE),
      PageUp: Math.max(0, active() - PAGE),
    }[event.key];
    if (next !== undefined) setActive(Math.max(0, next));
    else if (event.key !== 'Enter') return;
    else if (searched() === text()) choose(choices()[active()]);
    else isHurried = true;
    event.preventDefault();
  };

  return (
    <Sheet label={paletteTexts.label} class="palette" onLeave={() => model.close()}>
      <input
        class="palette-field"
        type="text"
        role="combobox"
        autofocus
        autocomplete="off"
        spellcheck={false}
        aria-label={paletteTexts.field}
        aria-autocomplete="list"
        aria-expanded={choices().length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={choices().length > 0 ? optionId(active()) : undefined}
        placeholder={paletteTexts.field}
        value={text()}
        on:input={(event) => {
          isHurried = false;
          setText(event.currentTarget.value);
        }}
        on:keydown={onKey}
      />
      <Show when={aboutText(props.context)}>
        {(about) => <p class="palette-about">{about()}</p>}
      </Show>
      <div
        ref={list}
        id={`${id}-list`}
        class="palette-list"
        role="listbox"
        aria-label={paletteTexts.label}
        data-searched={searched()}
      >
        <For each={choices()}>
          {(choice, index) => (
            <>
              <Show when={choice.group !== choices()[index() - 1]?.group}>
                <p class="palette-group" role="presentation">
                  {choice.group}
                </p>
              </Show>
              {/* The field keeps the focus, and hears the keys. */}
              <button
                type="button"
                id={optionId(index())}
                class="palette-option"
                role="option"
                tabindex={-1}
                aria-selected={index() === active()}
                on:pointermove={() => setActive(index())}
                on:click={() => choose(choice)}
              >
                <span class="palette-title">{choice.title}</span>
                <span class="palette-detail">{choice.detail}</span>
                <For each={choice.keys.slice(0, 1)}>
                  {(keys) => (
                    <span class="keys-press" aria-hidden="true">
                      <For each={keyCaps(keys, mac)}>{(cap) => <kbd class="key">{cap}</kbd>}</For>
                    </span>
                  )}
                </For>
              </button>
            </>
          )}
        </For>
      </div>
      <p class="palette-nothing" role="status">
        {choices().length === 0 && searched() !== '' ? paletteTexts.nothing : ''}
      </p>
    </Sheet>
  );
}

/** What can be done here: the commands of the table, and a move to each stage. */
function commandChoices(context: CommandContext): readonly Choice[] {
  const { model, targets } = context;
  const moves =
    targets.length === 0 || model.readonly()
      ? []
      : model.pipeline.store.stages().map(
          (stage): Choice => ({
            title: paletteTexts.moveTo(stageTitle(stage)),
            group: commandGroups.story,
            detail: '',
            keys: [],
            run: () => void moveTo(model, context, stage),
          }),
        );
  const choices = boardCommands
    .filter((command) => command.place !== 'keys' && command.isFor(context))
    .map(
      (command): Choice => ({
        title: command.title,
        group: commandGroups[command.group],
        detail: '',
        keys: command.keys,
        run: () => void command.run(context),
      }),
    );
  const groups: readonly string[] = Object.values(commandGroups);
  // What one is on comes first, then what can be done anywhere.
  const order = [commandGroups.story, commandGroups.selection, ...groups];
  return [...choices, ...moves].sort(
    (left, right) => order.indexOf(left.group) - order.indexOf(right.group),
  );
}

function moveTo(model: BoardModel, { card, targets }: CommandContext, stage: string) {
  const lead = card !== null && targets.includes(card) ? card : targets[0];
  if (lead === undefined) return;
  return targets.length > 1
    ? model.bulk.move(targets, stage, lead)
    : model.actions.move(lead, stage, 'follow');
}

/** Groups by their best line, lines by how well they fit. */
function inGroups(lines: readonly { choice: Choice; score: number }[]): readonly Choice[] {
  const sorted = [...lines].sort((left, right) => right.score - left.score);
  const groups = new Map<string, Choice[]>();
  for (const { choice } of sorted) {
    const group = groups.get(choice.group);
    if (group === undefined) groups.set(choice.group, [choice]);
    else group.push(choice);
  }
  return [...groups.values()].flat();
}

/** What commands on stories will be about. */
function aboutText({ model, targets }: CommandContext): string | null {
  const [only] = targets;
  if (only === undefined) return null;
  if (targets.length > 1) return `${selectionTexts.selected(targets.length)}`;
  const fields = model.pipeline.store.fieldsOf(only);
  return fields === undefined ? null : `${storyNumber(fields)} ${storyName(fields)}`;
}
