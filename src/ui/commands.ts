/**
 * What the board can be told to do: one table for the keyboard, the palette and the sheet of keys.
 * A line here is all that a new command needs.
 *
 * Invariant: of the commands that a key could mean, the first whose `isFor` holds is meant; so the
 * ones that need more (a story under the focus) stand before the ones that need less.
 */
import type { ItemId } from '../../worker/api.ts';
import type { BoardModel } from './boardModel.ts';
import { carryCommands, isCarrying } from './carryCommands.ts';
import { fileCommands } from './fileCommands.ts';
import { filterCommands } from './filterCommands.ts';
import { isKey, type KeyPress } from './keys.ts';
import { selectionCommands } from './selectionCommands.ts';
import { mayChange, onCard, storyCommands } from './storyCommands.ts';
import { type commandGroups, commandTitles as titles } from './texts/commands.ts';
import { viewTexts, viewTitles } from './texts/views.ts';
import { views } from './views.ts';

/** Where the user is when a command is given. */
export interface CommandContext {
  readonly model: BoardModel;
  /** Story under the focus; null: none. */
  readonly card: ItemId | null;
  /** What it is about: the selection, or else the story under the focus. */
  readonly targets: readonly ItemId[];
  /** Element of that story, or the button pressed; may be gone by the time the command has run. */
  readonly element: HTMLElement | null;
  /** The key that was pressed; null: chosen from the palette. */
  readonly key: string | null;
}

export interface BoardCommand {
  readonly id: string;
  readonly title: string;
  readonly group: keyof typeof commandGroups;
  /** Each of them means it, as `isKey` reads them. */
  readonly keys: readonly string[];
  /** `keys`: it needs its key, or the browser does it itself, so the palette leaves it out. */
  readonly place?: 'keys';
  isFor(context: CommandContext): boolean;
  /** False: there was nothing to do, and the browser may have the key. */
  run(context: CommandContext): unknown;
}

const always = (): boolean => true;
/** Stands in the sheet of keys, and the browser does it. */
const never = (): boolean => false;

export const boardCommands: readonly BoardCommand[] = [
  ...carryCommands,
  ...storyCommands,
  ...selectionCommands,
  ...filterCommands,
  ...fileCommands,
  {
    id: 'columns',
    title: titles.columns,
    group: 'go',
    keys: ['Tab'],
    place: 'keys',
    isFor: never,
    run: never,
  },
  {
    id: 'step',
    title: titles.step,
    group: 'go',
    keys: ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
    place: 'keys',
    isFor: onCard,
    run: step,
  },
  {
    id: 'ends',
    title: titles.ends,
    group: 'go',
    keys: ['Home', 'End'],
    place: 'keys',
    isFor: onCard,
    run: step,
  },
  {
    id: 'open',
    title: titles.open,
    group: 'story',
    keys: ['Enter'],
    place: 'keys',
    isFor: never,
    run: never,
  },
  {
    id: 'close-story',
    title: titles.closeStory,
    group: 'story',
    keys: ['Escape'],
    isFor: ({ model }) => model.story() !== null,
    run: ({ model, card }) => model.closeStory(card ?? undefined),
  },
  {
    id: 'add',
    title: titles.add,
    group: 'anywhere',
    keys: ['c'],
    isFor: mayChange,
    run: ({ model, card }) => {
      // Where one stands is where one means.
      const stage = card === null ? null : model.pipeline.store.fieldsOf(card)?.stage;
      model.open(stage ? { name: 'add', stage } : { name: 'add' });
    },
  },
  {
    id: 'palette',
    title: titles.palette,
    group: 'anywhere',
    keys: ['Mod+K'],
    place: 'keys',
    isFor: always,
    run: (context) => context.model.open({ name: 'palette', context }),
  },
  {
    id: 'undo',
    title: titles.undo,
    group: 'anywhere',
    keys: ['Mod+Z', 'u'],
    isFor: mayChange,
    run: ({ model }) => model.undoing.undo(),
  },
  {
    id: 'redo',
    title: titles.redo,
    group: 'anywhere',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    isFor: mayChange,
    run: ({ model }) => model.undoing.redo(),
  },
  {
    id: 'keys',
    title: titles.keys,
    group: 'anywhere',
    keys: ['?'],
    isFor: always,
    run: ({ model }) => model.open({ name: 'keys' }),
  },
  {
    id: 'access',
    title: titles.access,
    group: 'anywhere',
    keys: [],
    isFor: ({ model }) => model.pipeline.options.address !== null,
    run: ({ model }) => model.open({ name: 'access' }),
  },
  ...(['board', ...views.map(({ name }) => name)] as const).map(
    (view): BoardCommand => ({
      id: `view-${view}`,
      title: viewTexts.goTo(viewTitles[view]),
      group: 'view',
      keys: [],
      // An embedded board has no views.
      isFor: ({ model }) => model.place === 'page' && model.view() !== view,
      run: ({ model }) => model.show(view),
    }),
  ),
];

/** The command that a key means here; null: none. */
export function commandOf(press: KeyPress, context: CommandContext): BoardCommand | null {
  const isMeant = ({ group, keys, isFor }: BoardCommand): boolean =>
    // With something in the hand, no key does anything else.
    (group === 'carry' || !isCarrying(context)) &&
    keys.some((key) => isKey(press, key)) &&
    isFor(context);
  return boardCommands.find(isMeant) ?? null;
}

function step({ model, element, key }: CommandContext): boolean {
  return element !== null && key !== null && model.focus.step(element, key);
}
