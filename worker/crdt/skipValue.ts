/**
 * Skips one JSON value of any kind, as serde_json skips a field that nobody asked for: syntax is
 * checked, magnitude and repeated keys are not, and surrogates are not paired up.
 *
 * Invariant 1: nothing recurses; what is open stands in a list.
 * Invariant 2: a skip can stop at any token, and within strings, and go on later.
 */

import {
  type Cursor,
  closesString,
  expect,
  fail,
  openString,
  peek,
  readLiteral,
  skipEscape,
  skipNumber,
  skipSpace,
} from './json.ts';

/**
 * Brackets that may be open in a skipped value. serde_json knows no bound and keeps a byte for each;
 * here a frame of 64 MiB of brackets would cost a gigabyte. An op, of 64 KiB, has room for a quarter.
 */
export const MAX_SKIPPED_BRACKETS = 128 * 1024;

/** A value that is being skipped. */
export interface Skip {
  readonly start: number;
  /** The closing bracket that each open bracket waits for. */
  readonly closers: ('}' | ']')[];
  /** `string` and `key`: inside one. `follower`: behind a value. `end`: behind the whole value. */
  place: 'value' | 'string' | 'key' | 'follower' | 'end';
}

/** Where a skipped value starts and ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function skipValue(cursor: Cursor): Span {
  const skip = createSkip(cursor);
  skipOn(cursor, skip, Number.POSITIVE_INFINITY);
  return { start: skip.start, end: cursor.at };
}

export function createSkip(cursor: Cursor): Skip {
  skipSpace(cursor);
  return { start: cursor.at, closers: [], place: 'value' };
}

/** Skips on: true at the end of the value, false when about `until` is reached. */
export function skipOn(cursor: Cursor, skip: Skip, until: number): boolean {
  while (skip.place !== 'end') {
    if (cursor.at >= until) return false;
    if (skip.place === 'value') startValue(cursor, skip);
    else if (skip.place === 'follower') follow(cursor, skip);
    else {
      skipPiece(cursor, until);
      if (!closesString(cursor)) continue;
      if (skip.place === 'key') {
        expect(cursor, ':');
        skip.place = 'value';
      } else skip.place = 'follower';
    }
  }
  return true;
}

function startValue(cursor: Cursor, skip: Skip): void {
  const first = peek(cursor);
  skip.place = 'follower';
  if (first === '[') openBracket(cursor, skip, ']');
  else if (first === '{') openBracket(cursor, skip, '}');
  else if (first === '"') {
    openString(cursor);
    skip.place = 'string';
  } else if (first === 't') readLiteral(cursor, 'true');
  else if (first === 'f') readLiteral(cursor, 'false');
  else if (first === 'n') readLiteral(cursor, 'null');
  else skipNumber(cursor);
}

function openBracket(cursor: Cursor, skip: Skip, closer: '}' | ']'): void {
  cursor.at += 1;
  if (skip.closers.push(closer) > MAX_SKIPPED_BRACKETS) fail(cursor, 'nested too deeply');
  if (peek(cursor) === closer) return;
  if (closer === '}') startKey(cursor, skip);
  else skip.place = 'value';
}

function startKey(cursor: Cursor, skip: Skip): void {
  openString(cursor);
  skip.place = 'key';
}

/** Behind a value, or an opening bracket whose closing one comes next. */
function follow(cursor: Cursor, skip: Skip): void {
  const closer = skip.closers.at(-1);
  if (closer === undefined) {
    skip.place = 'end';
    return;
  }
  const next = peek(cursor);
  if (next !== ',' && next !== closer) fail(cursor, `expected , or ${closer}`);
  cursor.at += 1;
  if (next === closer) skip.closers.pop();
  else if (closer === '}') startKey(cursor, skip);
  else skip.place = 'value';
}

function skipPiece(cursor: Cursor, until: number): void {
  const { text } = cursor;
  const end = Math.min(until, text.length);
  while (cursor.at < end) {
    const code = text.charCodeAt(cursor.at);
    if (code === 0x22) return;
    if (code < 0x20) fail(cursor, 'control character in a string');
    cursor.at += 1;
    if (code === 0x5c) skipEscape(cursor);
  }
}
