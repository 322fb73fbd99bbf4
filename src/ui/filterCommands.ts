/** Commands about what of the stories is shown. */
import type { BoardCommand } from './commands.ts';
import { focusFilter } from './FilterBar.tsx';
import { onCard } from './storyCommands.ts';
import { filterTexts } from './texts/filter.ts';
import { limitTexts } from './texts/limits.ts';
import { isFiltered } from './views.ts';

export const filterCommands: readonly BoardCommand[] = [
  {
    id: 'filter',
    title: filterTexts.command,
    group: 'anywhere',
    keys: ['/'],
    isFor: ({ model }) => isFiltered(model.view()) && model.pipeline.store.phase() === 'ready',
    run: ({ model }) => focusFilter(model),
  },
  {
    id: 'fold',
    title: limitTexts.foldCommand,
    group: 'go',
    keys: ['f'],
    isFor: onCard,
    run: ({ model, element }) => {
      const column = element?.closest<HTMLElement>('.column');
      const stage = column?.dataset['stage'];
      if (stage === undefined) return false;
      model.settings.toggleStage(stage);
      column?.querySelector<HTMLElement>('.column-fold')?.focus();
      return undefined;
    },
  },
  {
    id: 'filter-mine',
    title: filterTexts.mineCommand,
    group: 'view',
    keys: [],
    isFor: ({ model }) => isFiltered(model.view()),
    run: ({ model }) => model.filter.toggle('is', 'mine'),
  },
  {
    id: 'filter-blocked',
    title: filterTexts.blockedCommand,
    group: 'view',
    keys: [],
    isFor: ({ model }) => isFiltered(model.view()),
    run: ({ model }) => model.filter.toggle('is', 'blocked'),
  },
  {
    id: 'filter-clear',
    title: filterTexts.clearLabel,
    group: 'anywhere',
    keys: [],
    isFor: ({ model }) => model.filter.text() !== '',
    run: ({ model }) => model.filter.setText(''),
  },
];
