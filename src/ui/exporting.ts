/** Stories as files. Loaded when one is asked for. */
import { writeStoryJson } from '../transfer/storyJson.ts';
import type { BoardModel } from './boardModel.ts';
import { download } from './download.ts';
import { filesTexts } from './texts/fileMenu.ts';

/** `place`: where the link may stand for a moment. */
export async function exportStories(
  model: BoardModel,
  format: 'json' | 'csv',
  place: HTMLElement,
): Promise<void> {
  const { store, options } = model.pipeline;
  const items = store.order().flatMap((id) => {
    const fields = store.fieldsOf(id);
    return fields === undefined ? [] : [{ id, fields }];
  });
  const name = `huskies-${options.pipeline}.${format}`;
  if (format === 'json') {
    download(place, name, writeStoryJson(options.pipeline, items), 'application/json');
  } else {
    const { writeStoryCsv } = await import('../transfer/storyCsv.ts');
    download(place, name, writeStoryCsv(items), 'text/csv');
  }
  model.messages.speak(filesTexts.exported(items.length));
}

export async function exportOps(model: BoardModel, place: HTMLElement): Promise<void> {
  await model.actions.exportOps((text) =>
    download(place, `huskies-${model.pipeline.options.pipeline}.jsonl`, text),
  );
}
