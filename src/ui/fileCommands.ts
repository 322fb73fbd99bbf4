/** Commands that save the board as files or read them. Their code comes when it is asked for. */
import type { BoardCommand, CommandContext } from './commands.ts';
import { mayChange } from './storyCommands.ts';
import { paletteTexts } from './texts/commands.ts';
import { filesTexts } from './texts/fileMenu.ts';

type Exporting = typeof import('./exporting.ts');

function exporting(
  id: string,
  title: string,
  run: (code: Exporting, context: CommandContext, place: HTMLElement) => unknown,
): BoardCommand {
  return {
    id,
    title,
    group: 'anywhere',
    keys: [],
    isFor: ({ model }) => model.pipeline.store.phase() === 'ready',
    run: (context) => {
      const { model } = context;
      const place = model.element();
      if (place === undefined) return;
      void import('./exporting.ts').then(
        (code) => run(code, context, place),
        () => model.messages.show({ tone: 'problem', text: paletteTexts.notLoaded }),
      );
    },
  };
}

export const fileCommands: readonly BoardCommand[] = [
  exporting('export-ops', filesTexts.exportOps, (code, { model }, place) =>
    code.exportOps(model, place),
  ),
  exporting('export-json', filesTexts.exportJson, (code, { model }, place) =>
    code.exportStories(model, 'json', place),
  ),
  exporting('export-csv', filesTexts.exportCsv, (code, { model }, place) =>
    code.exportStories(model, 'csv', place),
  ),
  {
    id: 'import',
    title: filesTexts.import,
    group: 'anywhere',
    keys: [],
    isFor: mayChange,
    run: ({ model }) => model.open({ name: 'import' }),
  },
];
