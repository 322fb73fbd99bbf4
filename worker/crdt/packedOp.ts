/**
 * An op as bytes: as it is stored, kept in memory and, with its names by reference, sent between
 * ends of this project. `docs/protocol.md` has the grammar.
 *
 * An op in its canonical text is packed as the parts that it was made of, without the id, which is
 * computed again; any other op as its text.
 *
 * Invariant 1: `opText` of a packed op is the text that it was packed from, byte for byte.
 * Invariant 2: parts are packed in one way; any other is refused. What they say is not judged here.
 */

import { isSameBytes, ROOT, toBytes } from './bytes.ts';
import { computeOpId } from './identity.ts';
import {
  attemptPacked,
  type ByteCursor,
  createByteWriter,
  decodeText,
  failPacked,
  PackedError,
  readByte,
  readCount,
  readVarint,
  takeBytes,
  writeByte,
  writeBytes,
  writeVarint,
  writtenBytes,
} from './packedBytes.ts';
import { readPackedValue, writePackedValue } from './packedValue.ts';
import { encodeSignedOp, type InnerOp, type PathSegment, type SignedOp } from './signedOp.ts';
import type { Value } from './value.ts';
import { FIELD_NAMES } from './view.ts';

declare const brand: unique symbol;

/** What should be a packed op; only `unpackOp` knows whether it is. */
export type PackedOp = Uint8Array & { readonly [brand]: 'packed-op' };

/** An op as it came in: JSON text, or packed. */
export type ReceivedOp = string | PackedOp;

export type Unpacked =
  /** The id in it belongs to its content. */
  | { readonly type: 'parts'; readonly signed: SignedOp }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'unreadable'; readonly detail: string };

/** The first byte: `TEXT`, or the shape and what is left out, as bits. */
export const TEXT = 0;
const SHAPE_BITS = 0b11;
const INSERT = 1;
const DELETE = 2;
const SET = 3;
const AUTHOR_BITS = 0b1100;
/** The inner author is the signer; the item; another, who is named. */
const BY_SIGNER = 0b0000;
const BY_ITEM = 0b0100;
const BY_OTHER = 0b1000;
/** The origin is 32 zero bytes: of an insert instead of a name, of a set instead of its item. */
const AT_ROOT = 0b1_0000;
/** Of a set: it deletes the register. */
const NO_CONTENT = 0b10_0000;
/** How many dependencies follows. */
const HAS_DEPENDENCIES = 0b100_0000;

export const NAME_BYTES = 32;
export const SIGNATURE_BYTES = 64;

const ROOT_BYTES = toBytes(ROOT);
const ITEMS: PathSegment = { type: 'field', field: 'items' };

const utf8 = new TextEncoder();

/** Any text; read back as it is. */
export function packText(text: string): PackedOp {
  const writer = createByteWriter(1 + text.length);
  writeByte(writer, TEXT);
  writeBytes(writer, utf8.encode(text));
  return writtenBytes(writer) as PackedOp;
}

/** `op`: of one of the four shapes, with the id that belongs to its content and a seq below 2^53. */
export function packParts(op: SignedOp): PackedOp {
  const { inner } = op;
  const [, item, register] = inner.path;
  const shape = register !== undefined ? SET : inner.is_deleted ? DELETE : INSERT;
  const name = shape === INSERT ? inner.origin : indexOf(item);
  const isAtRoot = shape !== DELETE && isSameBytes(inner.origin, ROOT_BYTES);
  const by = isSameBytes(inner.author, op.author)
    ? BY_SIGNER
    : shape !== INSERT && isSameBytes(inner.author, name)
      ? BY_ITEM
      : BY_OTHER;
  const writer = createByteWriter(512);
  writeByte(
    writer,
    shape |
      by |
      (isAtRoot ? AT_ROOT : 0) |
      (shape === SET && inner.content === null ? NO_CONTENT : 0) |
      (op.depends_on.length > 0 ? HAS_DEPENDENCIES : 0),
  );
  if (op.depends_on.length > 0) writeVarint(writer, op.depends_on.length);
  writeBytes(writer, op.author);
  if (shape !== INSERT || !isAtRoot) writeBytes(writer, name);
  if (by === BY_OTHER) writeBytes(writer, inner.author);
  for (const signature of op.depends_on) writeBytes(writer, signature);
  writeBytes(writer, op.signed_digest);
  writeVarint(writer, Number(inner.seq));
  if (register?.type === 'field') writeByte(writer, FIELD_CODES.get(register.field) ?? 0);
  if (inner.content !== null) writePackedValue(writer, inner.content);
  return writtenBytes(writer) as PackedOp;
}

const FIELD_CODES: ReadonlyMap<string, number> = new Map(
  FIELD_NAMES.map((name, code) => [name, code]),
);

function indexOf(segment: PathSegment | undefined): Uint8Array {
  return segment?.type === 'index' ? segment.index : ROOT_BYTES;
}

/** Of whatever is said to be a packed op. Never throws. */
export function unpackOp(bytes: Uint8Array): Unpacked {
  const read = attemptPacked<Unpacked>(bytes, bytes[0] === TEXT ? readTextOp : readPartsOp);
  return read.type === 'unreadable' ? read : read.value;
}

/** The JSON text of an op that was packed here. */
export function opText(bytes: PackedOp): string {
  const op = unpackOp(bytes);
  if (op.type === 'unreadable') throw new Error(`a packed op cannot be read: ${op.detail}`);
  return op.type === 'text' ? op.text : encodeSignedOp(op.signed);
}

function readTextOp(cursor: ByteCursor): Unpacked {
  readByte(cursor);
  const text = decodeText(cursor, takeBytes(cursor, cursor.bytes.length - 1));
  return { type: 'text', text };
}

function readPartsOp(cursor: ByteCursor): Unpacked {
  return { type: 'parts', signed: readParts(cursor) };
}

/** How an op of parts begins, up to its names. */
export interface PackedHead {
  readonly kind: number;
  /** 32-byte names: signer, origin or item unless it is the root, inner author if it is another. */
  readonly names: number;
  /** 64-byte signatures that follow the names. */
  readonly dependencies: number;
}

/** Throws `PackedError`, as all readers of a cursor. `dependencyBytes`: what one takes at least. */
export function readPackedHead(cursor: ByteCursor, dependencyBytes: number): PackedHead {
  const kind = readByte(cursor);
  const shape = kind & SHAPE_BITS;
  const by = kind & AUTHOR_BITS;
  const isKnown =
    kind < 0x80 &&
    shape !== TEXT &&
    by !== AUTHOR_BITS &&
    !(shape === INSERT && by === BY_ITEM) &&
    !(shape === DELETE && (kind & AT_ROOT) !== 0) &&
    !(shape !== SET && (kind & NO_CONTENT) !== 0);
  if (!isKnown) failPacked(cursor, 'unknown kind of op');
  const hasItem = shape !== INSERT || (kind & AT_ROOT) === 0;
  let dependencies = 0;
  if ((kind & HAS_DEPENDENCIES) !== 0) {
    dependencies = readCount(cursor, dependencyBytes);
    if (dependencies === 0) failPacked(cursor, 'no dependencies');
  }
  return { kind, names: 1 + Number(hasItem) + Number(by === BY_OTHER), dependencies };
}

function readParts(cursor: ByteCursor): SignedOp {
  const { kind, dependencies } = readPackedHead(cursor, SIGNATURE_BYTES);
  const shape = kind & SHAPE_BITS;
  const isAtRoot = (kind & AT_ROOT) !== 0;
  const signer = takeBytes(cursor, NAME_BYTES);
  const name = shape === INSERT && isAtRoot ? ROOT_BYTES : takeBytes(cursor, NAME_BYTES);
  const author = readInnerAuthor(cursor, kind, signer, name);
  if (isSameBytes(name, ROOT_BYTES) && !isAtRoot && shape !== DELETE)
    failPacked(cursor, 'root as name');
  const dependsOn: Uint8Array[] = [];
  while (dependsOn.length < dependencies) dependsOn.push(takeBytes(cursor, SIGNATURE_BYTES));
  const signature = takeBytes(cursor, SIGNATURE_BYTES);
  const seq = readVarint(cursor);
  const field = shape === SET ? readFieldName(cursor) : undefined;
  const hasContent = shape !== DELETE && (kind & NO_CONTENT) === 0;
  const content = hasContent ? readPackedValue(cursor) : null;
  const origin = isAtRoot ? ROOT_BYTES : name;
  const inner = identify({ origin, author, seq, content, is_deleted: !hasContent }, name, field);
  return { author: signer, signed_digest: signature, inner, depends_on: dependsOn };
}

/** What a packed op is about, read without its content; to find some ops among many. */
export type PackedSubject =
  /** Its text has to be read. */
  | { readonly type: 'text' }
  /** A set of `field`, or a delete: null. `item`: 32 bytes, a view. */
  | { readonly type: 'change'; readonly item: Uint8Array; readonly field: string | null }
  /** `innerAuthor`: 32 bytes, a view. */
  | { readonly type: 'insert'; readonly innerAuthor: Uint8Array; readonly seq: number };

/** undefined: it cannot be read. Never throws. */
export function readSubject(bytes: PackedOp): PackedSubject | undefined {
  if (bytes[0] === TEXT) return { type: 'text' };
  const cursor: ByteCursor = { bytes, at: 0 };
  try {
    const { kind, names, dependencies } = readPackedHead(cursor, SIGNATURE_BYTES);
    const signer = takeBytes(cursor, NAME_BYTES);
    if ((kind & SHAPE_BITS) !== INSERT) {
      const item = takeBytes(cursor, NAME_BYTES);
      if ((kind & SHAPE_BITS) === DELETE) return { type: 'change', item, field: null };
      takeBytes(cursor, NAME_BYTES * (names - 2) + SIGNATURE_BYTES * (dependencies + 1));
      readVarint(cursor);
      return { type: 'change', item, field: readFieldName(cursor) };
    }
    const isBySigner = (kind & AUTHOR_BITS) === BY_SIGNER;
    takeBytes(cursor, NAME_BYTES * (names - (isBySigner ? 1 : 2)));
    const innerAuthor = isBySigner ? signer : takeBytes(cursor, NAME_BYTES);
    takeBytes(cursor, SIGNATURE_BYTES * (dependencies + 1));
    return { type: 'insert', innerAuthor, seq: readVarint(cursor) };
  } catch (error) {
    if (error instanceof PackedError) return undefined;
    throw error;
  }
}

function readInnerAuthor(
  cursor: ByteCursor,
  kind: number,
  signer: Uint8Array,
  name: Uint8Array,
): Uint8Array {
  const by = kind & AUTHOR_BITS;
  if (by === BY_SIGNER) return signer;
  const author = by === BY_ITEM ? name : takeBytes(cursor, NAME_BYTES);
  const isItem = by === BY_OTHER && (kind & SHAPE_BITS) !== INSERT && isSameBytes(author, name);
  return isItem || isSameBytes(author, signer) ? failPacked(cursor, 'inner author twice') : author;
}

function readFieldName(cursor: ByteCursor): string {
  return FIELD_NAMES[readByte(cursor)] ?? failPacked(cursor, 'unknown register');
}

interface Identified {
  readonly origin: Uint8Array;
  readonly author: Uint8Array;
  readonly seq: number;
  readonly content: Value | null;
  readonly is_deleted: boolean;
}

/** `name`: the item of a delete or set. `field`: of a set. */
function identify(part: Identified, name: Uint8Array, field: string | undefined): InnerOp {
  const id = computeOpId(part);
  const own: PathSegment = { type: 'index', index: id };
  const item: PathSegment = { type: 'index', index: name };
  if (field !== undefined) {
    return { ...part, path: [ITEMS, item, { type: 'field', field }, own], id };
  }
  return { ...part, path: [ITEMS, part.is_deleted ? item : own], id };
}
