import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyTable } from '../../worker/crdt/keyTable.ts';
import { digestOf, digestWith } from '../../worker/sync/keyDigest.ts';
import {
  countBelow,
  createKeySet,
  hasKey,
  insertKeys,
  type KeyNode,
  keysBetween,
  sizeOf,
  sumBetween,
} from '../../worker/sync/keySet.ts';
import { hexOf, keySetOf, someKeys } from '../support/keySets.ts';

/** Many share their first bytes, so that the trie is deep in places. */
const key = fc
  .tuple(fc.constantFrom(0, 1, 255), fc.nat(3), fc.uint8Array({ minLength: 30, maxLength: 30 }))
  .map(([first, second, rest]) => Uint8Array.of(first, second, ...rest));
const keys = fc.uniqueArray(key, { maxLength: 300, selector: String });

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function sumOf(all: readonly Uint8Array[]): bigint {
  return all.reduce((sum, one) => sum + numberOf(one), 0n) % 2n ** 256n;
}

const sorted = (all: readonly Uint8Array[]): readonly Uint8Array[] => all.toSorted(Buffer.compare);

describe('a set of keys', () => {
  test('SET1 A set has each key once and in order, whatever the order and the portions of adding', () => {
    fc.assert(
      fc.property(keys, fc.nat(300), (all, cut) => {
        const table = createKeyTable(32, 1);
        const numbers = all.map((one) => table.add(one));
        const first = insertKeys(createKeySet(table), numbers.slice(cut));
        const set = insertKeys(first, numbers);
        expect(sizeOf(set)).toBe(all.length);
        expect([...keysBetween(set, 0, all.length)]).toEqual(sorted(all));
        expect(all.every((one) => hasKey(set, one))).toBe(true);
        expect(hasKey(set, someKeys('absent', 1)[0] ?? new Uint8Array(32))).toBe(false);
      }),
    );
  });

  test('SET2 Ranks, ranges and sums are those of the sorted keys', () => {
    fc.assert(
      fc.property(
        keys,
        fc.uint8Array({ maxLength: 32 }),
        fc.nat(300),
        fc.nat(300),
        (all, bound, one, other) => {
          const set = keySetOf(all);
          const [from, to] = one < other ? [one, other] : [other, one];
          const padded = Uint8Array.from({ length: 32 }, (_, at) => bound[at] ?? 0);
          const below = all.filter((each) => Buffer.compare(each, padded) < 0);
          const part = sorted(all).slice(from, to);
          expect(countBelow(set, bound)).toBe(below.length);
          expect([...keysBetween(set, from, to)]).toEqual(part);
          const sum = new Uint8Array(sumBetween(set, from, to).buffer);
          expect(numberOf(sum)).toBe(sumOf(part));
        },
      ),
    );
  });

  test('SET3 Adding keys leaves the set as it was and shares what did not change', () => {
    const table = createKeyTable(32, 1);
    const before = insertKeys(
      createKeySet(table),
      someKeys('before', 2000).map((one) => table.add(one)),
    );
    const digest = digestOf(before);
    const [added = new Uint8Array(32)] = someKeys('added', 1);
    const after = insertKeys(before, [table.add(added)]);
    const known = new Set(nodesOf(before.root));
    expect(nodesOf(after.root).filter((node) => !known.has(node)).length).toBeLessThan(10);
    expect([sizeOf(before), hasKey(before, added)]).toEqual([2000, false]);
    expect([sizeOf(after), hasKey(after, added)]).toEqual([2001, true]);
    expect(digestOf(before)).toEqual(digest);
    expect(digestOf(after)).not.toEqual(digest);
  });

  test('SET4 The digest depends on the keys and on nothing else', () => {
    fc.assert(
      fc.property(keys, fc.nat(300), (all, cut) => {
        const digest = digestOf(keySetOf(all));
        const table = createKeyTable(32, 9);
        const numbers = all.toReversed().map((one) => table.add(one));
        const first = insertKeys(createKeySet(table), numbers.slice(0, cut));
        digestOf(first);
        expect(digestOf(insertKeys(first, numbers.slice(cut)))).toEqual(digest);
        const without = all.slice(1);
        expect(hexOf([digestOf(keySetOf(without))]).includes(hexOf([digest])[0] ?? '')).toBe(
          all.length === 0,
        );
      }),
    );
  });

  test('SET5 The digest with changes is that of the changed set', () => {
    fc.assert(
      fc.property(keys, fc.nat(300), fc.nat(300), (all, one, other) => {
        const [cut, end] = one < other ? [one, other] : [other, one];
        const added = all.slice(0, cut);
        const removed = all.slice(cut, end);
        const kept = all.slice(end);
        const set = keySetOf([...removed, ...kept]);
        expect(digestWith(set, added, removed)).toEqual(digestOf(keySetOf([...added, ...kept])));
      }),
    );
  });
});

function nodesOf(node: KeyNode): readonly KeyNode[] {
  return node.type === 'leaf' ? [node] : [node, ...node.children.flatMap(nodesOf)];
}
