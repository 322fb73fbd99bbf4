import type { StoreEntry } from './opLog.ts';

/**
 * A whole store as bytes, between the relay that has it and the command that copies it: a head, then
 * for each entry the lengths of key and value (4 bytes each, big-endian), key, value; at the end 4
 * bytes of ones and the number of entries. Without that end it was cut short.
 */

const HEAD = Buffer.from('huskies-store-1\n');
const LENGTHS_BYTES = 8;
const END = 0xffff_ffff;

/** More than the longest key has, and more than an op may have. */
const KEY_BYTES_MAX = 1024;
const VALUE_BYTES_MAX = 1024 * 1024;

export async function* encodeStore(
  slices: AsyncIterable<readonly StoreEntry[]>,
): AsyncGenerator<Uint8Array> {
  let entries = 0;
  yield HEAD;
  for await (const slice of slices) {
    yield Buffer.concat(
      slice.flatMap(([key, value]) => {
        const keyBytes = Buffer.from(key);
        return [lengths(keyBytes.length, value.length), keyBytes, value];
      }),
    );
    entries += slice.length;
  }
  yield lengths(END, entries);
}

/** Throws an error for a person when it is no store, or not all of one. */
export async function* decodeStore(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly StoreEntry[]> {
  let rest: Buffer = Buffer.alloc(0);
  let at = 'head' as 'head' | 'entries' | 'end';
  let entries = 0;

  const take = (bytes: number): Buffer => {
    const taken = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    return taken;
  };
  const takeHead = (): void => {
    if (rest.length < HEAD.length) return;
    if (!take(HEAD.length).equals(HEAD)) throw new Error('what came is no store of this version');
    at = 'entries';
  };
  /** null: not all of it has come. */
  const takeEntry = (): StoreEntry | null => {
    if (at !== 'entries' || rest.length < LENGTHS_BYTES) return null;
    const keyBytes = rest.readUInt32BE(0);
    const valueBytes = rest.readUInt32BE(4);
    if (keyBytes === END) {
      if (valueBytes !== entries) throw new Error('entries are missing');
      at = 'end';
      return null;
    }
    if (keyBytes > KEY_BYTES_MAX || valueBytes > VALUE_BYTES_MAX) {
      throw new Error('what came is no store');
    }
    if (rest.length < LENGTHS_BYTES + keyBytes + valueBytes) return null;
    take(LENGTHS_BYTES);
    entries += 1;
    return [take(keyBytes).toString(), take(valueBytes)];
  };

  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    if (at === 'head') takeHead();
    const slice: StoreEntry[] = [];
    for (let entry = takeEntry(); entry !== null; entry = takeEntry()) slice.push(entry);
    if (slice.length > 0) yield slice;
  }
  if (at !== 'end') throw new Error('it was cut short');
}

function lengths(keyBytes: number, valueBytes: number): Buffer {
  const bytes = Buffer.alloc(LENGTHS_BYTES);
  bytes.writeUInt32BE(keyBytes, 0);
  bytes.writeUInt32BE(valueBytes, 4);
  return bytes;
}
