import { expect, test } from 'vitest';
import { shrinkSizes } from '../../worker/sync/frameSizes.ts';
import { FULL_SIZES } from '../../worker/wire/bulkChunks.ts';

test('RDV14 chunks are halved until the longest frame is a single op, which is then left out', () => {
  const MIB = 1024 * 1024;
  let sizes = FULL_SIZES;
  const after: unknown[] = [];
  for (const largestBytes of [MIB, MIB / 2, 200_000, 150_000, 120_000]) {
    sizes = shrinkSizes(sizes, largestBytes);
    after.push(sizes);
  }
  expect(after).toEqual([
    { chunkBytes: MIB / 2, opFrameBytes: Number.POSITIVE_INFINITY },
    { chunkBytes: MIB / 4, opFrameBytes: Number.POSITIVE_INFINITY },
    { chunkBytes: 100_000, opFrameBytes: Number.POSITIVE_INFINITY },
    { chunkBytes: 100_000, opFrameBytes: 149_999 },
    { chunkBytes: 100_000, opFrameBytes: 119_999 },
  ]);
});

test('RDV14 a connection that had sent no ops changes nothing', () => {
  expect(shrinkSizes(FULL_SIZES, 0)).toEqual(FULL_SIZES);
});
