/** Commands about the story under the focus, or those selected. */
import type { BoardCommand, CommandContext } from './commands.ts';
import { commandTitles as titles } from './texts/commands.ts';

export function onCard({ card }: CommandContext): boolean {
  return card !== null;
}

export function mayChange({ model }: CommandContext): boolean {
  return !model.readonly();
}

export function onOwnCard(context: CommandContext): boolean {
  return onCard(context) && mayChange(context);
}

export function hasTargets(context: CommandContext): boolean {
  return context.targets.length > 0 && mayChange(context);
}

export const storyCommands: readonly BoardCommand[] = [
  {
    id: 'carry',
    title: titles.carry,
    group: 'story',
    keys: ['Space'],
    place: 'keys',
    isFor: onOwnCard,
    run: ({ model, card }) => {
      const { selection, carrying } = model;
      if (card !== null)
        carrying.pickUp(card, selection.has(card) ? selection.ids() : [card], 'keys');
    },
  },
  {
    id: 'edit',
    title: titles.edit,
    group: 'story',
    keys: ['e', 'F2'],
    isFor: onOwnCard,
    run: ({ model, card }) => card !== null && model.inline.start(card, 'name'),
  },
  {
    id: 'agent',
    title: titles.agent,
    group: 'story',
    keys: ['a'],
    isFor: onOwnCard,
    run: ({ model, card }) => card !== null && model.inline.start(card, 'agent'),
  },
  {
    id: 'move',
    title: titles.move,
    group: 'story',
    keys: ['m'],
    isFor: hasTargets,
    run: ({ model, card, targets, element }) => {
      const [first] = targets;
      if (first === undefined || element === null) return;
      const id = card !== null && targets.includes(card) ? card : first;
      model.open({ name: 'move', id, ids: targets, anchor: element });
    },
  },
  {
    id: 'toggle-block',
    title: titles.toggleBlock,
    group: 'story',
    keys: ['b'],
    isFor: hasTargets,
    run: toggleBlock,
  },
  {
    id: 'claim',
    title: titles.claim,
    group: 'story',
    keys: [],
    isFor: hasTargets,
    run: ({ model, targets }) => model.bulk.claim(targets),
  },
  {
    id: 'release',
    title: titles.release,
    group: 'story',
    keys: [],
    isFor: hasTargets,
    run: ({ model, targets }) => model.bulk.release(targets),
  },
  {
    id: 'delete',
    title: titles.delete,
    group: 'story',
    keys: ['Delete', 'Backspace'],
    isFor: hasTargets,
    run: ({ model, targets }) => {
      const [only] = targets;
      if (targets.length > 1) return model.bulk.remove(targets);
      return only !== undefined && model.actions.remove(only);
    },
  },
];

function toggleBlock({ model, targets }: CommandContext): unknown {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return model.actions.toggleBlocked(only);
  const { store } = model.pipeline;
  const isAnyFree = targets.some((id) => store.fieldsOf(id)?.blocked !== true);
  return model.bulk.setBlocked(targets, isAnyFree);
}
