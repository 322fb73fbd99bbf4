/** Commands while a story is held by key; no other key means anything then. */
import type { BoardCommand, CommandContext } from './commands.ts';
import { commandTitles as titles } from './texts/commands.ts';

export function isCarrying({ model }: CommandContext): boolean {
  return model.carrying.drag()?.by === 'keys';
}

export const carryCommands: readonly BoardCommand[] = [
  {
    id: 'carry-over',
    title: titles.carryOver,
    group: 'carry',
    keys: ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'ArrowUp', 'ArrowDown'],
    place: 'keys',
    isFor: isCarrying,
    run: carryOver,
  },
  {
    id: 'carry-drop',
    title: titles.carryDrop,
    group: 'carry',
    keys: ['Enter', 'Space'],
    place: 'keys',
    isFor: isCarrying,
    run: ({ model }) => model.carrying.drop('follow'),
  },
  {
    id: 'carry-cancel',
    title: titles.carryCancel,
    group: 'carry',
    keys: ['Escape'],
    place: 'keys',
    isFor: isCarrying,
    run: ({ model }) => {
      const id = model.carrying.drag()?.id;
      model.carrying.cancel();
      if (id !== undefined) model.focus.focusCard(id);
    },
  },
];

/** Up and down are answered too: that they do nothing has a reason. */
function carryOver({ model, element, key }: CommandContext): void {
  const columns = model.shown.stages().length;
  const isRtl = element !== null && getComputedStyle(element).direction === 'rtl';
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -columns, End: columns }[key ?? ''] ?? 0;
  model.carrying.shift(isRtl && key?.startsWith('Arrow') ? -steps : steps);
}
