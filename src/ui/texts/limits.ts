/** What the settings put on the board: limits of stages, and collapsed columns. */
import { numbers } from '../texts.ts';

export const limitTexts = {
  most: (limit: number) => `max ${numbers.format(limit)}`,
  over: (over: number) => `${numbers.format(over)} over`,
  overLong: (over: number, limit: number) =>
    `${numbers.format(over)} over the limit of ${numbers.format(limit)}`,
  hint: (limit: number) =>
    `This stage should hold at most ${numbers.format(limit)} stories. Nothing stops more.`,
  fold: (title: string) => `Stories of ${title}`,
  foldCommand: 'Collapse the column of this story',
  collapse: 'Collapse this column',
  expand: 'Expand this column',
  collapsed: 'Collapsed',
} as const;
