/**
 * Stories as CSV (RFC 4180): a head of field names, every cell in quotes, CRLF, and a byte order
 * mark, without which spreadsheets take UTF-8 for something else. Formulas are guarded
 * (formulaGuard.ts). An empty cell is an empty text, or no value of a number or `blocked`.
 */
import Papa from 'papaparse';
import type { FieldName, ItemFields, ItemView } from '../../worker/api.ts';
import { guarded, unguarded } from './formulaGuard.ts';
import {
  FILE_FIELDS,
  isFileField,
  isNameless,
  type ReadRow,
  type ReadStories,
  rejectFile,
  STORIES_MAX,
  sortRows,
  valueRefusal,
} from './storyRows.ts';

const BYTE_ORDER_MARK = '\uFEFF';

/** What spreadsheets of different countries put between cells. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

export function writeStoryCsv(items: readonly ItemView[]): string {
  const data = items.map(({ fields }) => FILE_FIELDS.map((name) => cellOf(fields[name])));
  const csv = Papa.unparse({ fields: [...FILE_FIELDS], data }, { quotes: true });
  return `${BYTE_ORDER_MARK}${csv}\r\n`;
}

function cellOf(value: ItemFields[FieldName]): string {
  return typeof value === 'string' ? guarded(value) : String(value ?? '');
}

interface Line {
  readonly place: number;
  readonly cells: readonly string[];
}

/** Never throws. */
export function readStoryCsv(text: string): ReadStories {
  const bare = text.replace(/^\uFEFF/, '');
  const lines = readLines(bare, delimiterOf(bare));
  if (!Array.isArray(lines)) return lines as ReadStories;
  const [head, ...body] = lines as readonly Line[];
  const names = namesOf(head?.cells);
  if (!isHead(names)) return rejectFile('no-columns', '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return rejectFile('column-twice', twice);
  if (body.length > STORIES_MAX) return rejectFile('too-many', String(body.length));
  const ignored = names.filter((name) => !isFileField(name));
  const rows = body.map(({ place, cells }) => [place, readCells(names, cells)] as const);
  return { type: 'read', ...sortRows(rows), ignored };
}

/**
 * By the head alone: cells of stories may hold any of these characters. The comma, where none of
 * them makes a head.
 */
function delimiterOf(text: string): string {
  const headBy = (delimiter: string): readonly string[] | undefined =>
    Papa.parse<string[]>(text, { delimiter, preview: 1 }).data[0];
  return DELIMITERS.find((delimiter) => isHead(namesOf(headBy(delimiter)))) ?? ',';
}

function namesOf(cells: readonly string[] = []): readonly string[] {
  return cells.map((cell) => cell.trim());
}

function isHead(names: readonly string[]): boolean {
  return names.includes('story_id') || names.includes('name');
}

/** Rows with the line on which each begins, as a text in quotes may hold line ends. */
function readLines(text: string, delimiter: string): readonly Line[] | ReadStories {
  const lines: Line[] = [];
  let rejected: ReadStories | null = null;
  let line = 1;
  let from = 0;
  Papa.parse<string[]>(text, {
    delimiter,
    step({ data, errors, meta }, parser) {
      const place = line;
      const raw = text.slice(from, meta.cursor);
      line += raw.match(/\r\n|\r|\n/g)?.length ?? 0;
      from = meta.cursor;
      if (errors.some(({ type }) => type === 'Quotes')) {
        rejected = rejectFile('quotes', String(place));
        parser.abort();
      } else if (data.some((cell) => cell !== '')) {
        lines.push({ place, cells: data });
      }
    },
  });
  return rejected ?? lines;
}

function readCells(names: readonly string[], cells: readonly string[]): ReadRow {
  if (cells.length !== names.length) return { why: 'cells', what: String(cells.length) };
  const fields: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    if (!isFileField(name)) continue;
    const value = readCell(name, cells[index] ?? '');
    if (value === undefined) continue;
    const why = valueRefusal(name, value);
    if (why !== undefined) return { why, what: name };
    fields[name] = value;
  }
  return isNameless(fields) ? { why: 'empty', what: '' } : { fields };
}

/** Undefined: none. */
function readCell(name: FieldName, cell: string): unknown {
  if (name === 'blocked')
    return booleans[cell.trim().toLowerCase()] ?? (cell.trim() === '' ? undefined : cell);
  if (name !== 'retry_count' && name !== 'claimed_at') return unguarded(cell);
  const digits = cell.trim();
  if (digits === '') return undefined;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits) ? Number(digits) : cell;
}

/** Spreadsheets write them in capitals. */
const booleans: { readonly [cell: string]: boolean } = { true: true, false: false };
