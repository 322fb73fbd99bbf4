/**
 * The digest of a set of keys: a tree of SHA-256 over the trie, so that after an insertion a path is
 * hashed and not all keys. A leaf is 0 and its keys in order, a branch 1 and its four digests.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '../crdt/sha256.ts';
import {
  bitsOf,
  compareKeyBytes,
  createLeaf,
  type KeyNode,
  type KeySet,
  keyOf,
  LEAF_KEYS,
  type Leaf,
  numbersBetween,
  partition,
} from './keySet.ts';
import { KEY_BYTES } from './keySum.ts';

const LEAF_TAG = 0;
const BRANCH_TAG = 1;

/** Of 100,000 keys a 64th is digested between two pauses. */
const SLICE_DEPTH = 3;

/** 32 bytes that are equal for equal sets, and, SHA-256 permitting, for no others. */
export function digestOf({ table, root }: KeySet): Uint8Array {
  return digestNode(root, table.bytes());
}

/** `digestOf`, with a pause between parts of the trie. */
export function* digestInSlices({ table, root }: KeySet): Generator<undefined, Uint8Array> {
  for (const node of nodesAt(root, SLICE_DEPTH)) {
    digestNode(node, table.bytes());
    yield;
  }
  return digestNode(root, table.bytes());
}

/** The digest of the set with keys that are not in it, and without some that are. */
export function digestWith(
  { table, root }: KeySet,
  added: readonly Uint8Array[],
  removed: readonly Uint8Array[],
): Uint8Array {
  return digestChanged(root, 0, { added, removed }, table.bytes());
}

/** The roots of what is left of the trie so far down. */
function* nodesAt(node: KeyNode, depth: number): Generator<KeyNode> {
  if (node.digest !== null) return;
  if (depth === 0 || node.type === 'leaf') yield node;
  else for (const child of node.children) yield* nodesAt(child, depth - 1);
}

function digestNode(node: KeyNode, bytes: Uint8Array): Uint8Array {
  node.digest ??=
    node.type === 'leaf'
      ? digestLeaf(node.keys, bytes)
      : digestBranch(node.children.map((child) => digestNode(child, bytes)));
  return node.digest;
}

interface KeyChanges {
  readonly added: readonly Uint8Array[];
  readonly removed: readonly Uint8Array[];
}

/** What `digestNode` would give of the node with the changes, which all lie below it. */
function digestChanged(
  node: KeyNode,
  depth: number,
  { added, removed }: KeyChanges,
  bytes: Uint8Array,
): Uint8Array {
  if (added.length + removed.length === 0) return digestNode(node, bytes);
  if (node.count + added.length - removed.length <= LEAF_KEYS) {
    const kept = Array.from(numbersBetween(node, 0, node.count), (number) => keyOf(bytes, number));
    const gone = new Set(removed.map(bytesToHex));
    const left = kept.filter((key) => !gone.has(bytesToHex(key)));
    const keys = [...left, ...added].sort(compareKeyBytes);
    return digestParts(LEAF_TAG, keys);
  }
  const children = node.type === 'branch' ? node.children : split(node, depth, bytes);
  const digests = children.map((child, bits) => {
    const isBelow = (key: Uint8Array): boolean => bitsOf(key, 0, depth) === bits;
    const changes = { added: added.filter(isBelow), removed: removed.filter(isBelow) };
    return digestChanged(child, depth + 1, changes, bytes);
  });
  return digestBranch(digests);
}

function split(leaf: Leaf, depth: number, bytes: Uint8Array): readonly KeyNode[] {
  return partition(leaf.keys, depth, bytes).map(createLeaf);
}

function digestLeaf(keys: readonly number[], bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(1 + keys.length * KEY_BYTES);
  text[0] = LEAF_TAG;
  for (let rank = 0; rank < keys.length; rank += 1) {
    const from = (keys[rank] ?? 0) * KEY_BYTES;
    const to = 1 + rank * KEY_BYTES;
    for (let at = 0; at < KEY_BYTES; at += 1) text[to + at] = bytes[from + at] ?? 0;
  }
  return sha256(text);
}

function digestBranch(digests: readonly Uint8Array[]): Uint8Array {
  return digestParts(BRANCH_TAG, digests);
}

function digestParts(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const text = new Uint8Array(1 + parts.length * KEY_BYTES);
  text[0] = tag;
  parts.forEach((part, at) => {
    text.set(part, 1 + at * KEY_BYTES);
  });
  return sha256(text);
}
