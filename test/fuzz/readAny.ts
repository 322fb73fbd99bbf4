/**
 * Any JSON value, put together from the readers that ops are read with: what serde_json's
 * `from_str::<serde_json::Value>` is to it. For tests: it recurses, 127 deep at most.
 */

import {
  type Cursor,
  close,
  hasNext,
  open,
  peek,
  readBoolean,
  readKey,
  readLiteral,
  readNumber,
  readString,
} from '../../worker/crdt/json.ts';

/** As `JSON.parse` has it; objects have no prototype. */
export type AnyJson = null | boolean | number | string | AnyJson[] | { [key: string]: AnyJson };

export function readAny(cursor: Cursor): AnyJson {
  switch (peek(cursor)) {
    case '[':
      return readArray(cursor);
    case '{':
      return readObject(cursor);
    case '"':
      return readString(cursor);
    case 't':
    case 'f':
      return readBoolean(cursor);
    case 'n':
      readLiteral(cursor, 'null');
      return null;
    default:
      return readNumber(cursor);
  }
}

function readArray(cursor: Cursor): AnyJson[] {
  const items: AnyJson[] = [];
  open(cursor, '[');
  if (peek(cursor) === ']') close(cursor, ']');
  else {
    do items.push(readAny(cursor));
    while (hasNext(cursor, ']'));
  }
  return items;
}

function readObject(cursor: Cursor): { [key: string]: AnyJson } {
  const entries = new Map<string, AnyJson>();
  open(cursor, '{');
  if (peek(cursor) === '}') close(cursor, '}');
  else {
    do entries.set(readKey(cursor), readAny(cursor));
    while (hasNext(cursor, '}'));
  }
  return Object.fromEntries(entries);
}
