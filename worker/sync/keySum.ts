/**
 * Sums of keys as Negentropy takes them: little-endian unsigned integers of 32 bytes, modulo 2^256.
 * https://github.com/hoytech/negentropy/blob/master/docs/negentropy-protocol-v1.md
 */

import { sha256 } from '../crdt/sha256.ts';
import { encodeVarint } from '../wire/varint.ts';

export const KEY_BYTES = 32;
export const FINGERPRINT_BYTES = 16;

/** Eight words of 32 bits, the lowest first. */
export type KeySum = Uint32Array;

const WORDS = KEY_BYTES / 4;
const WORD_MAX = 0xffff_ffff;

export function createSum(): KeySum {
  return new Uint32Array(WORDS);
}

/** Adds the key that starts at `from`. */
export function addKey(sum: KeySum, bytes: Uint8Array, from: number): void {
  let carry = 0;
  for (let word = 0; word < WORDS; word += 1) {
    const at = from + 4 * word;
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    const high = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
    const total = (sum[word] ?? 0) + ((low | (high << 16)) >>> 0) + carry;
    sum[word] = total;
    carry = total > WORD_MAX ? 1 : 0;
  }
}

export function addSum(sum: KeySum, other: KeySum): void {
  let carry = 0;
  for (let word = 0; word < WORDS; word += 1) {
    const total = (sum[word] ?? 0) + (other[word] ?? 0) + carry;
    sum[word] = total;
    carry = total > WORD_MAX ? 1 : 0;
  }
}

/** The fingerprint of `count` keys with that sum: 16 bytes. */
export function fingerprintOf(sum: KeySum, count: number): Uint8Array {
  const suffix = encodeVarint(count);
  const text = new Uint8Array(KEY_BYTES + suffix.length);
  const view = new DataView(text.buffer);
  for (const [index, word] of sum.entries()) view.setUint32(4 * index, word, true);
  text.set(suffix, KEY_BYTES);
  return sha256(text).subarray(0, FINGERPRINT_BYTES);
}
