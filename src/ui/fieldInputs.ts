/** The nine registers as text in a form, and back. Pure. */
import type { FieldName, ItemFields, NewFields } from '../../worker/api.ts';
import { dialog } from './texts/dialog.ts';

export const FIELD_NAMES: readonly FieldName[] = [
  'name',
  'stage',
  'agent',
  'retry_count',
  'blocked',
  'depends_on',
  'claimed_by',
  'claimed_at',
  'story_id',
];

/** What was typed, by field; a field that was not touched is absent. `blocked` is `true` or `false`. */
export type Draft = { readonly [Name in FieldName]?: string };

export type ParsedDraft =
  | { readonly type: 'ok'; readonly fields: Partial<NewFields> }
  | { readonly type: 'problems'; readonly problems: { readonly [Name in FieldName]?: string } };

/** Text for an input of the field; empty for a value of the wrong type. */
export function inputText(name: FieldName, fields: ItemFields): string {
  const value = fields[name];
  if (name === 'claimed_at') return localDateTime(fields.claimed_at);
  return value === null ? '' : String(value);
}

/** Fields whose text differs from what the item holds. */
export function changedNames(draft: Draft, fields: ItemFields): readonly FieldName[] {
  return FIELD_NAMES.filter((name) => {
    const text = draft[name];
    return text !== undefined && (text !== inputText(name, fields) || fields[name] === null);
  });
}

/** Values of `names` as typed in `draft`. */
export function parseDraft(draft: Draft, names: readonly FieldName[]): ParsedDraft {
  const fields: Record<string, string | number | boolean> = {};
  const problems: { [Name in FieldName]?: string } = {};
  for (const name of names) {
    const text = draft[name] ?? '';
    if (name === 'retry_count') {
      const retries = text.trim() === '' ? 0 : Number(text);
      if (Number.isFinite(retries)) fields[name] = retries;
      else problems[name] = dialog.notANumber;
    } else if (name === 'claimed_at') {
      const timeMs = text === '' ? 0 : new Date(text).getTime();
      if (Number.isFinite(timeMs)) fields[name] = timeMs / 1000;
      else problems[name] = dialog.notADate;
    } else if (name === 'blocked') {
      fields[name] = text === 'true';
    } else {
      fields[name] = text;
    }
  }
  if (Object.keys(problems).length > 0) return { type: 'problems', problems };
  return { type: 'ok', fields: fields as Partial<NewFields> };
}

/** As `<input type="datetime-local">` takes it; empty for 0, null and what no calendar holds. */
function localDateTime(timeS: number | null): string {
  if (timeS === null || timeS === 0) return '';
  const date = new Date(Math.round(timeS * 1000));
  if (Number.isNaN(date.getTime())) return '';
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().replace(/(:00)?(\.000)?Z$/, '');
}
