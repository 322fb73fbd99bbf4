/**
 * A set of seen-keys that never changes: adding keys gives another set that shares what it can, so
 * to freeze a set is to keep a pointer. A trie over the bits of the keys, two at a time, whose shape,
 * and with it the digest, is a function of the set alone.
 *
 * Invariant 1: a node of at most `LEAF_KEYS` keys is a leaf, any other a branch.
 * Invariant 2: a leaf has its keys sorted, as numbers in the table, which only grows.
 * Invariant 3: what is computed of a node is kept with it, and costs a path after an insertion.
 */

import type { KeyTable } from '../crdt/keyTable.ts';
import { addKey, addSum, createSum, KEY_BYTES, type KeySum } from './keySum.ts';

/** The keys behind the numbers. */
export type KeyBytes = Pick<KeyTable, 'bytes'>;

export interface KeySet {
  readonly table: KeyBytes;
  readonly root: KeyNode;
}

export interface Leaf {
  readonly type: 'leaf';
  readonly keys: readonly number[];
  readonly count: number;
  digest: Uint8Array | null;
}

interface Branch {
  readonly type: 'branch';
  readonly count: number;
  /** Four, by the next two bits. */
  readonly children: readonly KeyNode[];
  digest: Uint8Array | null;
  sum: KeySum | null;
}

export type KeyNode = Leaf | Branch;

/** Most keys of a leaf. */
export const LEAF_KEYS = 32;
const EMPTY_LEAF = createLeaf([]);

export function createKeySet(table: KeyBytes): KeySet {
  return { table, root: EMPTY_LEAF };
}

/** `numbers`: of keys of the table; those of the set already change nothing. */
export function insertKeys({ table, root }: KeySet, numbers: readonly number[]): KeySet {
  return { table, root: insertAt(root, 0, numbers, table.bytes()) };
}

export function sizeOf({ root }: KeySet): number {
  return root.count;
}

export function hasKey({ table, root }: KeySet, key: Uint8Array): boolean {
  const bytes = table.bytes();
  let node = root;
  for (let depth = 0; node.type === 'branch'; depth += 1)
    node = childOf(node, bitsOf(key, 0, depth));
  return node.keys.some((number) => compareAt(bytes, number, key) === 0);
}

/** How many keys are below `bound`, a key or the start of one (then zeros follow). */
export function countBelow({ table, root }: KeySet, bound: Uint8Array): number {
  const bytes = table.bytes();
  let below = 0;
  let node = root;
  for (let depth = 0; node.type === 'branch'; depth += 1) {
    const bits = bitsOf(bound, 0, depth);
    for (const child of node.children.slice(0, bits)) below += child.count;
    node = childOf(node, bits);
  }
  for (const number of node.keys) if (compareAt(bytes, number, bound) < 0) below += 1;
  return below;
}

/** The keys from one rank up to another, in order, as copies. */
export function* keysBetween(set: KeySet, from: number, to: number): Generator<Uint8Array> {
  for (const number of numbersBetween(set.root, from, to)) yield keyOf(set.table.bytes(), number);
}

/** Sum of the keys from one rank up to another, modulo 2^256. */
export function sumBetween({ table, root }: KeySet, from: number, to: number): KeySum {
  const sum = createSum();
  addRange(sum, root, from, to, table.bytes());
  return sum;
}

function insertAt(
  node: KeyNode,
  depth: number,
  numbers: readonly number[],
  bytes: Uint8Array,
): KeyNode {
  if (numbers.length === 0) return node;
  if (node.type === 'leaf') {
    const known = new Set(node.keys);
    const fresh = numbers.filter((number) => !known.has(number));
    return fresh.length === 0 ? node : build([...node.keys, ...fresh], depth, bytes);
  }
  const parts = partition(numbers, depth, bytes);
  const children = node.children.map((child, bits) =>
    insertAt(child, depth + 1, parts[bits] ?? [], bytes),
  );
  return createBranch(children);
}

function build(numbers: readonly number[], depth: number, bytes: Uint8Array): KeyNode {
  if (numbers.length === 0) return EMPTY_LEAF;
  if (numbers.length <= LEAF_KEYS) {
    return createLeaf(numbers.toSorted((one, other) => compareKeys(bytes, one, other)));
  }
  return createBranch(
    partition(numbers, depth, bytes).map((part) => build(part, depth + 1, bytes)),
  );
}

export function partition(
  numbers: readonly number[],
  depth: number,
  bytes: Uint8Array,
): readonly number[][] {
  const parts: number[][] = [[], [], [], []];
  for (const number of numbers) parts[bitsOf(bytes, number * KEY_BYTES, depth)]?.push(number);
  return parts;
}

export function createLeaf(keys: readonly number[]): Leaf {
  return { type: 'leaf', keys, count: keys.length, digest: null };
}

function createBranch(children: readonly KeyNode[]): Branch {
  const count = children.reduce((sum, child) => sum + child.count, 0);
  return { type: 'branch', count, children, digest: null, sum: null };
}

function childOf(node: Branch, bits: number): KeyNode {
  return node.children[bits] ?? EMPTY_LEAF;
}

export function* numbersBetween(node: KeyNode, from: number, to: number): Generator<number> {
  if (node.type === 'leaf') {
    yield* node.keys.slice(Math.max(0, from), Math.max(0, to));
    return;
  }
  let start = 0;
  for (const child of node.children) {
    const end = start + child.count;
    if (start < to && end > from) yield* numbersBetween(child, from - start, to - start);
    start = end;
  }
}

function addRange(sum: KeySum, node: KeyNode, from: number, to: number, bytes: Uint8Array): void {
  if (node.type === 'leaf') {
    const { keys } = node;
    for (let rank = Math.max(0, from); rank < Math.min(to, keys.length); rank += 1) {
      addKey(sum, bytes, (keys[rank] ?? 0) * KEY_BYTES);
    }
    return;
  }
  if (from <= 0 && to >= node.count) {
    addSum(sum, sumNode(node, bytes));
    return;
  }
  let start = 0;
  for (const child of node.children) {
    const end = start + child.count;
    if (start < to && end > from) addRange(sum, child, from - start, to - start, bytes);
    start = end;
  }
}

function sumNode(node: Branch, bytes: Uint8Array): KeySum {
  if (node.sum === null) {
    node.sum = createSum();
    for (const child of node.children) addRange(node.sum, child, 0, child.count, bytes);
  }
  return node.sum;
}

export function keyOf(bytes: Uint8Array, number: number): Uint8Array {
  return bytes.slice(number * KEY_BYTES, (number + 1) * KEY_BYTES);
}

/** The two bits of a key that a branch of this depth looks at; the key starts at `from`. */
export function bitsOf(bytes: Uint8Array, from: number, depth: number): number {
  return ((bytes[from + (depth >> 2)] ?? 0) >> (6 - 2 * (depth & 3))) & 3;
}

function compareKeys(bytes: Uint8Array, one: number, other: number): number {
  for (let at = 0; at < KEY_BYTES; at += 1) {
    const difference = (bytes[one * KEY_BYTES + at] ?? 0) - (bytes[other * KEY_BYTES + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Order of the key of that number and `key`, or the start of one. */
export function compareAt(bytes: Uint8Array, number: number, key: Uint8Array): number {
  const from = number * KEY_BYTES;
  for (let at = 0; at < KEY_BYTES; at += 1) {
    const difference = (bytes[from + at] ?? 0) - (key[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Order of two keys or starts of keys, behind which zeros follow. */
export function compareKeyBytes(one: Uint8Array, other: Uint8Array): number {
  return compareAt(one, 0, other);
}
