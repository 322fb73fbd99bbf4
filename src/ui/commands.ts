/**
 * What the board can be told to do: one table for the keyboard, the palette and the sheet of keys.
 * A line here is all that a new command needs.
 *
 * Invariant: of the commands that a key could mean, the first whose `isFor` holds is meant; so the
 * ones that need more (a story under the focus) stand before the ones that need less.
 */
import type { ItemId } from '../../worker/api.ts';
import type { BoardModel } from './boardModel.ts';
import { isKey, type KeyPress } from './keys.ts';
import { type commandGroups, commandTitles as titles } from './texts/commands.ts';

/** Where the user is when a command is given. */
export interface CommandContext {
  readonly model: BoardModel;
  /** Story under the focus; null: none. */
  readonly card: ItemId | null;
  /** Its element, which may be gone by the time the command has run. */
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
const onCard = ({ card }: CommandContext): boolean => card !== null;
const mayChange = ({ model }: CommandContext): boolean => !model.readonly();
const onOwnCard = (context: CommandContext): boolean => onCard(context) && mayChange(context);

export const boardCommands: readonly BoardCommand[] = [
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
    id: 'move',
    title: titles.move,
    group: 'story',
    keys: ['m'],
    isFor: onOwnCard,
    run: ({ model, card, element }) => {
      if (card !== null && element !== null)
        model.open({ name: 'move', id: card, anchor: element });
    },
  },
  {
    id: 'block',
    title: titles.block,
    group: 'story',
    keys: ['b'],
    isFor: onOwnCard,
    run: ({ model, card }) => card !== null && model.actions.toggleBlocked(card),
  },
  {
    id: 'delete',
    title: titles.delete,
    group: 'story',
    keys: ['Delete', 'Backspace'],
    isFor: onOwnCard,
    run: ({ model, card }) => card !== null && model.actions.remove(card),
  },
  {
    id: 'add',
    title: titles.add,
    group: 'anywhere',
    keys: ['c'],
    isFor: mayChange,
    run: ({ model }) => model.open({ name: 'add' }),
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
];

/** The command that a key means here; null: none. */
export function commandOf(press: KeyPress, context: CommandContext): BoardCommand | null {
  return (
    boardCommands.find(
      ({ keys, isFor }) => keys.some((key) => isKey(press, key)) && isFor(context),
    ) ?? null
  );
}

function step({ model, element, key }: CommandContext): boolean {
  return element !== null && key !== null && model.focus.step(element, key);
}
