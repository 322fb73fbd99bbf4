/**
 * Reads the fields of a text frame in slices: a frame may have 64 MiB, of whatever a peer thinks will
 * take longest, and other work must have its turn meanwhile.
 *
 * Invariant 1: about `sliceCharacters` after a pause comes the next, in strings, in lists, among
 *   fields and in what is skipped; only one run of white space or of digits is passed over in one go.
 * Invariant 2: what is kept is bounded by the text: strings that were asked for, so many in a list.
 */

import {
  type Cursor,
  close,
  closesString,
  expect,
  fail,
  hasNext,
  open,
  openString,
  peek,
  readPiece,
  readUnsigned,
} from '../crdt/json.ts';
import { createSkip, skipOn } from '../crdt/skipValue.ts';
import { BULK_OPS_MAX, CAPS_MAX } from './limits.ts';

export interface TextFields {
  type?: string;
  ops?: string[];
  op?: string;
  caps?: string[];
  left?: number;
  log?: string;
  since?: number;
}

/** Yields at each pause. */
type Sliced<T> = Generator<undefined, T, undefined>;

interface Pace {
  readonly sliceCharacters: number;
  /** UTF-16 index from which on the next pause is due. */
  pauseAt: number;
}

/** Throws `JsonError`, as all readers of a cursor. */
export function* readTextFields(cursor: Cursor, sliceCharacters: number): Sliced<TextFields> {
  const pace: Pace = { sliceCharacters, pauseAt: cursor.at + sliceCharacters };
  const fields: TextFields = {};
  open(cursor, '{');
  if (peek(cursor) === '}') {
    close(cursor, '}');
    return fields;
  }
  do {
    const key = yield* readString(cursor, pace);
    expect(cursor, ':');
    yield* readField(cursor, pace, fields, key);
    if (isPauseDue(cursor, pace)) yield;
  } while (hasNext(cursor, '}'));
  return fields;
}

function* readField(cursor: Cursor, pace: Pace, fields: TextFields, key: string): Sliced<void> {
  if (Object.hasOwn(fields, key)) fail(cursor, 'duplicate field');
  if (key === 'type' || key === 'op' || key === 'log')
    fields[key] = yield* readString(cursor, pace);
  else if (key === 'left' || key === 'since') fields[key] = readCount(cursor);
  else if (key === 'ops') fields.ops = yield* readStrings(cursor, pace, BULK_OPS_MAX);
  else if (key === 'caps') fields.caps = yield* readStrings(cursor, pace, CAPS_MAX);
  else {
    const skip = createSkip(cursor);
    while (!skipOn(cursor, skip, pace.pauseAt)) if (isPauseDue(cursor, pace)) yield;
  }
}

function* readStrings(cursor: Cursor, pace: Pace, most: number): Sliced<string[]> {
  const strings: string[] = [];
  open(cursor, '[');
  if (peek(cursor) === ']') {
    close(cursor, ']');
    return strings;
  }
  do {
    if (strings.push(yield* readString(cursor, pace)) > most)
      fail(cursor, `over ${most} in a list`);
    if (isPauseDue(cursor, pace)) yield;
  } while (hasNext(cursor, ']'));
  return strings;
}

function* readString(cursor: Cursor, pace: Pace): Sliced<string> {
  openString(cursor);
  let text = readPiece(cursor, pace.pauseAt);
  while (!closesString(cursor)) {
    if (isPauseDue(cursor, pace)) yield;
    text += readPiece(cursor, pace.pauseAt);
  }
  return text;
}

/** If so, the caller pauses; the next pause is due a slice further on. */
function isPauseDue(cursor: Cursor, pace: Pace): boolean {
  if (cursor.at < pace.pauseAt) return false;
  pace.pauseAt = cursor.at + pace.sliceCharacters;
  return true;
}

function readCount(cursor: Cursor): number {
  const count = readUnsigned(cursor);
  return typeof count === 'number' ? count : fail(cursor, 'count out of range');
}
