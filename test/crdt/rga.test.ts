import { expect, test } from 'vitest';
import { type OpId, type PublicKey, ROOT } from '../../worker/crdt/bytes.ts';
import {
  createRga,
  type PlacedElement,
  type Placement,
  type Rga,
  restoreRga,
} from '../../worker/crdt/rga.ts';

/** A short name as an id or a key: `a` is `aaaa…`. */
function id(name: string): OpId {
  return (name === '' ? ROOT : name.padStart(64, '0')) as OpId;
}

function place(name: string, origin: string, seq = 1, author = 'a'): Placement {
  return { id: id(name), origin: id(origin), seq, innerAuthor: id(author) as string as PublicKey };
}

function listOf(...placements: readonly Placement[]): Rga {
  const list = createRga();
  for (const placement of placements) list.insert(placement);
  return list;
}

function names(list: Rga): string {
  return Array.from(list.visibleIds(), (each) => each.replace(/^0+/, '')).join('');
}

test('RGA1 an element stands right behind its origin, and what goes after it follows it', () => {
  expect(names(listOf(place('a', ''), place('b', 'a'), place('c', 'b')))).toBe('abc');
  expect(names(listOf(place('a', '', 1), place('b', 'a', 2), place('c', 'a', 3)))).toBe('acb');
  expect(names(listOf(place('a', '', 1), place('b', 'a', 2), place('c', '', 3)))).toBe('cab');
});

test('RGA1 a subtree stays together even where seqs do not grow along it', () => {
  // The child has a lower seq than its origin's sibling; a skip over higher seqs would go astray.
  const a = place('a', '', 5);
  const b = place('b', '', 4);
  const c = place('c', 'a', 1);
  const d = place('d', 'c', 9);
  expect(names(listOf(a, b, c, d))).toBe('acdb');
  expect(names(listOf(b, a, c, d))).toBe('acdb');
  expect(names(listOf(a, c, d, b))).toBe('acdb');
});

test('RGA2 siblings stand by higher seq, then higher inner author, then higher id', () => {
  const siblings = [
    place('1', '', 3, 'a'),
    place('2', '', 2, 'c'),
    place('3', '', 2, 'b'),
    place('5', '', 2, 'a'),
    place('4', '', 2, 'a'),
    place('6', '', 0, 'f'),
  ];
  expect(names(listOf(...siblings))).toBe('123546');
  expect(names(listOf(...siblings.toReversed()))).toBe('123546');
  const last = place('9', '', Number.MAX_SAFE_INTEGER);
  expect(names(listOf(...siblings, last))).toBe('9123546');
});

test('RGA3 a tombstone keeps its place and is an origin as before', () => {
  const list = listOf(place('a', ''), place('b', 'a', 2), place('c', 'b', 3));
  list.hide(id('b'));
  expect(names(list)).toBe('ac');
  list.insert(place('d', 'b', 4));
  list.insert(place('e', 'a', 1));
  expect(names(list)).toBe('adce');
  expect([list.has(id('b')), list.isVisible(id('b')), list.isVisible(id('d'))]).toEqual([
    true,
    false,
    true,
  ]);
  list.hide(id('b'));
  expect(names(list)).toBe('adce');
});

test('RGA4 indices count visible elements, and the last visible one is known', () => {
  const list = listOf(place('a', ''), place('b', 'a', 2), place('c', 'b', 3));
  const indices = (): number[] => ['a', 'b', 'c'].map((name) => list.visibleIndex(id(name)));
  expect([indices(), list.lastVisible()]).toEqual([[0, 1, 2], id('c')]);
  list.hide(id('a'));
  list.hide(id('c'));
  expect([indices(), list.lastVisible()]).toEqual([[0, 0, 1], id('b')]);
  list.hide(id('b'));
  expect([names(list), list.lastVisible()]).toEqual(['', undefined]);
  expect(createRga().lastVisible()).toBe(undefined);
});

test('RGA5 the highest seq counts every insert, hidden ones too', () => {
  const list = createRga();
  expect(list.highestSeq()).toBe(0);
  list.insert(place('a', '', 7));
  list.insert(place('b', '', 3));
  list.hide(id('a'));
  expect(list.highestSeq()).toBe(7);
});

test('RGA6 the root is there from the start and is never seen', () => {
  const list = createRga();
  expect([list.has(ROOT), list.isVisible(ROOT), names(list)]).toEqual([true, false, '']);
  expect(() => list.insert(place('a', 'b'))).toThrow('no element');
});

function element(name: string, closings: number, seq = 1): PlacedElement {
  const { id: own, innerAuthor } = place(name, '');
  return { id: own, seq, innerAuthor, isVisible: true, closings };
}

test('RGA7 a list is restored from its elements in order, and takes further ones as before', () => {
  const list = listOf(place('a', ''), place('b', 'a', 2), place('c', 'b', 3), place('d', '', 9));
  list.hide(id('b'));
  const placed = [element('d', 1, 9), element('a', 0), element('b', 0, 2), element('c', 3, 3)];
  expect(list.elements()).toEqual(
    placed.map((each) => ({ ...each, isVisible: each.id !== id('b') })),
  );
  const restored = restoreRga(list.elements());
  expect(restored?.highestSeq()).toBe(9);
  for (const each of [list, restored!]) {
    for (const name of ['e', 'f']) each.insert(place(name, 'b', 4));
    each.insert(place('g', '', 5));
  }
  expect([names(list), names(restored!)]).toEqual(['dgafec', 'dgafec']);
  expect(restored!.elements()).toEqual(list.elements());
  expect(restoreRga([])?.elements()).toEqual([]);
});

test('RGA7 elements that no list has in such order are no list', () => {
  expect(names(restoreRga([element('a', 1, 2), element('b', 1, 1)])!)).toBe('ab');
  for (const placed of [
    [element('a', 1, 1), element('b', 1, 2)],
    [element('a', 1), element('a', 1)],
    [element('a', 0)],
    [element('a', 2)],
    [element('a', 1), element('', 1)],
  ]) {
    expect(restoreRga(placed)).toBeUndefined();
  }
});
