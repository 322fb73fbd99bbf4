/** Stories as a file holds them, whatever its format. Pure. */
import type { FieldName, ItemFields, NewFields } from '../../worker/api.ts';

/** Fields in the order in which files have them. */
export const FILE_FIELDS = [
  'story_id',
  'name',
  'stage',
  'agent',
  'depends_on',
  'blocked',
  'retry_count',
  'claimed_by',
  'claimed_at',
] as const satisfies readonly FieldName[];

export interface StoryRow {
  /** Line of a CSV file, or which story of a JSON file; from 1. */
  readonly place: number;
  readonly fields: Partial<NewFields>;
}

export interface RefusedRow {
  readonly place: number;
  readonly why: RowRefusal;
  /** Field or value it is about, as the file has it. */
  readonly what: string;
}

export type RowRefusal =
  | 'not-a-story'
  | 'unknown-field'
  | 'wrong-type'
  | 'cells'
  | 'ill-formed'
  | 'too-long'
  | 'empty'
  /** The same story id as another row. */
  | 'twice'
  /** More than one story of the board has this id. */
  | 'ambiguous';

export type ReadStories =
  | {
      readonly type: 'read';
      readonly rows: readonly StoryRow[];
      readonly refused: readonly RefusedRow[];
      /** Columns that are no field. */
      readonly ignored: readonly string[];
    }
  | { readonly type: 'rejected'; readonly why: FileRefusal; readonly what: string };

export type FileRefusal =
  | 'too-large'
  | 'unreadable'
  | 'not-a-file-of-ours'
  | 'newer'
  | 'damaged'
  | 'no-columns'
  | 'column-twice'
  | 'quotes'
  | 'too-many';

/** What a row is read as: a story, or why it is none. */
export type ReadRow =
  | { readonly fields: Partial<NewFields> }
  | { readonly why: RowRefusal; readonly what: string };

/** Longer files are not read at all. */
export const STORY_FILE_BYTES_MAX = 32 * 1024 * 1024;
export const STORIES_MAX = 50_000;

/** An op has at most 64 KiB, and most characters of a text may take six bytes there. */
const TEXT_MAX = 8 * 1024;

const TYPES = {
  blocked: 'boolean',
  retry_count: 'number',
  claimed_at: 'number',
} as const;

/** Why this value cannot be of this field; undefined: it can. */
export function valueRefusal(field: FieldName, value: unknown): RowRefusal | undefined {
  const wanted = field in TYPES ? TYPES[field as keyof typeof TYPES] : 'string';
  if (typeof value !== wanted) return 'wrong-type';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'wrong-type';
  if (typeof value !== 'string') return undefined;
  if (!value.isWellFormed()) return 'ill-formed';
  return value.length > TEXT_MAX ? 'too-long' : undefined;
}

/** Nobody could find or recognise such a story. */
export function isNameless(fields: Partial<NewFields>): boolean {
  return (fields.story_id ?? '') === '' && (fields.name ?? '').trim() === '';
}

/** `rows`: with their places in the file. */
export function sortRows(rows: Iterable<readonly [place: number, row: ReadRow]>): {
  readonly rows: readonly StoryRow[];
  readonly refused: readonly RefusedRow[];
} {
  const good: StoryRow[] = [];
  const refused: RefusedRow[] = [];
  for (const [place, row] of rows) {
    if ('why' in row) refused.push({ place, ...row });
    else good.push({ place, fields: row.fields });
  }
  return { rows: good, refused };
}

export function rejectFile(
  why: FileRefusal,
  what = '',
): Extract<ReadStories, { type: 'rejected' }> {
  return { type: 'rejected', why, what };
}

export function isFileField(name: string): name is FieldName & keyof ItemFields {
  return (FILE_FIELDS as readonly string[]).includes(name);
}
