import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyTable, hashWords, type KeyTable } from '../../worker/crdt/keyTable.ts';

/** Few words, so that keys meet; they differ in one byte anywhere. */
const key = fc
  .tuple(fc.nat(7), fc.constantFrom(0, 1, 128, 255))
  .map(([at, byte]) => new Uint8Array(8).fill(7).with(at, byte));

function contents(table: KeyTable): readonly string[] {
  return Array.from({ length: table.size() }, (_, index) => bytesToHex(table.at(index)));
}

test('KEY1 a table numbers distinct keys in the order of adding, as a list without repetitions does', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 80 }), fc.nat(), key, (keys, seed, other) => {
      const table = createKeyTable(8, seed);
      const model: string[] = [];
      for (const each of keys) {
        const hex = bytesToHex(each);
        expect(table.indexOf(each)).toBe(model.indexOf(hex));
        if (!model.includes(hex)) model.push(hex);
        expect(table.add(each)).toBe(model.indexOf(hex));
      }
      expect(table.indexOf(other)).toBe(model.indexOf(bytesToHex(other)));
      expect(contents(table)).toEqual(model);
      expect(bytesToHex(table.bytes())).toBe(model.join(''));
    }),
    { seed: 4, numRuns: 200 },
  );
});

test('KEY1 a table of many keys finds each, and none that is not there', () => {
  const numbered = (number: number): Uint8Array => sha256(new TextEncoder().encode(`${number}`));
  const table = createKeyTable(32, 5);
  for (let number = 0; number < 20_000; number += 1) table.add(numbered(number));
  const found = Array.from({ length: 20_100 }, (_, number) => table.indexOf(numbered(number)));
  expect(found).toEqual(found.map((_, number) => (number < 20_000 ? number : -1)));
});

test('KEY2 a table made of the bytes of another is the same table, and goes on', () => {
  const property = fc.property(fc.array(key), fc.array(key), (early, late) => {
    const whole = createKeyTable(8, 1);
    for (const each of early) whole.add(each);
    const again = createKeyTable(8, 2, whole.bytes());
    expect(contents(again)).toEqual(contents(whole));
    for (const each of late) expect(again.add(each)).toBe(whole.add(each));
    for (const each of early) expect(again.indexOf(each)).toBe(whole.indexOf(each));
    expect(contents(again)).toEqual(contents(whole));
  });
  fc.assert(property, { seed: 4, numRuns: 100 });
  const bytes = new Uint8Array(8);
  const table = createKeyTable(8, 1, bytes);
  bytes[0] = 1;
  expect(contents(table)).toEqual(['00'.repeat(8)]);
});

test('KEY3 a key of another length, and a number that was not given, are bugs', () => {
  const table = createKeyTable(8, 1);
  expect(() => table.add(new Uint8Array(4))).toThrow('a key of 4 bytes, not 8');
  expect(() => table.indexOf(new Uint8Array(9))).toThrow('a key of 9 bytes, not 8');
  expect(() => table.at(0)).toThrow('no key 0');
  expect(() => createKeyTable(8, 1, new Uint8Array(12))).toThrow('a part of a key');
});

/** The places that keys would have in an index of 256. */
function placesOf(seed: number, words: readonly Uint32Array[]): ReadonlySet<number> {
  return new Set(words.map((each) => hashWords(each, seed) & 0xff));
}

test('KEY4 keys that meet in one place under one seed are apart under another', () => {
  const words = Array.from({ length: 40_000 }, (_, number) =>
    new Uint32Array(16).fill(9).with(number % 16, number),
  );
  const meeting = words.filter((each) => (hashWords(each, 1) & 0xff) === 0);
  expect(placesOf(1, meeting).size).toBe(1);
  expect(meeting.length).toBeGreaterThan(100);
  for (const seed of [0, 2, 3, 0xffffffff]) {
    expect(placesOf(seed, meeting).size).toBeGreaterThan(meeting.length / 4);
  }
});

test('KEY4 each word of a key moves its place', () => {
  for (let place = 0; place < 16; place += 1) {
    const words = Array.from({ length: 64 }, (_, number) =>
      new Uint32Array(16).fill(9).with(place, number << 26),
    );
    expect(placesOf(1, words).size).toBeGreaterThan(32);
  }
});
