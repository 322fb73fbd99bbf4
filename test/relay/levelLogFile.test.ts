import { expect, test } from 'vitest';
import { countTornBytes } from '../../worker/relay/levelLogFile.ts';

const BLOCK_BYTES = 32 * 1024;

/** A fragment without a checksum, which is not looked at. */
function fragment(type: number, length: number): Uint8Array {
  const bytes = new Uint8Array(7 + length).fill(0xaa);
  bytes.set([length & 0xff, length >> 8, type], 4);
  return bytes;
}
const WHOLE = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;
const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

const whole = fragment(WHOLE, 100);
/** Fills a block but for so many bytes. */
const filler = (left: number): Uint8Array => fragment(WHOLE, BLOCK_BYTES - 7 - left);
const fullFirst = fragment(FIRST, BLOCK_BYTES - 7);

test.each<readonly [string, Uint8Array, number]>([
  ['an empty file', new Uint8Array(0), 0],
  ['whole records', join(whole, whole), 0],
  [
    'a record over three blocks',
    join(fullFirst, fragment(MIDDLE, BLOCK_BYTES - 7), fragment(LAST, 9)),
    0,
  ],
  ['a block that ends in padding', join(filler(5), new Uint8Array(5), whole), 0],
  ['padding at the end of the file', join(filler(5), new Uint8Array(5)), 0],
  ['a header that is cut', join(whole, whole.subarray(0, 6)), 6],
  ['data that is cut', join(whole, whole.subarray(0, 50)), 50],
  [
    'a record whose rest never came',
    join(whole, fragment(FIRST, BLOCK_BYTES - 7 - whole.length)),
    BLOCK_BYTES - whole.length,
  ],
  [
    'a record cut in its second block',
    join(fullFirst, fragment(LAST, 9).subarray(0, 10)),
    BLOCK_BYTES + 10,
  ],
  ['a fragment of no known type', join(whole, fragment(9, 10)), 0],
  ['a fragment longer than its block', join(whole, fragment(WHOLE, BLOCK_BYTES)), 0],
])('LOG15 of %s, what belongs to no whole record is counted', (_, file, torn) => {
  expect(countTornBytes(file)).toBe(torn);
});
