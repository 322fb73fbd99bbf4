import { expect, test } from 'vitest';
import { sha256 as coreSha256 } from '../../worker/crdt/sha256.ts';
import { sha256 } from '../../worker/relay/sha256.ts';

test('REL49 hashes as the core does', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1104, 70_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (7 * index) % 256);
    expect(sha256(bytes)).toEqual(coreSha256(bytes));
    expect(sha256(bytes.subarray(length >> 1))).toEqual(coreSha256(bytes.subarray(length >> 1)));
  }
});
