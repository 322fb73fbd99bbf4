import { opText, type PackedOp } from '../crdt/packedOp.ts';
import type { OpRecord } from '../ports.ts';
import { compactBytes, encodeCompact } from './compactFrames.ts';
import { joinBulk, quote } from './frames.ts';
import { BULK_CHUNK_BYTES } from './limits.ts';

/** Brackets, names and the longest count of a bulk frame. */
const ENVELOPE_BYTES = 64;

const BEYOND_ASCII = /[\u0080-\uffff]/;
const encoder = new TextEncoder();

/** How long frames with ops may be for one peer. */
export interface FrameSizes {
  /** Longest bulk frame of more than one op. */
  readonly chunkBytes: number;
  /** Longest frame of one op; what is longer is left out. */
  readonly opFrameBytes: number;
}

export const FULL_SIZES: FrameSizes = {
  chunkBytes: BULK_CHUNK_BYTES,
  opFrameBytes: Number.POSITIVE_INFINITY,
};

/**
 * A log as bulk frames of at most `maxBytes` or one op each, at least one frame. `total`: ops in the
 * log as far as known. Every frame but the last says that ops are left, and the last says none are,
 * also when the log grew meanwhile. One frame is in memory at a time.
 */
export async function* encodeBulkChunks(
  log: AsyncIterable<readonly OpRecord[]>,
  total: number,
  { chunkBytes: chunkBytesMax, opFrameBytes } = FULL_SIZES,
): AsyncGenerator<string, undefined, undefined> {
  let chunk: string[] = [];
  let chunkBytes = ENVELOPE_BYTES;
  let sent = 0;
  for await (const slice of log) {
    for (const { bytes } of slice) {
      const quoted = quote(opText(bytes));
      const quotedBytes = utf8Bytes(quoted) + 1;
      if (ENVELOPE_BYTES + quotedBytes > opFrameBytes) continue;
      if (chunk.length > 0 && chunkBytes + quotedBytes > chunkBytesMax) {
        sent += chunk.length;
        yield joinBulk(chunk, Math.max(1, total - sent));
        chunk = [];
        chunkBytes = ENVELOPE_BYTES;
      }
      chunk.push(quoted);
      chunkBytes += quotedBytes;
    }
  }
  yield joinBulk(chunk, 0);
}

/** The same as compact frames. A chunk is measured by what its ops take as they are, and takes less. */
export async function* encodeCompactChunks(
  log: AsyncIterable<readonly OpRecord[]>,
  total: number,
  { chunkBytes: chunkBytesMax, opFrameBytes } = FULL_SIZES,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  let chunk: PackedOp[] = [];
  let chunkBytes = ENVELOPE_BYTES;
  let sent = 0;
  for await (const slice of log) {
    for (const { bytes } of slice) {
      const opBytes = compactBytes(bytes);
      if (ENVELOPE_BYTES + opBytes > opFrameBytes) continue;
      if (chunk.length > 0 && chunkBytes + opBytes > chunkBytesMax) {
        sent += chunk.length;
        yield encodeCompact({ ops: chunk, left: Math.max(1, total - sent) });
        chunk = [];
        chunkBytes = ENVELOPE_BYTES;
      }
      chunk.push(bytes);
      chunkBytes += opBytes;
    }
  }
  yield encodeCompact({ ops: chunk, left: 0 });
}

function utf8Bytes(text: string): number {
  return BEYOND_ASCII.test(text) ? encoder.encode(text).length : text.length;
}
