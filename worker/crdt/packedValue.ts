/**
 * A `Value` as bytes: a tag, and what it says. One value has one form; any other is refused.
 *
 * Invariant: reading and writing keep a stack of their own; nothing recurses over a value.
 */

import {
  type ByteCursor,
  type ByteWriter,
  failPacked,
  readByte,
  readCount,
  readText,
  readVarint,
  takeBytes,
  writeByte,
  writeBytes,
  writeText,
  writeVarint,
} from './packedBytes.ts';
import type { Value } from './value.ts';
import { FIELD_NAMES } from './view.ts';

const TAG = {
  null: 0,
  false: 1,
  true: 2,
  /** An integer of 0 to 2^53 − 1. */
  whole: 3,
  /** Any other number, as a little-endian f64. */
  float: 4,
  string: 5,
  array: 6,
  object: 7,
  /** An object of the nine registers in the order of their names; the names are left out. */
  item: 8,
} as const;

/** As JSON7: each container opens two brackets, inside two of the op, and a scalar one more. */
const MAX_OPEN_CONTAINERS = 62;

const F64_BYTES = 8;
const NULL: Value = { type: 'null' };

type OpenContainer =
  | { readonly type: 'array'; readonly items: Value[]; left: number }
  | {
      readonly type: 'object';
      readonly entries: Map<string, Value>;
      /** null: the keys are written out. */
      readonly names: readonly string[] | null;
      key: string;
      left: number;
    };

export function readPackedValue(cursor: ByteCursor): Value {
  const containers: OpenContainer[] = [];
  for (;;) {
    let whole = startValue(cursor, containers);
    while (whole !== undefined) {
      const parent = containers.at(-1);
      if (parent === undefined) return whole;
      whole = attach(cursor, containers, parent, whole);
    }
  }
}

/** The value, if it is whole; undefined: a container with something in it was opened. */
function startValue(cursor: ByteCursor, containers: OpenContainer[]): Value | undefined {
  const tag = readByte(cursor);
  switch (tag) {
    case TAG.null:
      return NULL;
    case TAG.false:
      return { type: 'bool', bool: false };
    case TAG.true:
      return { type: 'bool', bool: true };
    case TAG.whole:
      return { type: 'number', number: readVarint(cursor) };
    case TAG.float:
      return { type: 'number', number: readFloat(cursor) };
    case TAG.string:
      return { type: 'string', string: readText(cursor) };
    case TAG.array:
    case TAG.object:
    case TAG.item:
      return openContainer(cursor, containers, tag);
    default:
      return failPacked(cursor, 'unknown tag');
  }
}

function openContainer(
  cursor: ByteCursor,
  containers: OpenContainer[],
  tag: 6 | 7 | 8,
): Value | undefined {
  if (containers.length >= MAX_OPEN_CONTAINERS) failPacked(cursor, 'nested too deeply');
  if (tag === TAG.array) {
    const left = readCount(cursor, 1);
    const items: Value[] = [];
    if (left === 0) return { type: 'array', items };
    containers.push({ type: 'array', items, left });
    return undefined;
  }
  const entries = new Map<string, Value>();
  const names = tag === TAG.item ? FIELD_NAMES : null;
  const left = names?.length ?? readCount(cursor, 2);
  if (left === 0) return { type: 'object', entries };
  const key = names?.[0] ?? readText(cursor);
  containers.push({ type: 'object', entries, names, key, left });
  return undefined;
}

/** Puts a whole value into the innermost container; returns that when it is whole now. */
function attach(
  cursor: ByteCursor,
  containers: OpenContainer[],
  parent: OpenContainer,
  value: Value,
): Value | undefined {
  parent.left -= 1;
  if (parent.type === 'array') parent.items.push(value);
  else {
    if (parent.entries.has(parent.key)) failPacked(cursor, 'duplicate key');
    parent.entries.set(parent.key, value);
    if (parent.left > 0) parent.key = parent.names?.[parent.entries.size] ?? readText(cursor);
  }
  if (parent.left > 0) return undefined;
  containers.pop();
  if (parent.type === 'array') return { type: 'array', items: parent.items };
  if (parent.names === null && isItem(parent.entries)) failPacked(cursor, 'names of an item');
  return { type: 'object', entries: parent.entries };
}

function readFloat(cursor: ByteCursor): number {
  const { buffer, byteOffset } = takeBytes(cursor, F64_BYTES);
  const value = new DataView(buffer, byteOffset, F64_BYTES).getFloat64(0, true);
  if (!Number.isFinite(value)) failPacked(cursor, 'number out of range');
  if (isWhole(value)) failPacked(cursor, 'whole number as a float');
  return value;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}

function isItem(entries: ReadonlyMap<string, Value>): boolean {
  if (entries.size !== FIELD_NAMES.length) return false;
  let at = 0;
  for (const key of entries.keys()) {
    if (key !== FIELD_NAMES[at]) return false;
    at += 1;
  }
  return true;
}

/** Writes with a stack of what is still to write: keys, and values not yet looked at. */
export function writePackedValue(writer: ByteWriter, value: Value): void {
  const rest: (Value | string)[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string') writeText(writer, next);
    else if (next.type === 'array') {
      writeByte(writer, TAG.array);
      writeVarint(writer, next.items.length);
      for (let at = next.items.length; at > 0; at -= 1) rest.push(next.items[at - 1] ?? NULL);
    } else if (next.type === 'object') writeObject(writer, next.entries, rest);
    else writeScalar(writer, next);
  }
}

function writeObject(
  writer: ByteWriter,
  entries: ReadonlyMap<string, Value>,
  rest: (Value | string)[],
): void {
  const asItem = isItem(entries);
  writeByte(writer, asItem ? TAG.item : TAG.object);
  if (!asItem) writeVarint(writer, entries.size);
  const parts: (Value | string)[] = [];
  for (const [key, value] of entries) {
    if (!asItem) parts.push(key);
    parts.push(value);
  }
  for (const part of parts.reverse()) rest.push(part);
}

type Scalar = Exclude<Value, { readonly type: 'array' | 'object' }>;

function writeScalar(writer: ByteWriter, value: Scalar): void {
  switch (value.type) {
    case 'null':
      writeByte(writer, TAG.null);
      return;
    case 'bool':
      writeByte(writer, value.bool ? TAG.true : TAG.false);
      return;
    case 'number':
      writeNumber(writer, value.number);
      return;
    case 'string':
      writeByte(writer, TAG.string);
      writeText(writer, value.string);
      return;
  }
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (isWhole(value)) {
    writeByte(writer, TAG.whole);
    writeVarint(writer, value);
    return;
  }
  writeByte(writer, TAG.float);
  const bytes = new Uint8Array(F64_BYTES);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  writeBytes(writer, bytes);
}
