/** Lays groups out beside the page, which a large one would hold up. Started by `layouts.ts`. */
import { type GroupLayout, type GroupShape, layOutGroup } from './groupLayout.ts';

addEventListener('message', ({ data }: MessageEvent<readonly GroupShape[]>) => {
  const layouts: readonly GroupLayout[] = data.map(layOutGroup);
  postMessage(layouts);
});
