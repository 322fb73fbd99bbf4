/**
 * Range-based set reconciliation, both ends, on sets that do not change meanwhile. The initiator asks
 * by fingerprints of ranges; the responder answers those that differ by finer ones or by its keys;
 * what both have and lack is known to the initiator alone.
 *
 * Invariant 1: a message covers all keys, in order; what is not in it is skipped.
 * Invariant 2: no message is longer than it may be: what finds no room is one range to its end, by
 *   its fingerprint, and comes up again.
 * Invariant 3: each message costs O(its length · log n), in slices: the generators yield between.
 */

import {
  compareKeyBytes,
  countBelow,
  type KeySet,
  keysBetween,
  sizeOf,
  sumBetween,
} from './keySet.ts';
import { fingerprintOf } from './keySum.ts';
import {
  type Bound,
  encodedBytes,
  encodeMessage,
  type KeyRange,
  readMessage,
} from './rangeMessage.ts';

export type RangeReply = { readonly type: 'reply'; readonly message: Uint8Array } | BadMessage;

export type RangeProgress =
  | {
      readonly type: 'progress';
      /** Keys that the responder lacks, and that it alone has, as far as this reply tells. */
      readonly have: readonly Uint8Array[];
      readonly need: readonly Uint8Array[];
      /** What to ask next; null: all is known. */
      readonly query: Uint8Array | null;
    }
  | BadMessage;

type BadMessage = { readonly type: 'bad'; readonly detail: string };

type Sliced<T> = Generator<undefined, T, undefined>;

/** Into how many a range is split that differs; one of fewer than twice as many keys is listed. */
const BUCKETS = 16;

/** Room for the ranges that say where a message that is full goes on. */
const TAIL_BYTES = 128;

/** Ranges that are dealt with between two pauses: some milliseconds. */
const SLICE_RANGES = 64;

/** The first query. */
export function initiate(set: KeySet): Uint8Array {
  return encodeMessage([...splitRange(set, { from: 0, to: sizeOf(set), upper: null })]);
}

/** `messageBytes`: the longest reply, at least 4 KiB. */
export function* respond(
  set: KeySet,
  message: Uint8Array,
  messageBytes: number,
): Sliced<RangeReply> {
  const answer = createAnswer(set, messageBytes);
  const walk = walkRanges(set, message, answer, (range, place) => {
    if (range.mode === 'keys') answer.addKeys(place);
    else answer.compare(range, place);
  });
  const end = yield* walk;
  return end ?? { type: 'reply', message: encodeMessage(answer.ranges()) };
}

/** `messageBytes`: the longest query, at least 4 KiB. */
export function* takeReply(
  set: KeySet,
  message: Uint8Array,
  messageBytes: number,
): Sliced<RangeProgress> {
  const answer = createAnswer(set, messageBytes);
  const have: Uint8Array[] = [];
  const need: Uint8Array[] = [];
  const walk = walkRanges(set, message, answer, (range, place) => {
    if (range.mode === 'keys') {
      compareKeys([...keysBetween(set, place.from, place.to)], range.keys, have, need);
      answer.skip(place);
    } else {
      answer.compare(range, place);
    }
  });
  const end = yield* walk;
  if (end !== undefined) return end;
  const ranges = answer.ranges();
  return { type: 'progress', have, need, query: ranges.length > 0 ? encodeMessage(ranges) : null };
}

/** A range by the ranks of its keys in the set. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly upper: Bound;
}

/** Returns what is bad about the message, if anything is. */
function* walkRanges(
  set: KeySet,
  message: Uint8Array,
  answer: Answer,
  take: (range: Exclude<KeyRange, { mode: 'skip' }>, place: Place) => void,
): Sliced<BadMessage | undefined> {
  const reading = readMessage(message);
  if (reading.type === 'bad') return reading;
  let from = 0;
  for (const [index, range] of reading.ranges.entries()) {
    const { upper } = range;
    const place = { from, to: upper === null ? sizeOf(set) : countBelow(set, upper), upper };
    if (range.mode === 'skip') answer.skip(place);
    else take(range, place);
    if (answer.isFull()) return undefined;
    from = place.to;
    if (index % SLICE_RANGES === SLICE_RANGES - 1) yield;
  }
  return undefined;
}

interface Answer {
  skip(place: Place): void;
  compare(range: Extract<KeyRange, { mode: 'fingerprint' }>, place: Place): void;
  /** All keys of the place, as far as there is room. */
  addKeys(place: Place): void;
  isFull(): boolean;
  /** None: nothing is left to say. */
  ranges(): readonly KeyRange[];
}

function createAnswer(set: KeySet, messageBytes: number): Answer {
  const ranges: KeyRange[] = [];
  let bytes = 1;
  /** Where the last range ended that was skipped and is not written yet. */
  let skipped: Bound | undefined;
  let isFull = false;

  const fingerprint = (from: number, to: number): Uint8Array =>
    fingerprintOf(sumBetween(set, from, to), to - from);

  function push(range: KeyRange): void {
    if (skipped !== undefined) append({ mode: 'skip', upper: skipped });
    skipped = undefined;
    append(range);
  }

  function append(range: KeyRange): void {
    ranges.push(range);
    bytes += encodedBytes(range);
  }

  function pushRest(from: number): void {
    isFull = true;
    const rest = fingerprint(from, sizeOf(set));
    push({ mode: 'fingerprint', upper: null, fingerprint: rest });
  }

  const hasRoom = (more: number): boolean => bytes + more + TAIL_BYTES <= messageBytes;

  return {
    skip({ upper }) {
      skipped = upper;
    },
    compare(range, place) {
      if (compareBytes(range.fingerprint, fingerprint(place.from, place.to)) === 0) {
        skipped = place.upper;
        return;
      }
      const split = [...splitRange(set, place)];
      if (hasRoom(split.reduce((sum, one) => sum + encodedBytes(one), 0))) split.forEach(push);
      else pushRest(place.from);
    },
    addKeys({ from, to, upper }) {
      const room = Math.floor((messageBytes - bytes - 2 * TAIL_BYTES) / 32);
      if (to - from <= room) {
        push({ mode: 'keys', upper, keys: [...keysBetween(set, from, to)] });
        return;
      }
      const end = from + Math.max(0, room);
      const [next] = keysBetween(set, end, end + 1);
      if (end > from && next !== undefined) {
        push({ mode: 'keys', upper: next, keys: [...keysBetween(set, from, end)] });
      }
      pushRest(end);
    },
    isFull: () => isFull,
    ranges: () => ranges,
  };
}

/** A place that differs, as finer ranges. */
function* splitRange(set: KeySet, { from, to, upper }: Place): Generator<KeyRange> {
  const count = to - from;
  if (count < 2 * BUCKETS) {
    yield { mode: 'keys', upper, keys: [...keysBetween(set, from, to)] };
    return;
  }
  let start = from;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const end = start + Math.floor(count / BUCKETS) + (bucket < count % BUCKETS ? 1 : 0);
    const fingerprint = fingerprintOf(sumBetween(set, start, end), end - start);
    yield { mode: 'fingerprint', upper: end === to ? upper : boundAt(set, end), fingerprint };
    start = end;
  }
}

/** The shortest bound above the key before that rank and not above the key of it. */
function boundAt(set: KeySet, rank: number): Bound {
  const [before, key] = keysBetween(set, rank - 1, rank + 1);
  if (before === undefined || key === undefined) return null;
  const differs = key.findIndex((byte, at) => byte !== before[at]);
  return key.subarray(0, differs + 1);
}

/** Both in order, as is what is added to `have` and `need`. */
function compareKeys(
  own: readonly Uint8Array[],
  theirs: readonly Uint8Array[],
  have: Uint8Array[],
  need: Uint8Array[],
): void {
  let at = 0;
  for (const key of own) {
    for (let other = theirs[at]; other && compareKeyBytes(other, key) < 0; other = theirs[at]) {
      need.push(other);
      at += 1;
    }
    const other = theirs[at];
    if (other !== undefined && compareKeyBytes(other, key) === 0) at += 1;
    else have.push(key);
  }
  for (const key of theirs.slice(at)) need.push(key);
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  return one.findIndex((byte, at) => byte !== other[at]) + 1;
}
