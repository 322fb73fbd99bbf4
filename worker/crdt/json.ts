/**
 * A strict JSON reader that sees texts as serde_json 1 does: key order, duplicate keys, integers
 * apart from floats, at most 127 open brackets, no lone surrogates. `JSON.parse` hides all of these.
 *
 * Reading moves a cursor and fails by throwing `JsonError`; `attempt` at the boundary turns that
 * into a value, so that no caller outside a reader sees an exception. Failing by value inside was
 * rejected: each of some forty steps would need a check, and a forgotten one would accept bad input.
 *
 * Invariant: no function recurses over the text.
 */

/** serde_json's `remaining_depth` is 128 and the bracket that uses it up is refused. */
export const MAX_OPEN_BRACKETS = 127;

export interface Cursor {
  readonly text: string;
  /** UTF-16 index of the next character. */
  at: number;
  openBrackets: number;
}

/** Why a text was not read. Thrown inside readers, returned by `attempt`. */
export class JsonError extends Error {}

/** `text` must be well-formed UTF-16 (what came out of UTF-8 is). */
export function createCursor(text: string, at = 0): Cursor {
  return { text, at, openBrackets: 0 };
}

export type Attempt<T> =
  | { readonly type: 'read'; readonly value: T }
  | { readonly type: 'unreadable'; readonly detail: string };

/** Runs a reader over a whole text: one value, white space around it, nothing after it. */
export function attempt<T>(text: string, read: (cursor: Cursor) => T): Attempt<T> {
  if (!text.isWellFormed()) return { type: 'unreadable', detail: 'ill-formed UTF-16' };
  const cursor = createCursor(text);
  try {
    const value = read(cursor);
    skipSpace(cursor);
    if (cursor.at < text.length) fail(cursor, 'trailing characters');
    return { type: 'read', value };
  } catch (error) {
    if (error instanceof JsonError) return { type: 'unreadable', detail: error.message };
    throw error;
  }
}

export function fail(cursor: Cursor, detail: string): never {
  throw new JsonError(`${detail} at character ${cursor.at}`);
}

const SPACE = /[ \n\r\t]*/y;

export function skipSpace(cursor: Cursor): void {
  if (cursor.text.charCodeAt(cursor.at) > 0x20) return;
  SPACE.lastIndex = cursor.at;
  SPACE.test(cursor.text);
  cursor.at = SPACE.lastIndex;
}

/** The next character after white space, not consumed; `''` at the end. */
export function peek(cursor: Cursor): string {
  skipSpace(cursor);
  return cursor.text.charAt(cursor.at);
}

export function expect(cursor: Cursor, character: string): void {
  if (peek(cursor) !== character) fail(cursor, `expected ${character}`);
  cursor.at += 1;
}

/** Consumes `[` or `{`. */
export function open(cursor: Cursor, bracket: '[' | '{'): void {
  expect(cursor, bracket);
  cursor.openBrackets += 1;
  if (cursor.openBrackets > MAX_OPEN_BRACKETS) fail(cursor, 'nested too deeply');
}

/** Consumes `]` or `}`. */
export function close(cursor: Cursor, bracket: ']' | '}'): void {
  expect(cursor, bracket);
  cursor.openBrackets -= 1;
}

/** After an element: true if a comma follows (consumed), false at the closing bracket (consumed). */
export function hasNext(cursor: Cursor, bracket: ']' | '}'): boolean {
  if (peek(cursor) === ',') {
    cursor.at += 1;
    return true;
  }
  close(cursor, bracket);
  return false;
}

/** An object's key and its colon. */
export function readKey(cursor: Cursor): string {
  const key = readString(cursor);
  expect(cursor, ':');
  return key;
}

export function readLiteral(cursor: Cursor, literal: 'null' | 'true' | 'false'): void {
  skipSpace(cursor);
  if (!cursor.text.startsWith(literal, cursor.at)) fail(cursor, `expected ${literal}`);
  cursor.at += literal.length;
}

export function readBoolean(cursor: Cursor): boolean {
  const value = peek(cursor) === 't';
  readLiteral(cursor, value ? 'true' : 'false');
  return value;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** Consumes a number of any magnitude. */
export function skipNumber(cursor: Cursor): void {
  skipSpace(cursor);
  NUMBER.lastIndex = cursor.at;
  if (!NUMBER.test(cursor.text)) fail(cursor, 'expected a number');
  cursor.at = NUMBER.lastIndex;
}

function numberText(cursor: Cursor): string {
  skipSpace(cursor);
  const start = cursor.at;
  skipNumber(cursor);
  return cursor.text.slice(start, cursor.at);
}

/** An f64; an integer counts as one, a magnitude out of range does not. */
export function readNumber(cursor: Cursor): number {
  const value = Number(numberText(cursor));
  if (!Number.isFinite(value)) fail(cursor, 'number out of range');
  return value;
}

const U64_MAX = 18_446_744_073_709_551_615n;
const U64_MOST_DIGITS = 20;

/** A u64: digits only. A bigint exactly when it is above 2^53 − 1. */
export function readUnsigned(cursor: Cursor): number | bigint {
  const text = numberText(cursor);
  // A bigint of a whole frame of digits would take minutes.
  if (text.length > U64_MOST_DIGITS) fail(cursor, 'integer out of range');
  if (!/^[0-9]+$/.test(text)) fail(cursor, 'expected an unsigned integer');
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  const exact = BigInt(text);
  return exact > U64_MAX ? fail(cursor, 'integer out of range') : exact;
}

/** An array of exactly `length` integers 0–255. */
export function readBytes(cursor: Cursor, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  open(cursor, '[');
  for (let index = 0; index < length; index += 1) {
    if (index > 0) expect(cursor, ',');
    bytes[index] = readByte(cursor);
  }
  close(cursor, ']');
  return bytes;
}

function readByte(cursor: Cursor): number {
  skipSpace(cursor);
  const { text } = cursor;
  const start = cursor.at;
  let value = 0;
  let at = start;
  for (; at < start + 3; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  if (at === start || value > 255 || (at > start + 1 && text.charCodeAt(start) === 0x30)) {
    fail(cursor, 'expected a byte');
  }
  cursor.at = at;
  return value;
}

/** A string, unescaped. Lone surrogate escapes and raw control characters fail. */
export function readString(cursor: Cursor): string {
  openString(cursor);
  const text = readPiece(cursor, cursor.text.length);
  closesString(cursor);
  return text;
}

export function openString(cursor: Cursor): void {
  if (peek(cursor) !== '"') fail(cursor, 'expected a string');
  cursor.at += 1;
}

/** True, and the quote consumed, if the open string ends here. */
export function closesString(cursor: Cursor): boolean {
  if (cursor.at >= cursor.text.length) fail(cursor, 'unfinished string');
  if (cursor.text.charCodeAt(cursor.at) !== 0x22) return false;
  cursor.at += 1;
  return true;
}

/**
 * What an open string holds up to its closing quote, or to about `until` (an escape is read whole).
 * Memory is bounded by the stretch: a frame of nothing but escapes makes two parts of each.
 */
export function readPiece(cursor: Cursor, until: number): string {
  const { text } = cursor;
  const end = Math.min(until, text.length);
  const parts: string[] = [];
  let at = cursor.at;
  let runStart = at;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 0x22) break;
    if (code === 0x5c) {
      if (at > runStart) parts.push(text.slice(runStart, at));
      cursor.at = at + 1;
      parts.push(readEscape(cursor));
      at = cursor.at;
      runStart = at;
    } else if (code >= 0x20) {
      at += 1;
    } else {
      cursor.at = at;
      fail(cursor, 'control character in a string');
    }
  }
  cursor.at = at;
  if (parts.length === 0) return text.slice(runStart, at);
  parts.push(text.slice(runStart, at));
  return parts.join('');
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The cursor stands behind the backslash. */
function readEscape(cursor: Cursor): string {
  const letter = cursor.text.charAt(cursor.at);
  cursor.at += 1;
  if (letter !== 'u') return SHORT_ESCAPES.get(letter) ?? fail(cursor, 'unknown escape');
  const unit = readHexUnit(cursor);
  if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
  if (unit > 0xdbff || !cursor.text.startsWith('\\u', cursor.at)) fail(cursor, 'lone surrogate');
  cursor.at += 2;
  const low = readHexUnit(cursor);
  if (low < 0xdc00 || low > 0xdfff) fail(cursor, 'lone surrogate');
  return String.fromCharCode(unit, low);
}

function readHexUnit(cursor: Cursor): number {
  const digits = cursor.text.slice(cursor.at, cursor.at + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) fail(cursor, 'bad \\u escape');
  cursor.at += 4;
  return Number.parseInt(digits, 16);
}

/** An escape of an ignored string: `\u` needs four digits, surrogates are not paired up. */
export function skipEscape(cursor: Cursor): void {
  const letter = cursor.text.charAt(cursor.at);
  cursor.at += 1;
  if (letter === 'u') readHexUnit(cursor);
  else if (!SHORT_ESCAPES.has(letter)) fail(cursor, 'unknown escape');
}
