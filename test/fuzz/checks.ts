/**
 * What must hold for every input, whatever it is. A check that fails throws `Broken`; anything else
 * that is thrown came out of the readers, which never throw.
 */

import { isDeepStrictEqual } from 'node:util';
import { verifySignature } from '../../worker/crdt/curve.ts';
import { attempt } from '../../worker/crdt/json.ts';
import { examineOp, type Op, readOp } from '../../worker/crdt/op.ts';
import { encodeSignedOp, parseSignedOp } from '../../worker/crdt/signedOp.ts';
import { MAX_SKIPPED_BRACKETS, skipValue } from '../../worker/crdt/skipValue.ts';
import { decodeBinary, decodeText, readTextFrame } from '../../worker/wire/codec.ts';
import { encodeAck, encodeBulk, encodeLiveOp } from '../../worker/wire/frames.ts';
import { encodeReconcile } from '../../worker/wire/reconcileFrames.ts';
import { textOf } from '../support/opRecords.ts';
import type { FuzzInput } from './fuzzInput.ts';
import { naiveSignedOp, naiveTextFrame } from './naiveReading.ts';
import { checkCompactFrame, checkPacked } from './packedChecks.ts';
import { readAny } from './readAny.ts';

/** The readers on trial; a test puts broken ones here. */
export const PRODUCTION = { decodeBinary, decodeText, examineOp, parseSignedOp, skipValue };
export type Readers = typeof PRODUCTION;

export class Broken extends Error {}

function demand(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Broken(what);
}

function same(one: unknown, other: unknown, what: string): void {
  demand(isDeepStrictEqual(one, other), what);
}

type Parsed = { readonly type: 'parsed'; readonly value: unknown } | { readonly type: 'refused' };

function parse(text: string): Parsed {
  try {
    return { type: 'parsed', value: JSON.parse(text) };
  } catch {
    return { type: 'refused' };
  }
}

/** Written as JavaScript would: no key twice, no 1.0, so that `JSON.parse` hides nothing. */
function hidesNothing(text: string, parsed: Parsed): boolean {
  try {
    return parsed.type === 'parsed' && JSON.stringify(parsed.value) === text;
  } catch (error) {
    if (error instanceof RangeError) return false; // too deep to write
    throw error;
  }
}

/** Checks one input; the answer is its outcome, for counting. */
export function check(input: FuzzInput, readers: Readers): string {
  switch (input.type) {
    case 'json':
      return checkJson(input.text, readers);
    case 'op':
      return checkOp(input.text, readers);
    case 'packed-op':
      return checkPacked(input.bytes, readers.examineOp, demand);
    case 'text-frame':
      return checkTextFrame(input.text, readers);
    case 'binary-frame':
      return checkBinaryFrame(input.bytes, readers);
  }
}

const TYPED_REFUSALS = /^(nested too deeply|lone surrogate|number out of range)/;

function checkJson(text: string, readers: Readers): string {
  const skipped = attempt(text, readers.skipValue);
  const typed = attempt(text, readAny);
  const parsed = parse(text);
  const mayTake = parsed.type === 'parsed' && text.isWellFormed();
  if (skipped.type === 'read') {
    demand(mayTake, 'skips what JSON.parse refuses');
    same(text.slice(skipped.value.start, skipped.value.end), text.trim(), 'spans another text');
  } else if (mayTake) {
    const isDeep = text.split(/[[{]/).length > MAX_SKIPPED_BRACKETS;
    demand(isDeep, 'does not skip what JSON.parse takes');
  }
  if (typed.type === 'read') {
    demand(skipped.type === 'read', 'reads what it does not skip');
    same(typed.value, parsed.type === 'parsed' && parsed.value, 'reads another value');
    return 'json read';
  }
  if (!mayTake) return 'json refused';
  demand(TYPED_REFUSALS.test(typed.detail), 'refuses what JSON.parse takes');
  return 'json refused as typed';
}

const REJECTIONS: readonly string[] = [
  'too-large',
  'unparsable',
  'seq-too-large',
  'too-many-dependencies',
  'small-order-key',
  'bad-shape',
  'missing-fields',
  'wrong-id',
];

function checkOp(text: string, readers: Readers): string {
  checkParsing(text, readers);
  const examined = readers.examineOp(text, () => false);
  switch (examined.type) {
    case 'rejected':
      demand(REJECTIONS.includes(examined.reason), 'rejects for an unknown reason');
      demand(examined.detail.length < 400, 'a rejection has a long detail');
      same(
        readers.examineOp(text, () => false),
        examined,
        'rejects at one time only',
      );
      return `op ${examined.reason}`;
    case 'duplicate':
      throw new Broken('takes an op for a duplicate of nothing');
    case 'candidate': {
      const { op, claim } = examined;
      checkAccepted(op, readers);
      const sizes = [claim.publicKey.length, claim.digest.length, claim.signature.length];
      same(sizes, [32, 32, 64], 'claims a signature of odd size');
      // One in 256: a verification takes as long as all else.
      if (op.key.startsWith('00')) verifySignature(claim.signature, claim.digest, claim.publicKey);
      return `op ${op.type}`;
    }
  }
}

function checkParsing(text: string, readers: Readers): void {
  const read = readers.parseSignedOp(text);
  const parsed = parse(text);
  const naive = parsed.type === 'parsed' ? naiveSignedOp(parsed.value) : null;
  if (read.type === 'unreadable') {
    const mustRead =
      naive !== null &&
      Number.isSafeInteger(naive.inner.seq) &&
      hidesNothing(text, parsed) &&
      text.isWellFormed();
    const isDeep = read.detail.startsWith('nested too deeply');
    demand(!mustRead || isDeep, 'refuses an op that is one');
    return;
  }
  const signed = read.value;
  const seq = Number(signed.inner.seq);
  same({ ...signed, inner: { ...signed.inner, seq } }, naive, 'reads another op than JSON.parse');
  const canonical = encodeSignedOp(signed);
  same(readers.parseSignedOp(canonical), read, 'the canonical text reads as another op');
  demand(attempt(canonical, readers.skipValue).type === 'read', 'the canonical text is no JSON');
}

function checkAccepted(op: Op, readers: Readers): void {
  const seen = readers.examineOp(textOf(op), (key) => key === op.key);
  same(seen, { type: 'duplicate', key: op.key }, 'an op that is seen is no duplicate');
  same(readOp(textOf(op)), op, 'an op from the store is another');
  const read = readers.parseSignedOp(textOf(op));
  if (read.type === 'unreadable') throw new Broken('accepts what it cannot read');
  const canonical = encodeSignedOp(read.value);
  const again = readOp(canonical);
  same({ ...again, bytes: '' }, { ...op, bytes: '' }, 'the canonical text is another op');
}

const BAD_TEXT = ['unparsable', 'unknown-type', 'too-large'];

function checkTextFrame(text: string, readers: Readers): string {
  const frame = readers.decodeText(text);
  same(readInSlices(text), frame, 'slices change the frame');
  const parsed = parse(text);
  const naive = parsed.type === 'parsed' ? naiveTextFrame(parsed.value) : null;
  if (frame.type === 'bad') {
    demand(BAD_TEXT.includes(frame.reason), 'a text frame is bad for an unknown reason');
    demand(frame.detail.length < 100, 'a bad frame has a long detail');
    const mustRead = naive !== null && hidesNothing(text, parsed) && text.isWellFormed();
    const isDeep = frame.detail.startsWith('nested too deeply');
    demand(!mustRead || isDeep, 'refuses a text frame that is one');
    return `text-frame ${frame.reason}`;
  }
  same(frame, naive, 'reads another frame than JSON.parse');
  if (frame.type === 'bulk') {
    const again = readers.decodeText(encodeBulk(frame.ops, frame.left));
    const { type, ops, left } = frame;
    same(again, { type, ops, caps: null, left }, 'a bulk does not read back');
    for (const op of frame.ops.slice(0, 2)) checkOp(op, readers);
  }
  return `text-frame ${frame.type}`;
}

function readInSlices(text: string): unknown {
  const reading = readTextFrame(text, Math.max(7, Math.ceil(text.length / 100)));
  for (;;) {
    const slice = reading.next();
    if (slice.done === true) return slice.value;
  }
}

const BAD_BINARY = [
  'too-large',
  'unknown-kind',
  'invalid-utf8',
  'unparsable',
  'unknown-version',
  'bad-ack',
  'bad-compact',
  'bad-reconcile',
];

function checkBinaryFrame(bytes: Uint8Array, readers: Readers): string {
  const frame = readers.decodeBinary(bytes);
  const text = Buffer.from(bytes).toString();
  const isUtf8 = Buffer.from(text).equals(bytes);
  switch (frame.type) {
    case 'bad':
      demand(BAD_BINARY.includes(frame.reason), 'a binary frame is bad for an unknown reason');
      demand(frame.detail.length < 100, 'a bad frame has a long detail');
      demand(!isUtf8 || frame.reason !== 'invalid-utf8', 'refuses UTF-8');
      return `binary-frame ${frame.reason}`;
    case 'ack':
      same(encodeAck(frame.keys), Uint8Array.from(bytes), 'an ack does not read back');
      return 'binary-frame ack';
    case 'compact':
      checkCompactFrame(bytes, frame, demand);
      for (const op of frame.ops) checkPacked(op, readers.examineOp, demand);
      return 'binary-frame compact';
    case 'reconcile':
      same(encodeReconcile(frame.message), Uint8Array.from(bytes), 'a message does not read back');
      return 'binary-frame reconcile';
    case 'op': {
      demand(isUtf8 && text.includes(frame.text), 'an op is not the text that arrived');
      const whole = JSON.parse(text);
      same([whole.v, whole.op], [1, JSON.parse(frame.text)], 'reads another op than JSON.parse');
      same(readers.decodeBinary(encodeLiveOp(frame.text)), frame, 'a live op does not read back');
      checkOp(frame.text, readers);
      return 'binary-frame op';
    }
    case 'bulk':
      throw new Broken('a binary frame is a bulk');
  }
}
