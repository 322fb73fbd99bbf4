/**
 * The value of a register or an item: the reference's `Value` enum, read as serde_json reads it and
 * written as serde_json and as Rust's Debug write it.
 *
 * Invariant: reading and writing keep a stack of their own; nothing recurses over a value.
 */

import {
  type Cursor,
  close,
  fail,
  hasNext,
  open,
  peek,
  readBoolean,
  readKey,
  readLiteral,
  readNumber,
  readString,
} from './json.ts';
import { debugNumber, debugString, serdeNumber } from './rustDebug.ts';

export type Value =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly bool: boolean }
  | { readonly type: 'number'; readonly number: number }
  | { readonly type: 'string'; readonly string: string }
  | { readonly type: 'array'; readonly items: readonly Value[] }
  /** Order counts. A duplicate key keeps its first place and its last value. */
  | { readonly type: 'object'; readonly entries: ReadonlyMap<string, Value> };

const NULL: Value = { type: 'null' };

type OpenContainer =
  | { readonly type: 'array'; readonly items: Value[] }
  | { readonly type: 'object'; readonly entries: Map<string, Value>; key: string };

/** Reads one externally tagged value: `"Null"`, `{"Bool":b}`, `{"Array":[…]}` and so on. */
export function readValue(cursor: Cursor): Value {
  const containers: OpenContainer[] = [];
  for (;;) {
    const started = startValue(cursor);
    if (!isWhole(started)) {
      containers.push(started);
      continue;
    }
    const whole = attach(cursor, containers, started.whole);
    if (whole !== undefined) return whole;
  }
}

type Started = OpenContainer | { readonly whole: Value };

function isWhole(started: Started): started is { readonly whole: Value } {
  return 'whole' in started;
}

function startValue(cursor: Cursor): Started {
  if (peek(cursor) === '"') {
    return readString(cursor) === 'Null' ? { whole: NULL } : fail(cursor, 'unknown variant');
  }
  open(cursor, '{');
  const tag = readKey(cursor);
  if (tag === 'Array' || tag === 'Object') return startContainer(cursor, tag);
  const whole = readScalar(cursor, tag);
  close(cursor, '}');
  return { whole };
}

function startContainer(cursor: Cursor, tag: 'Array' | 'Object'): Started {
  const [opener, closer] = tag === 'Array' ? (['[', ']'] as const) : (['{', '}'] as const);
  open(cursor, opener);
  if (peek(cursor) !== closer) {
    return tag === 'Array'
      ? { type: 'array', items: [] }
      : { type: 'object', entries: new Map(), key: readKey(cursor) };
  }
  close(cursor, closer);
  close(cursor, '}');
  return {
    whole: tag === 'Array' ? { type: 'array', items: [] } : { type: 'object', entries: new Map() },
  };
}

function readScalar(cursor: Cursor, tag: string): Value {
  switch (tag) {
    case 'Null':
      readLiteral(cursor, 'null');
      return NULL;
    case 'Bool':
      return { type: 'bool', bool: readBoolean(cursor) };
    case 'Number':
      return { type: 'number', number: readNumber(cursor) };
    case 'String':
      return { type: 'string', string: readString(cursor) };
    default:
      return fail(cursor, 'unknown variant');
  }
}

/** Puts a whole value into the innermost container; returns the outermost one when it closes. */
function attach(cursor: Cursor, containers: OpenContainer[], value: Value): Value | undefined {
  let whole = value;
  for (let parent = containers.at(-1); parent !== undefined; parent = containers.at(-1)) {
    if (parent.type === 'array') parent.items.push(whole);
    else parent.entries.set(parent.key, whole);
    if (hasNext(cursor, parent.type === 'array' ? ']' : '}')) {
      if (parent.type === 'object') parent.key = readKey(cursor);
      return undefined;
    }
    close(cursor, '}');
    containers.pop();
    whole =
      parent.type === 'array'
        ? { type: 'array', items: parent.items }
        : { type: 'object', entries: parent.entries };
  }
  return whole;
}

interface Notation {
  readonly nullText: string;
  readonly bool: (value: boolean) => string;
  readonly number: (value: number) => string;
  readonly string: (value: string) => string;
  readonly array: readonly [open: string, close: string];
  readonly object: readonly [open: string, close: string];
  readonly key: (key: string) => string;
  readonly separator: string;
}

const RUST_DEBUG: Notation = {
  nullText: 'Null',
  bool: (value) => `Bool(${value})`,
  number: (value) => `Number(${debugNumber(value)})`,
  string: (value) => `String(${debugString(value)})`,
  array: ['Array([', '])'],
  object: ['Object({', '})'],
  key: (key) => `${debugString(key)}: `,
  separator: ', ',
};

const SERDE_JSON: Notation = {
  nullText: '"Null"',
  bool: (value) => `{"Bool":${value}}`,
  number: (value) => `{"Number":${serdeNumber(value)}}`,
  string: (value) => `{"String":${JSON.stringify(value)}}`,
  array: ['{"Array":[', ']}'],
  object: ['{"Object":{', '}}'],
  key: (key) => `${JSON.stringify(key)}:`,
  separator: ',',
};

/** Rust's `{:?}` text. */
export function debugValue(value: Value): string {
  return render(value, RUST_DEBUG);
}

/** serde_json's text. */
export function encodeValue(value: Value): string {
  return render(value, SERDE_JSON);
}

/** Renders with a stack of what is still to write: texts, and values not yet looked at. */
function render(value: Value, notation: Notation): string {
  let text = '';
  const rest: (Value | string)[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string') text += next;
    else if (next.type === 'array' || next.type === 'object') {
      for (const part of containerParts(next, notation).reverse()) rest.push(part);
    } else text += renderScalar(next, notation);
  }
  return text;
}

type Container = Extract<Value, { readonly type: 'array' | 'object' }>;

function renderScalar(value: Exclude<Value, Container>, notation: Notation): string {
  switch (value.type) {
    case 'null':
      return notation.nullText;
    case 'bool':
      return notation.bool(value.bool);
    case 'number':
      return notation.number(value.number);
    case 'string':
      return notation.string(value.string);
  }
}

function containerParts(value: Container, notation: Notation): (Value | string)[] {
  const [opener, closer] = value.type === 'array' ? notation.array : notation.object;
  const parts: (Value | string)[] = [opener];
  const entries = value.type === 'array' ? value.items.entries() : value.entries;
  for (const [key, child] of entries) {
    if (parts.length > 1) parts.push(notation.separator);
    if (typeof key === 'string') parts.push(notation.key(key));
    parts.push(child);
  }
  parts.push(closer);
  return parts;
}
