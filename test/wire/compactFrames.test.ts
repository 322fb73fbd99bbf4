import { describe, expect, test } from 'vitest';
import { toBytes } from '../../worker/crdt/bytes.ts';
import { type PackedOp, packParts, packText } from '../../worker/crdt/packedOp.ts';
import { encodeCompactChunks, FULL_SIZES } from '../../worker/wire/bulkChunks.ts';
import { decodeBinary } from '../../worker/wire/codec.ts';
import { encodeCompact, readCompact } from '../../worker/wire/compactFrames.ts';
import { encodeLiveOp } from '../../worker/wire/frames.ts';
import { BULK_CHUNK_BYTES, COMPACT_OPS_BYTES_MAX } from '../../worker/wire/limits.ts';
import { offerOp } from '../../worker/wire/offeredOp.ts';
import { createFakeSigner, deleteOp, insertOp, opText, setOp } from '../support/opFactory.ts';
import { dumpRecords } from '../support/opRecords.ts';

const signer = createFakeSigner(1);
const ITEM = '5a'.repeat(32);
const DEPENDENCY = '33'.repeat(64);
const insert = insertOp({ signer, origin: ITEM });
const ops: readonly PackedOp[] = [
  packParts(insert),
  packParts(setOp(ITEM, 'stage', { signer, dependsOn: [DEPENDENCY, '44'.repeat(64)] })),
  packText('{"any":"é"}'),
  packParts(deleteOp(ITEM, { signer, innerAuthor: '77'.repeat(32), dependsOn: [DEPENDENCY] })),
  packText(''),
];

const bytesOf = (...parts: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? part : [...toBytes(part)])));
const reasonOf = (bytes: Uint8Array): string => {
  const frame = decodeBinary(bytes);
  return frame.type === 'bad' ? frame.reason : frame.type;
};

describe('compact frames', () => {
  test.each([null, 0, 1, 300, 2 ** 53 - 1])('WIRE14 of all kinds of ops, left %s', (left) => {
    const frame = encodeCompact({ ops, left });
    expect(decodeBinary(frame)).toEqual({ type: 'compact', ops, left });
  });

  test('WIRE14 an empty log is a bulk without ops', () => {
    const frame = encodeCompact({ ops: [], left: 0 });
    expect([...frame]).toEqual([2, 1, 1, 0]);
    expect(decodeBinary(frame)).toEqual({ type: 'compact', ops: [], left: 0 });
  });

  test('WIRE14 what ops share stands in a frame once, and a real log takes 100 bytes an op', () => {
    const records = dumpRecords(3159).map(({ bytes }) => bytes);
    const frame = encodeCompact({ ops: records, left: 0 });
    expect(decodeBinary(frame)).toEqual({ type: 'compact', ops: records, left: 0 });
    expect(frame.length / records.length).toBeLessThan(100);
  });

  test('WIRE15 a frame of another version is told as such', () => {
    expect(decodeBinary(Uint8Array.of(2, 9))).toEqual({
      type: 'bad',
      reason: 'unknown-version',
      detail: '9',
    });
  });

  test('WIRE15 a frame that ends early is bad, unless an op ends there', () => {
    const frame = encodeCompact({ ops, left: 7 });
    const ends = ops.map((_, count) => encodeCompact({ ops: ops.slice(0, count), left: 7 }).length);
    for (let end = 1; end < frame.length; end += 1) {
      const expected = ends.includes(end) ? 'compact' : 'bad-compact';
      expect(reasonOf(frame.slice(0, end)), `${end} bytes`).toBe(expected);
    }
  });

  test.each([
    ['no live op', [2, 1, 0]],
    ['an unknown type', [2, 1, 2]],
    ['an unknown kind of op', [2, 1, 0, 0x83, 0, ITEM, 0, ITEM, 0]],
    ['a name that did not come', [2, 1, 0, 2, 1, 0, ITEM, 0]],
    ['a dependency that did not come', [2, 1, 0, 0x42, 1, 0, ITEM, 0, ITEM, 1, 0]],
    ['a count of nothing', [2, 1, 0, 0x42, 0, 0, ITEM, 0, ITEM, 0]],
    ['a number with a byte too many', [2, 1, 1, 0x80, 0]],
    ['a text of more than there is', [2, 1, 0, 0, 5, 0x7b]],
  ])('WIRE15 a frame with %s is bad', (_, parts) => {
    expect(reasonOf(bytesOf(...parts))).toBe('bad-compact');
  });

  test('WIRE16 a frame above 4 MiB is not read', () => {
    const frame = new Uint8Array(4 * 1024 * 1024 + 1);
    frame[0] = 2;
    expect(decodeBinary(frame)).toEqual({
      type: 'bad',
      reason: 'too-large',
      detail: '4194305 bytes',
    });
  });

  test('WIRE16 ops that name the same bytes again and again are bounded by what they take', () => {
    const swelling = bytesOf(0x42, 64, 1, 1, ...new Array<number>(64).fill(1), 0);
    const first = bytesOf(2, 1, 0, 0x42, 1, 0, ITEM, 1, 0, DEPENDENCY, 0);
    const opBytes = 1 + 1 + 2 * 32 + 64 * 64;
    const most = Math.floor(COMPACT_OPS_BYTES_MAX / opBytes);
    const frameOf = (count: number): Uint8Array =>
      Buffer.concat([first, ...new Array<Uint8Array>(count).fill(swelling)]);
    expect(reasonOf(frameOf(most))).toBe('bad-compact');
    expect(reasonOf(frameOf(Math.floor(most / 2)))).toBe('compact');
  });

  test('WIRE16 a long frame is read with a pause after each slice, and reads the same', () => {
    const frame = encodeCompact({ ops: dumpRecords(500).map(({ bytes }) => bytes), left: 0 });
    const reading = readCompact(frame, 1000);
    let pauses = 0;
    let slice = reading.next();
    for (; slice.done !== true; slice = reading.next()) pauses += 1;
    expect(slice.value).toEqual(decodeBinary(frame));
    expect(pauses).toBeGreaterThan(30);
  });
});

async function* inSlices(records: readonly PackedOp[]) {
  for (let at = 0; at < records.length; at += 7) {
    yield records.slice(at, at + 7).map((bytes) => ({ key: '', bytes }));
  }
}

test('WIRE17 a log goes out in frames of at most so many bytes, in order, none left at the end', async () => {
  const records = dumpRecords(60).map(({ bytes }) => bytes);
  const sizes = { ...FULL_SIZES, chunkBytes: 1000 };
  const got: PackedOp[] = [];
  const lefts: (number | null)[] = [];
  for await (const chunk of encodeCompactChunks(inSlices(records), records.length, sizes)) {
    expect(chunk.length).toBeLessThanOrEqual(1000);
    const frame = decodeBinary(chunk);
    if (frame.type !== 'compact') throw new Error(frame.type);
    got.push(...frame.ops);
    lefts.push(frame.left);
    if (frame.left !== 0) expect(frame.left).toBe(records.length - got.length);
  }
  expect(got).toEqual(records);
  expect(lefts.length).toBeGreaterThan(3);
  expect(lefts.at(-1)).toBe(0);
});

test('WIRE17 large ops fill frames of at most 1 MiB, and one too long for the peer is left out', async () => {
  const large = Array.from({ length: 40 }, (_, at) => packText(`${at}`.padEnd(60_000, 'x')));
  const frames: Uint8Array[] = [];
  for await (const chunk of encodeCompactChunks(inSlices(large), 40)) frames.push(chunk);
  expect(frames.every((frame) => frame.length <= BULK_CHUNK_BYTES)).toBe(true);
  expect(frames.length).toBe(3);
  const small = packText('{}');
  const short = { chunkBytes: 1000, opFrameBytes: 50_000 };
  for await (const chunk of encodeCompactChunks(inSlices([...large, small]), 41, short)) {
    expect(decodeBinary(chunk)).toEqual({ type: 'compact', ops: [small], left: 0 });
  }
});

test('WIRE18 an offered op is the same frame for every peer that takes its form', () => {
  const offered = offerOp({ key: '', bytes: packParts(insert) });
  expect(offered.json()).toEqual(encodeLiveOp(opText(insert)));
  expect(offered.compact()).toEqual(encodeCompact({ ops: [packParts(insert)], left: null }));
  expect(offered.json()).toBe(offered.json());
  expect(offered.compact()).toBe(offered.compact());
});
