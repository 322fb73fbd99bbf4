/**
 * A set of keys of one length, numbered in the order of adding: all keys in one array of bytes, and
 * beside it an open-addressing index of their numbers (linear probing). A hundred thousand keys of
 * 32 bytes take 5 MB; as a Set of hex texts they would take 12.
 *
 * Invariant 1: keys are compared in all their bytes; the hash only says where to look.
 * Invariant 2: what a seed does to the hash is unknown to peers, who can choose keys. Every word of
 *   a key goes into it, as a signer can give any number of signatures one first half.
 */

export interface KeyTable {
  size(): number;
  /** The number of `key`, whose length is the table's; −1 if it is not here. */
  indexOf(key: Uint8Array): number;
  /** Adds `key` unless it is here. Returns its number. */
  add(key: Uint8Array): number;
  /** The key of that number, as a view that holds until the next key is added. */
  at(index: number): Uint8Array;
  /** All keys in order, as a view that holds until the next key is added. */
  bytes(): Uint8Array;
}

/** Keys that a table has room for at first. */
const FIRST_KEYS = 16;

/**
 * An empty table, or one of `initial`: whole keys without a repetition, which are copied.
 * `keyBytes`: a multiple of four. `seed`: 32 bits.
 */
export function createKeyTable(keyBytes: number, seed: number, initial?: Uint8Array): KeyTable {
  const keyWords = keyBytes / 4;
  const wanted = new Uint32Array(keyWords);
  const wantedBytes = new Uint8Array(wanted.buffer);
  let size = 0;
  let words = new Uint32Array(FIRST_KEYS * keyWords);
  /** One more than the number of the key that hashed there; 0: free. Never over 3/4 full. */
  let slots = new Uint32Array(FIRST_KEYS * 2);

  if (initial !== undefined) {
    const count = initial.length / keyBytes;
    if (!Number.isInteger(count)) throw new Error('a part of a key');
    words = new Uint32Array(initial.slice().buffer);
    slots = new Uint32Array(slotCount(count));
    for (size = 0; size < count; size += 1) slots[freeSlot(size)] = size + 1;
  }

  function want(key: Uint8Array): void {
    if (key.length !== keyBytes) throw new Error(`a key of ${key.length} bytes, not ${keyBytes}`);
    wantedBytes.set(key);
  }

  function isWanted(index: number): boolean {
    const from = index * keyWords;
    for (let at = 0; at < keyWords; at += 1) if (words[from + at] !== wanted[at]) return false;
    return true;
  }

  /** Where the wanted key is, or would be. */
  function findSlot(): number {
    const mask = slots.length - 1;
    let slot = hashWords(wanted, seed) & mask;
    for (let taken = slots[slot]; taken; taken = slots[slot]) {
      if (isWanted(taken - 1)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  function freeSlot(index: number): number {
    const mask = slots.length - 1;
    let slot = hashWords(words, seed, index * keyWords, (index + 1) * keyWords) & mask;
    while (slots[slot]) slot = (slot + 1) & mask;
    return slot;
  }

  function makeRoom(): void {
    if ((size + 1) * keyWords > words.length) {
      // A quarter at a time: doubling would leave half of the largest arrays of all unused.
      const grown = new Uint32Array((size + Math.max(FIRST_KEYS, size >> 2)) * keyWords);
      grown.set(words);
      words = grown;
    }
    if (slots.length >= slotCount(size + 1)) return;
    slots = new Uint32Array(slotCount(size + 1));
    for (let index = 0; index < size; index += 1) slots[freeSlot(index)] = index + 1;
  }

  const view = (from: number, to: number): Uint8Array =>
    new Uint8Array(words.buffer, from * keyBytes, (to - from) * keyBytes);

  return {
    size: () => size,
    indexOf(key) {
      want(key);
      return (slots[findSlot()] ?? 0) - 1;
    },
    add(key) {
      want(key);
      const known = slots[findSlot()];
      if (known) return known - 1;
      makeRoom();
      words.set(wanted, size * keyWords);
      slots[findSlot()] = size + 1;
      size += 1;
      return size - 1;
    },
    at(index) {
      if (!(index >= 0 && index < size)) throw new Error(`no key ${index}`);
      return view(index, index + 1);
    },
    bytes: () => view(0, size),
  };
}

/** 32 bits that depend on every bit of `words` and `seed`. Exported for its test. */
export function hashWords(words: Uint32Array, seed: number, from = 0, to = words.length): number {
  let mixed = seed;
  for (let at = from; at < to; at += 1) {
    mixed = Math.imul(mixed ^ (words[at] ?? 0), 0x9e3779b1);
    mixed ^= (mixed >>> 15) ^ seed;
  }
  mixed = Math.imul(mixed, 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** A power of two that `keys` fill to at most 3/4. */
function slotCount(keys: number): number {
  let count = FIRST_KEYS * 2;
  while (keys * 4 > count * 3) count *= 2;
  return count;
}
