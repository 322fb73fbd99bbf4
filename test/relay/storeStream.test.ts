import { expect, test } from 'vitest';
import type { StoreEntry } from '../../worker/relay/opLog.ts';
import { decodeStore, encodeStore } from '../../worker/relay/storeStream.ts';
import { collect } from '../support/opLogRecords.ts';

const ENTRIES: readonly StoreEntry[] = [
  ['format', Buffer.from('2')],
  ['op!default!00000000000000', Buffer.alloc(3000, 7)],
  ['note!default', Buffer.alloc(0)],
];

async function* inSlices<Item>(...slices: readonly Item[]) {
  yield* slices;
}

async function encoded(): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeStore(inSlices(ENTRIES.slice(0, 1), ENTRIES.slice(1)))) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const decoded = (bytes: Uint8Array, chunkBytes: number) => {
  const count = Math.ceil(bytes.length / chunkBytes);
  const chunks = Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  return collect(decodeStore(inSlices(...chunks)));
};

test.each([1, 7, 4096, 1 << 20])(
  'RCMD9 a store is read as it was written, %i bytes at a time',
  async (bytes) => {
    expect(await decoded((await encoded()).subarray(0), bytes)).toEqual(ENTRIES);
  },
);

test('RCMD9 a store that is cut anywhere, or is none, is never taken for a whole one', async () => {
  const whole = await encoded();
  for (const length of [0, 1, 15, 16, 20, 40, 2000, whole.length - 8, whole.length - 1]) {
    await expect(decoded(whole.subarray(0, length), 4096)).rejects.toThrow('it was cut short');
  }
  await expect(decoded(Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 4096)).rejects.toThrow(
    'what came is no store of this version',
  );
  const huge = Buffer.concat([whole.subarray(0, 16), Buffer.from([0, 0, 0, 1, 127, 0, 0, 0])]);
  await expect(decoded(huge, 4096)).rejects.toThrow('what came is no store');
  const fewer = Buffer.concat([whole.subarray(0, -4), Buffer.from([0, 0, 0, 9])]);
  await expect(decoded(fewer, 4096)).rejects.toThrow('entries are missing');
});
