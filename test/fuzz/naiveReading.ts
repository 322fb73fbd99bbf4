/**
 * The oracle: ops and frames read the dumbest way, from what `JSON.parse` makes of a text. It sees
 * no repeated keys, takes 1.0 for an integer, and does not count brackets; so what ours read it
 * must read as the same, and what ours refuse it may take.
 */

import type { InnerOp, PathSegment, SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Value } from '../../worker/crdt/value.ts';

/** null: not to be read. */
export function naiveSignedOp(json: unknown): SignedOp | null {
  const fields = structFields(json, ['author', 'signed_digest', 'inner', 'depends_on']);
  const author = naiveBytes(fields['author'], 32);
  const signed_digest = naiveBytes(fields['signed_digest'], 64);
  const inner = naiveInner(fields['inner']);
  const depends_on = naiveList(fields['depends_on'], (item) => naiveBytes(item, 64));
  if (author === null || signed_digest === null || inner === null || depends_on === null) {
    return null;
  }
  return { author, signed_digest, inner, depends_on };
}

const INNER_NAMES = ['origin', 'author', 'seq', 'content', 'path', 'is_deleted', 'id'];
/** As a double 2^64 − 1 is 2^64. */
const U64_ABOUT_MAX = 2 ** 64;

function naiveInner(json: unknown): InnerOp | null {
  const fields = structFields(json, INNER_NAMES);
  const origin = naiveBytes(fields['origin'], 32);
  const author = naiveBytes(fields['author'], 32);
  const seq = fields['seq'];
  const content = naiveValue(fields['content'] ?? null);
  const path = naiveList(fields['path'], naiveSegment);
  const is_deleted = fields['is_deleted'];
  const id = naiveBytes(fields['id'], 32);
  if (!Number.isInteger(seq) || !((seq as number) >= 0 && (seq as number) <= U64_ABOUT_MAX))
    return null;
  if (content === undefined || typeof is_deleted !== 'boolean') return null;
  if (origin === null || author === null || path === null || id === null) return null;
  return { origin, author, seq: seq as number, content, path, is_deleted, id };
}

type Fields = Readonly<Record<string, unknown>>;

/** By name, or by place if it is an array of just so many. */
function structFields(json: unknown, names: readonly string[]): Fields {
  if (!Array.isArray(json)) return isObject(json) && hasTrueKeys(json) ? json : {};
  if (json.length !== names.length) return {};
  return Object.fromEntries(names.map((name, index) => [name, json[index]]));
}

function isObject(json: unknown): json is Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** serde reads every key of a struct as a string, also one that it then ignores. */
function hasTrueKeys(json: Fields): boolean {
  return Object.keys(json).every((key) => key.isWellFormed());
}

function naiveList<T>(json: unknown, read: (item: unknown) => T | null): T[] | null {
  if (!Array.isArray(json)) return null;
  const items = json.map(read);
  return items.some((item) => item === null) ? null : (items as T[]);
}

function naiveBytes(json: unknown, length: number): Uint8Array | null {
  const isByte = (item: unknown): boolean =>
    Number.isInteger(item) && (item as number) >= 0 && (item as number) <= 255;
  if (!Array.isArray(json) || json.length !== length || !json.every(isByte)) return null;
  return Uint8Array.from(json);
}

function naiveSegment(json: unknown): PathSegment | null {
  if (!isObject(json) || Object.keys(json).length !== 1) return null;
  if (Object.hasOwn(json, 'Field')) {
    const field = naiveString(json['Field']);
    return field === null ? null : { type: 'field', field };
  }
  const index = Object.hasOwn(json, 'Index') ? naiveBytes(json['Index'], 32) : null;
  return index === null ? null : { type: 'index', index };
}

function naiveString(json: unknown): string | null {
  return typeof json === 'string' && json.isWellFormed() ? json : null;
}

/** null is the JSON null, undefined: not to be read. */
function naiveValue(json: unknown): Value | null | undefined {
  if (json === null) return null;
  if (json === 'Null') return { type: 'null' };
  if (!isObject(json)) return undefined;
  const [tag, ...others] = Object.keys(json);
  const content = json[tag ?? ''];
  if (others.length > 0) return undefined;
  switch (tag) {
    case 'Null':
      return content === null ? { type: 'null' } : undefined;
    case 'Bool':
      return typeof content === 'boolean' ? { type: 'bool', bool: content } : undefined;
    case 'Number':
      return Number.isFinite(content) ? { type: 'number', number: content as number } : undefined;
    case 'String': {
      const string = naiveString(content);
      return string === null ? undefined : { type: 'string', string };
    }
    case 'Array': {
      const items = naiveList(content, (item) => naiveValue(item) ?? null);
      return items === null ? undefined : { type: 'array', items };
    }
    case 'Object':
      return isObject(content) ? naiveObject(content) : undefined;
    default:
      return undefined;
  }
}

function naiveObject(json: Fields): Value | undefined {
  const entries = new Map<string, Value>();
  for (const [key, child] of Object.entries(json)) {
    const value = naiveValue(child);
    if (value === undefined || value === null || !key.isWellFormed()) return undefined;
    entries.set(key, value);
  }
  return { type: 'object', entries };
}

export type NaiveFrame =
  | {
      readonly type: 'bulk';
      readonly ops: string[];
      readonly caps: string[] | null;
      readonly left: number;
      readonly log?: string;
      readonly since?: number;
    }
  | { readonly type: 'op'; readonly text: string };

export function naiveTextFrame(json: unknown): NaiveFrame | null {
  if (!isObject(json) || !hasTrueKeys(json)) return null;
  const fields = new Map(Object.entries(json));
  const has = (name: string): boolean => fields.has(name);
  const op = naiveString(fields.get('op'));
  const ops = naiveList(fields.get('ops'), naiveString);
  const caps = has('caps') ? naiveList(fields.get('caps'), naiveString) : null;
  const left = has('left') ? fields.get('left') : 0;
  const since = has('since') ? fields.get('since') : 0;
  const log = naiveString(fields.get('log'));
  if (!isCount(left) || !isCount(since) || (has('log') && log === null)) return null;
  if ((has('op') && op === null) || (has('ops') && ops === null)) return null;
  if ((has('caps') && caps === null) || (caps?.length ?? 0) > 256) return null;
  if (fields.get('type') === 'bulk' && ops !== null) {
    const introduction = { ...(log !== null && { log }), ...(has('since') && { since }) };
    return { type: 'bulk', ops, caps, left, ...introduction };
  }
  return fields.get('type') === 'op' && op !== null ? { type: 'op', text: op } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
