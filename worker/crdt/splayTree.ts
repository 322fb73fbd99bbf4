/**
 * A splay tree of nodes that know their parent (Sleator and Tarjan, "Self-adjusting binary search
 * trees", 1985): insert beside a node, sum of weights before a node, insert by order. Each is
 * O(log n) amortised, in any pattern of use; nothing recurses. No balance data and no randomness:
 * the same calls give the same tree everywhere.
 */

export interface TreeNode<T> {
  readonly value: T;
  parent: TreeNode<T> | null;
  left: TreeNode<T> | null;
  right: TreeNode<T> | null;
  weight: number;
  /** Weight of the subtree. */
  total: number;
}

export function createNode<T>(value: T, weight: number): TreeNode<T> {
  return { value, parent: null, left: null, right: null, weight, total: weight };
}

/** Puts the single node `fresh` right after `node`, in the tree of `node`. */
export function insertAfter<T>(node: TreeNode<T>, fresh: TreeNode<T>): void {
  splay(node);
  fresh.right = node.right;
  if (fresh.right !== null) fresh.right.parent = fresh;
  node.right = fresh;
  fresh.parent = node;
  updateTotal(fresh);
  updateTotal(node);
}

/**
 * Puts the single node `fresh` at its place in the sorted tree of `root` and makes it the root.
 * Returns the node right before it. `compare` must tell any two nodes apart.
 */
export function insertSorted<T>(
  root: TreeNode<T> | null,
  fresh: TreeNode<T>,
  compare: (a: T, b: T) => number,
): TreeNode<T> | null {
  let parent: TreeNode<T> | null = null;
  let before: TreeNode<T> | null = null;
  for (let node = root; node !== null; ) {
    parent = node;
    if (compare(node.value, fresh.value) < 0) {
      before = node;
      node = node.right;
    } else {
      node = node.left;
    }
  }
  if (parent !== null) {
    if (parent === before) parent.right = fresh;
    else parent.left = fresh;
    fresh.parent = parent;
  }
  splay(fresh);
  return before;
}

export function setWeight<T>(node: TreeNode<T>, weight: number): void {
  splay(node);
  node.weight = weight;
  updateTotal(node);
}

/** Sum of the weights of all nodes before `node`. */
export function weightBefore<T>(node: TreeNode<T>): number {
  splay(node);
  return node.left?.total ?? 0;
}

/** The last node of the tree of `node` whose weight is not zero, or null. */
export function lastWeighted<T>(node: TreeNode<T>): TreeNode<T> | null {
  splay(node);
  if (node.total === 0) return null;
  let last = node;
  for (;;) {
    if (last.right !== null && last.right.total > 0) last = last.right;
    else if (last.weight > 0) break;
    else if (last.left !== null) last = last.left;
    else break;
  }
  splay(last);
  return last;
}

/** All nodes of the tree of `node`, in order. The tree must not change meanwhile. */
export function* inOrder<T>(node: TreeNode<T>): Generator<TreeNode<T>> {
  splay(node);
  let next: TreeNode<T> | null = node;
  while (next.left !== null) next = next.left;
  while (next !== null) {
    yield next;
    next = successor(next);
  }
}

function successor<T>(node: TreeNode<T>): TreeNode<T> | null {
  if (node.right !== null) {
    let next = node.right;
    while (next.left !== null) next = next.left;
    return next;
  }
  let child = node;
  let parent = node.parent;
  while (parent !== null && parent.right === child) {
    child = parent;
    parent = parent.parent;
  }
  return parent;
}

function updateTotal<T>(node: TreeNode<T>): void {
  node.total = node.weight + (node.left?.total ?? 0) + (node.right?.total ?? 0);
}

/**
 * Makes one balanced tree of single nodes, in their order, in O(n). Returns its root. Counted from 1,
 * the node at a multiple of 2^k is k steps above the leaves, as in a Fenwick tree.
 */
export function linkBalanced<T>(nodes: readonly TreeNode<T>[]): TreeNode<T> | null {
  const nodeAt = (place: number): TreeNode<T> | null => nodes[place - 1] ?? null;
  let root: TreeNode<T> | null = null;
  for (let step = 1; step <= nodes.length; step *= 2) {
    for (let place = step; place <= nodes.length; place += step * 2) {
      const node = nodes[place - 1];
      if (node === undefined) continue;
      let half = step / 2;
      node.left = half < 1 ? null : nodeAt(place - half);
      // Towards the end a subtree on the right may be lower.
      while (half >= 1 && place + half > nodes.length) half /= 2;
      node.right = half < 1 ? null : nodeAt(place + half);
      if (node.left !== null) node.left.parent = node;
      if (node.right !== null) node.right.parent = node;
      updateTotal(node);
    }
    root = nodeAt(step);
  }
  return root;
}

/** Makes `node` the root of its tree. */
function splay<T>(node: TreeNode<T>): void {
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    const grandparent = parent.parent;
    if (grandparent !== null) {
      const sameSide = (grandparent.left === parent) === (parent.left === node);
      rotateUp(sameSide ? parent : node);
    }
    rotateUp(node);
  }
}

function rotateUp<T>(node: TreeNode<T>): void {
  const parent = node.parent;
  if (parent === null) return;
  const grandparent = parent.parent;
  if (parent.left === node) {
    parent.left = node.right;
    if (node.right !== null) node.right.parent = parent;
    node.right = parent;
  } else {
    parent.right = node.left;
    if (node.left !== null) node.left.parent = parent;
    node.left = parent;
  }
  parent.parent = node;
  node.parent = grandparent;
  if (grandparent?.left === parent) grandparent.left = node;
  else if (grandparent !== null) grandparent.right = node;
  updateTotal(parent);
  updateTotal(node);
}
