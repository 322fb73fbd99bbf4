import { sha256 } from '@noble/hashes/sha2.js';
import type { Random } from '../../worker/ports.ts';

/** The same bytes and fractions for the same seed: SHA-256 of seed and counter. */
export function createSeededRandom(seed: string): Random {
  const encoder = new TextEncoder();
  let counter = 0;
  const nextBlock = (): Uint8Array => {
    counter += 1;
    return sha256(encoder.encode(`${seed}/${counter}`));
  };
  return {
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at += 32) bytes.set(nextBlock().subarray(0, count - at), at);
      return bytes;
    },
    fraction() {
      const view = new DataView(nextBlock().buffer);
      return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
    },
  };
}
