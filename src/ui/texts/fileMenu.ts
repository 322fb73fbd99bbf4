/** What the board's header and its commands say of files; the rest is loaded with the import. */
import { count } from '../texts.ts';

export const filesTexts = {
  button: 'Files',
  hint: 'Save the stories or the ops as a file, or read some from one',
  menu: 'Files',
  exportOps: 'Export op log',
  exportJson: 'Export stories as JSON',
  exportCsv: 'Export stories as CSV',
  import: 'Import…',
  exported: (number: number) => `${count(number, 'story', 'stories')} exported.`,
} as const;
