/**
 * How large frames with ops may be for one address. A peer, or a proxy before it, that takes less
 * than this end sends closes with 1009 and does not say how much it takes; the same frame again
 * would end every connection for ever.
 */

import type { FrameSizes } from '../wire/bulkChunks.ts';

/**
 * After a 1009. `largestBytes`: of the longest frame with ops that the connection had sent; what was
 * too big is at most that. Chunks are halved, down to one op; then ops of that length are left out.
 */
export function shrinkSizes(sizes: FrameSizes, largestBytes: number): FrameSizes {
  if (largestBytes === 0) return sizes;
  return largestBytes <= sizes.chunkBytes
    ? { ...sizes, chunkBytes: Math.floor(largestBytes / 2) }
    : { ...sizes, opFrameBytes: largestBytes - 1 };
}
