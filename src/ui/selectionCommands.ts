/** Commands that choose stories, and those that only many take. */
import { stageOf } from '../story.ts';
import type { BoardCommand, CommandContext } from './commands.ts';
import { onOwnCard } from './storyCommands.ts';
import { commandTitles as titles } from './texts/commands.ts';
import { selectionTexts } from './texts/moves.ts';

function hasSelection({ model }: CommandContext): boolean {
  return model.selection.size() > 0;
}

export const selectionCommands: readonly BoardCommand[] = [
  {
    id: 'block',
    title: titles.block,
    group: 'selection',
    keys: [],
    isFor: hasSelection,
    run: ({ model, targets }) => model.bulk.setBlocked(targets, true),
  },
  {
    id: 'unblock',
    title: titles.unblock,
    group: 'selection',
    keys: [],
    isFor: hasSelection,
    run: ({ model, targets }) => model.bulk.setBlocked(targets, false),
  },
  {
    id: 'select',
    title: titles.select,
    group: 'selection',
    keys: ['x'],
    isFor: onOwnCard,
    run: ({ model, card }) => {
      const fields = card === null ? undefined : model.pipeline.store.fieldsOf(card);
      if (card === null || fields === undefined) return;
      model.selection.toggle(card);
      const say = model.selection.has(card) ? selectionTexts.added : selectionTexts.removed;
      model.messages.speak(say(fields, model.selection.size()));
    },
  },
  {
    id: 'extend',
    title: titles.extend,
    group: 'selection',
    keys: ['Shift+ArrowUp', 'Shift+ArrowDown'],
    place: 'keys',
    isFor: onOwnCard,
    run: extend,
  },
  {
    id: 'select-column',
    title: titles.selectColumn,
    group: 'selection',
    keys: ['Mod+A'],
    isFor: onOwnCard,
    run: ({ model, card }) => {
      const { store } = model.pipeline;
      const fields = card === null ? undefined : store.fieldsOf(card);
      if (fields === undefined) return;
      model.selection.selectAll(model.shownIn(stageOf(fields)));
      model.messages.speak(`${selectionTexts.selected(model.selection.size())}.`);
    },
  },
  {
    id: 'clear',
    title: titles.clear,
    group: 'selection',
    keys: ['Escape'],
    isFor: hasSelection,
    run: ({ model, element }) => {
      const [first] = model.selection.ids();
      model.selection.clear();
      model.messages.speak(selectionTexts.cleared);
      // From the bar, which goes.
      if (first !== undefined && element?.closest('.selection')) model.focus.focusCard(first);
    },
  },
];

function extend({ model, card, element, key }: CommandContext): false | undefined {
  const { selection, focus, messages } = model;
  if (card === null || element === null || key === null) return false;
  focus.step(element, key);
  const there = focus.active()?.closest<HTMLElement>('[data-item-id]')?.dataset['itemId'] ?? card;
  selection.extend(card, there);
  messages.speak(`${selectionTexts.selected(selection.size())}.`);
  return undefined;
}
