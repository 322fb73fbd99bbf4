/**
 * Stories as JSON, version 1: a head and a list, one story a line. docs/files.md describes it.
 * A field is null where its register holds no value of its type.
 */
import type { ItemView } from '../../worker/api.ts';
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

const FORMAT = 'huskies-stories';
const VERSION = 1;
const HEAD_FIELDS: readonly string[] = ['format', 'version', 'pipeline', 'stories'];

export function writeStoryJson(pipeline: string, items: readonly ItemView[]): string {
  const head = JSON.stringify({ format: FORMAT, version: VERSION, pipeline }).slice(0, -1);
  const stories = items.map(({ id, fields }) =>
    JSON.stringify({ id, ...Object.fromEntries(FILE_FIELDS.map((name) => [name, fields[name]])) }),
  );
  return stories.length === 0
    ? `${head},"stories":[]}\n`
    : `${head},"stories":[\n${stories.join(',\n')}\n]}\n`;
}

/** Whether a text is meant to be such a file; reading it may still fail. */
export function isStoryJson(text: string): boolean {
  return /^\uFEFF?\s*\{\s*"format"\s*:\s*"huskies-stories"/.test(text.slice(0, 200));
}

/** Never throws. */
export function readStoryJson(text: string): ReadStories {
  const head = parse(text);
  if (!isRecord(head) || head['format'] !== FORMAT) return rejectFile('not-a-file-of-ours');
  if (head['version'] !== VERSION) return rejectFile('newer', String(head['version']));
  const unknown = Object.keys(head).find((name) => !HEAD_FIELDS.includes(name));
  if (unknown !== undefined) return rejectFile('damaged', unknown);
  const { stories } = head;
  if (!Array.isArray(stories)) return rejectFile('damaged', 'stories');
  if (stories.length > STORIES_MAX) return rejectFile('too-many', String(stories.length));
  const rows = stories.map((story, index) => [index + 1, readStory(story)] as const);
  return { type: 'read', ...sortRows(rows), ignored: [] };
}

function readStory(story: unknown): ReadRow {
  if (!isRecord(story)) return { why: 'not-a-story', what: '' };
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(story)) {
    // It says which item this was; an import makes another.
    if (name === 'id') continue;
    if (!isFileField(name)) return { why: 'unknown-field', what: name };
    if (value === null) continue;
    const why = valueRefusal(name, value);
    if (why !== undefined) return { why, what: name };
    fields[name] = value;
  }
  return isNameless(fields) ? { why: 'empty', what: '' } : { fields };
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}
