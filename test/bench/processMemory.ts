/**
 * What a whole process takes for each item of nine fields and 3.6 ops, when it has loaded them from
 * its snapshot: its resident set, less what it was before. As of the systems in `sideBySide`.
 */

import { CHANGES_PER_ITEM } from './boardWork.ts';
import { type Figure, figure } from './figure.ts';
import { measureApart, OUR_SNAPSHOT } from './sideBySide/measureApart.ts';

const ITEMS = 10_000;

export async function* measureProcessMemory(): AsyncGenerator<Figure> {
  const { residentBytes } = await measureApart(OUR_SNAPSHOT, ITEMS * CHANGES_PER_ITEM);
  yield figure('process-memory.item', 'B', residentBytes / ITEMS);
}
