/** What is said of files: stories and ops that are saved and read. */
import type { ImportFate } from '../../../worker/api.ts';
import type { FileRefusal, RowRefusal } from '../../transfer/storyRows.ts';
import { count, fieldLabels } from '../texts.ts';

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

const stories = (number: number): string => count(number, 'story', 'stories');
const ops = (number: number): string => count(number, 'op', 'ops');

export const importTexts = {
  title: 'Import',
  close: 'Close',
  choose: 'Choose a file',
  drop: 'Choose a file, or drop one here.',
  formats:
    'Stories as CSV or JSON, or ops: an export of this board, a dump of a node or a bug bundle. At most 32 MB of stories or 64 MB of ops.',
  reading: 'Reading the file',
  checking: 'Checking signatures',
  working: 'Importing',
  progress: (done: number, of: number) => `${numbers.format(done)} of ${numbers.format(of)}`,
  cancel: 'Cancel',
  other: 'Another file',
  known: 'Stories that are on the board already',
  skip: 'Leave them as they are',
  update: 'Take the file’s values',
  ignored: (names: readonly string[]) =>
    `Columns that are no field of a story and are left out: ${names.join(', ')}.`,
  sample: 'The first of them',
  refused: 'Refused',
  moreRefused: (number: number) => `and ${count(number, 'other', 'others')}, all in the report`,
  nothing: 'There is nothing in it to import.',
  importStories: (number: number) => `Import ${stories(number)}`,
  importOps: (number: number) => `Import ${ops(number)}`,
  done: 'Imported',
  saveReport: 'Save report',
  previewed: 'The file was read. Nothing is imported yet.',
  heldNote:
    'Ops keep their signatures and the order their makers gave them. One that needs an op which is not here waits for it.',
  notRunning: 'The replica is not running.',
  tooLarge: (size: number, most: number) =>
    `The file has ${megabytes(size)}; at most ${megabytes(most)} are read.`,
} as const;

function megabytes(size: number): string {
  return `${numbers.format(size / 1024 / 1024)} MB`;
}

/** Facts of a preview or a report, a line each; none that is 0. */
export const countTexts = {
  newStories: (number: number) => `${stories(number)} new`,
  differing: (number: number) => `${stories(number)} on the board already, and different there`,
  same: (number: number) => `${stories(number)} on the board just so`,
  refusedRows: (number: number) => `${count(number, 'row', 'rows')} refused`,
  newOps: (number: number) => `${ops(number)} new`,
  knownOps: (number: number) => `${ops(number)} here already`,
  refusedOps: (number: number) => `${ops(number)} refused`,
  added: (number: number) => `${stories(number)} added`,
  updated: (number: number) => `${stories(number)} changed`,
  skipped: (number: number) => `${count(number, 'story', 'stories')} not changed`,
  stored: (number: number) => `${ops(number)} taken in and stored`,
  held: (number: number) => `${ops(number)} stored, waiting for ops that are not here`,
  unstored: (number: number) => `${ops(number)} taken in, and gone with this tab: no room on disk`,
  left: (number: number) => `${count(number, 'was', 'were')} not begun: cancelled`,
} as const;

export const fileRefusals: { readonly [Why in FileRefusal]: (what: string) => string } = {
  'too-large': (what) => what,
  unreadable: () => 'The file could not be read.',
  'not-a-file-of-ours': () => 'The file holds neither stories nor ops that this page knows.',
  newer: (what) => `The file has version ${what} of the format; this page reads version 1.`,
  damaged: (what) => `The file is damaged: “${what}”.`,
  'no-columns': () =>
    'The file holds neither ops nor stories: the first line of a CSV file names its columns, and “story_id” or “name” is one of them.',
  'column-twice': (what) => `Two columns are named “${what}”.`,
  quotes: (what) => `A quotation mark is open or misplaced in line ${what}.`,
  'too-many': (what) => `The file has ${what} stories; at most 50,000 are read.`,
};

export const rowRefusals: { readonly [Why in RowRefusal]: (what: string) => string } = {
  'not-a-story': () => 'not a story',
  'unknown-field': (what) => `a story has no field “${what}”`,
  'wrong-type': (what) => `not a value for ${labelOf(what)}`,
  cells: (what) => `${what} cells, which is not what the first line has`,
  'ill-formed': (what) => `${labelOf(what)} is no well-formed text`,
  'too-long': (what) => `${labelOf(what)} is too long`,
  empty: () => 'neither a name nor a story id',
  twice: (what) => `${what} is in the file before`,
  ambiguous: (what) => `${what} is on the board more than once`,
};

function labelOf(name: string): string {
  return name in fieldLabels ? fieldLabels[name as keyof typeof fieldLabels] : name;
}

type RefusedFate = Extract<ImportFate, { name: 'refused' }>;

const opRefusals: { readonly [Reason in RefusedFate['reason']]: string } = {
  'too-large': 'larger than an op may be',
  unparsable: 'no op',
  'seq-too-large': 'its place in the order is beyond the last',
  'too-many-dependencies': 'it names too many other ops',
  'small-order-key': 'its key is one that anybody could sign for',
  'bad-shape': 'not shaped like an op',
  'missing-fields': 'fields are missing',
  'wrong-id': 'its id does not belong to its content',
  'wrong-signature': 'its signature does not hold',
};

export function opRefusalText({ reason }: RefusedFate): string {
  return opRefusals[reason];
}

export const NO_OP_TEXT = 'neither an op nor a frame';

/** `Line 7: no op` */
export function placeText(kind: 'line' | 'story', place: number, why: string): string {
  return `${kind === 'line' ? 'Line' : 'Story'} ${place}: ${why}`;
}
