/**
 * A SignedOp as the Rust nodes write it: strict reading of its JSON and its canonical text.
 * Nothing is judged here beyond what serde_json would refuse; `op.ts` decides on shape.
 */

import {
  type Attempt,
  attempt,
  type Cursor,
  close,
  expect,
  fail,
  hasNext,
  open,
  peek,
  readBoolean,
  readBytes,
  readKey,
  readLiteral,
  readString,
  readUnsigned,
} from './json.ts';
import { skipValue } from './skipValue.ts';
import { begin, createScratch, writeByteArray, writeUtf8, writtenView } from './textWriter.ts';
import { encodeValue, readValue, type Value } from './value.ts';

export interface SignedOp {
  /** 32 bytes. The reference calls the signer `author`. */
  readonly author: Uint8Array;
  /** 64 bytes. */
  readonly signed_digest: Uint8Array;
  readonly inner: InnerOp;
  /** 64-byte signatures of the ops that this one needs. */
  readonly depends_on: readonly Uint8Array[];
}

export interface InnerOp {
  /** 32 bytes. */
  readonly origin: Uint8Array;
  /** 32 bytes. */
  readonly author: Uint8Array;
  /** A bigint exactly when it is above 2^53 − 1. */
  readonly seq: number | bigint;
  readonly content: Value | null;
  readonly path: readonly PathSegment[];
  readonly is_deleted: boolean;
  /** 32 bytes. */
  readonly id: Uint8Array;
}

export type PathSegment =
  | { readonly type: 'field'; readonly field: string }
  /** 32 bytes. */
  | { readonly type: 'index'; readonly index: Uint8Array };

/** Reads the text of one op as serde_json does. Never throws. */
export function parseSignedOp(text: string): Attempt<SignedOp> {
  return attempt(text, readSignedOp);
}

function readSignedOp(cursor: Cursor): SignedOp {
  return readStruct<SignedOp>(cursor, {
    author: readBytes32,
    signed_digest: readBytes64,
    inner: readInnerOp,
    depends_on: (at) => readArray(at, readBytes64),
  });
}

function readInnerOp(cursor: Cursor): InnerOp {
  return readStruct<InnerOp>(
    cursor,
    {
      origin: readBytes32,
      author: readBytes32,
      seq: readUnsigned,
      content: readContent,
      path: (at) => readArray(at, readPathSegment),
      is_deleted: readBoolean,
      id: readBytes32,
    },
    { content: null },
  );
}

const readBytes32 = (cursor: Cursor): Uint8Array => readBytes(cursor, 32);
const readBytes64 = (cursor: Cursor): Uint8Array => readBytes(cursor, 64);

function readContent(cursor: Cursor): Value | null {
  if (peek(cursor) !== 'n') return readValue(cursor);
  readLiteral(cursor, 'null');
  return null;
}

function readPathSegment(cursor: Cursor): PathSegment {
  open(cursor, '{');
  const tag = readKey(cursor);
  let segment: PathSegment;
  if (tag === 'Field') segment = { type: 'field', field: readString(cursor) };
  else if (tag === 'Index') segment = { type: 'index', index: readBytes32(cursor) };
  else segment = fail(cursor, 'unknown variant');
  close(cursor, '}');
  return segment;
}

function readArray<T>(cursor: Cursor, readItem: (cursor: Cursor) => T): T[] {
  const items: T[] = [];
  open(cursor, '[');
  if (peek(cursor) === ']') close(cursor, ']');
  else {
    do items.push(readItem(cursor));
    while (hasNext(cursor, ']'));
  }
  return items;
}

type FieldReaders<T> = { readonly [Name in keyof T]-?: (cursor: Cursor) => T[Name] };

/**
 * A derived serde struct: an object in any key order without duplicates, unknown keys ignored; or
 * an array of all fields in declaration order. `absent` has the values of fields that may be missing.
 */
function readStruct<T>(cursor: Cursor, readers: FieldReaders<T>, absent: Partial<T> = {}): T {
  const names = Object.keys(readers) as (keyof T & string)[];
  if (peek(cursor) === '[') return readPositionalStruct(cursor, readers, names);
  const values = new Map<string, unknown>();
  open(cursor, '{');
  if (peek(cursor) === '}') close(cursor, '}');
  else {
    do {
      const name = readKey(cursor);
      if (values.has(name)) fail(cursor, `duplicate field ${name}`);
      const known = names.find((candidate) => candidate === name);
      if (known === undefined) skipValue(cursor);
      else values.set(known, readers[known](cursor));
    } while (hasNext(cursor, '}'));
  }
  const entries = names.map((name) => {
    if (values.has(name)) return [name, values.get(name)];
    if (name in absent) return [name, absent[name]];
    return fail(cursor, `missing field ${name}`);
  });
  return Object.fromEntries(entries) as T;
}

function readPositionalStruct<T>(
  cursor: Cursor,
  readers: FieldReaders<T>,
  names: readonly (keyof T & string)[],
): T {
  open(cursor, '[');
  const entries = names.map((name, index) => {
    if (index > 0) expect(cursor, ',');
    return [name, readers[name](cursor)];
  });
  close(cursor, ']');
  return Object.fromEntries(entries) as T;
}

/** serde_json's text of an op: no white space, fields in declaration order. */
export function encodeSignedOp(op: SignedOp): string {
  return decoder.decode(encodeCanonical(op));
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const scratch = createScratch();

/** The same as UTF-8: a view, good until the next call. */
export function encodeCanonical({
  author,
  signed_digest,
  inner,
  depends_on,
}: SignedOp): Uint8Array {
  begin(scratch);
  writeUtf8(scratch, '{"author":');
  writeByteArray(scratch, author, 'serde-json');
  writeUtf8(scratch, ',"signed_digest":');
  writeByteArray(scratch, signed_digest, 'serde-json');
  writeUtf8(scratch, ',"inner":{"origin":');
  writeByteArray(scratch, inner.origin, 'serde-json');
  writeUtf8(scratch, ',"author":');
  writeByteArray(scratch, inner.author, 'serde-json');
  const content = inner.content === null ? 'null' : encodeValue(inner.content);
  writeUtf8(scratch, `,"seq":${inner.seq},"content":${content},"path":[`);
  inner.path.forEach(writeSegment);
  writeUtf8(scratch, `],"is_deleted":${inner.is_deleted},"id":`);
  writeByteArray(scratch, inner.id, 'serde-json');
  writeUtf8(scratch, '},"depends_on":[');
  depends_on.forEach((signature, index) => {
    if (index > 0) writeUtf8(scratch, ',');
    writeByteArray(scratch, signature, 'serde-json');
  });
  writeUtf8(scratch, ']}');
  return writtenView(scratch);
}

function writeSegment(segment: PathSegment, index: number): void {
  const separator = index > 0 ? ',' : '';
  if (segment.type === 'field') {
    writeUtf8(scratch, `${separator}{"Field":${JSON.stringify(segment.field)}}`);
    return;
  }
  writeUtf8(scratch, `${separator}{"Index":`);
  writeByteArray(scratch, segment.index, 'serde-json');
  writeUtf8(scratch, '}');
}
