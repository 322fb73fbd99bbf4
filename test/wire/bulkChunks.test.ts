import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OpRecord } from '../../worker/ports.ts';
import { encodeBulkChunks, FULL_SIZES } from '../../worker/wire/bulkChunks.ts';
import { decodeText } from '../../worker/wire/codec.ts';
import type { Frame } from '../../worker/wire/frames.ts';
import { BULK_CHUNK_BYTES } from '../../worker/wire/limits.ts';
import { textRecord } from '../support/opRecords.ts';

async function* slicesOf(texts: readonly string[]): AsyncGenerator<readonly OpRecord[]> {
  for (let at = 0; at < texts.length; at += 7) {
    yield texts.slice(at, at + 7).map((text) => textRecord('', text));
  }
}

async function chunksOf(texts: readonly string[], total = texts.length): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of encodeBulkChunks(slicesOf(texts), total)) chunks.push(chunk);
  return chunks;
}

const small = { ...FULL_SIZES, chunkBytes: 150 };

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

test('WIRE13 an op whose own frame would be too long is left out, and the others go', async () => {
  const texts = ['a'.repeat(100), 'b'.repeat(300), 'é'.repeat(160), 'c'.repeat(100)];
  const frames: Frame[] = [];
  const sizes = { chunkBytes: 150, opFrameBytes: 300 };
  for await (const chunk of encodeBulkChunks(slicesOf(texts), texts.length, sizes)) {
    expect(bytesOf(chunk)).toBeLessThanOrEqual(300);
    frames.push(decodeText(chunk));
  }
  const sent = frames.flatMap((frame) => (frame.type === 'bulk' ? frame.ops : []));
  expect(sent).toEqual([texts[0], texts[3]]);
  expect(frames.at(-1)).toMatchObject({ left: 0 });
});

test('WIRE10 an empty log is one empty bulk', async () => {
  expect(await chunksOf([])).toEqual(['{"type":"bulk","ops":[]}']);
});

test('WIRE10 no chunk of several ops exceeds its bytes, and together they are the log in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (texts) => {
      const frames: Frame[] = [];
      for await (const chunk of encodeBulkChunks(slicesOf(texts), texts.length, small)) {
        const frame = decodeText(chunk);
        frames.push(frame);
        const isShort = frame.type === 'bulk' && frame.ops.length <= 1;
        if (!isShort) expect(bytesOf(chunk)).toBeLessThanOrEqual(150);
      }
      expect(frames.flatMap((frame) => (frame.type === 'bulk' ? frame.ops : []))).toEqual(texts);
    }),
  );
});

test('WIRE10 a chunk has at most 1 MiB', async () => {
  const chunks = await chunksOf(new Array(300).fill('x'.repeat(6990)));
  expect(chunks.map((chunk) => bytesOf(chunk) <= BULK_CHUNK_BYTES)).toEqual([true, true, true]);
});

test('WIRE10 a chunk is measured in UTF-8', async () => {
  const chunks = await chunksOf(new Array(40).fill('é'.repeat(30_000)));
  const opsIn = (chunk: string): number => chunk.split('","é').length;
  expect(chunks.map(opsIn)).toEqual([17, 17, 6]);
});

test('WIRE10 chunks are filled, and each says how many ops are left', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(65_000, '"'));
  const frames = (await chunksOf(texts)).map((chunk) => decodeText(chunk));
  expect(frames).toHaveLength(3);
  expect(frames.map((frame) => frame.type === 'bulk' && frame.left)).toEqual([12, 4, 0]);
});

test('WIRE10 only the last chunk of a log that grew says that none is left', async () => {
  const texts = new Array(20).fill('x'.repeat(500_000));
  const frames = (await chunksOf(texts, 3)).map((chunk) => decodeText(chunk));
  expect(frames.map((frame) => frame.type === 'bulk' && frame.left)).toEqual([
    ...new Array(9).fill(1),
    0,
  ]);
});
