import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  createNode,
  inOrder,
  insertAfter,
  insertSorted,
  lastWeighted,
  linkBalanced,
  setWeight,
  type TreeNode,
  weightBefore,
} from '../../worker/crdt/splayTree.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** What a tree is, as a list: nodes in order. */
type Model = TreeNode<number>[];

interface Step {
  readonly type: 'insert-after' | 'set-weight' | 'ask';
  readonly pick: number;
  readonly weight: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    type: fc.constantFrom('insert-after', 'insert-after', 'set-weight', 'ask'),
    pick: fc.nat(1000),
    weight: fc.nat(3),
  }),
  { maxLength: 120 },
);

function checkAgainst(model: Model, picked: TreeNode<number>): void {
  const at = model.indexOf(picked);
  const before = model.slice(0, at).reduce((sum, node) => sum + node.weight, 0);
  expect(weightBefore(picked)).toBe(before);
  expect(lastWeighted(picked)).toBe(model.findLast((node) => node.weight > 0) ?? null);
  expect([...inOrder(picked)]).toEqual(model);
  for (const node of model) {
    expect(node.total).toBe(node.weight + (node.left?.total ?? 0) + (node.right?.total ?? 0));
    for (const child of [node.left, node.right])
      if (child !== null) expect(child.parent).toBe(node);
  }
}

test('TREE1 inserting beside a node, weights and order are those of a plain array', () => {
  const property = fc.property(steps, (taken) => {
    const model: Model = [createNode(0, 1)];
    for (const [number, { type, pick, weight }] of taken.entries()) {
      const at = pick % model.length;
      const picked = model[at]!;
      if (type === 'insert-after') {
        const fresh = createNode(number + 1, weight);
        insertAfter(picked, fresh);
        model.splice(at + 1, 0, fresh);
      } else if (type === 'set-weight') setWeight(picked, weight);
      else checkAgainst(model, picked);
    }
    checkAgainst(model, model[0]!);
  });
  fc.assert(property, { seed: 7, numRuns: 150 });
});

test('TREE2 inserting by order finds the place and the node before it', () => {
  const numbers = fc.uniqueArray(fc.integer(), { maxLength: 100 });
  const property = fc.property(numbers, (values) => {
    let root: TreeNode<number> | null = null;
    const sorted: number[] = [];
    for (const value of values) {
      const fresh: TreeNode<number> = createNode(value, 1);
      const before = insertSorted(root, fresh, (a, b) => a - b);
      root = fresh;
      sorted.push(value);
      sorted.sort((a, b) => a - b);
      expect(before?.value).toBe(sorted[sorted.indexOf(value) - 1]);
      expect(fresh.parent).toBe(null);
      expect(Array.from(inOrder(fresh), (node) => node.value)).toEqual(sorted);
    }
  });
  fc.assert(property, { seed: 7, numRuns: 150 });
});

const COUNT = 10_000;
const ascending = Array.from({ length: COUNT }, (_, at) => at);
/** From both ends to the middle. */
const inwards = ascending.map((at) => (at % 2 === 0 ? at / 2 : COUNT - (at + 1) / 2));
/** 0, 5000, 2500, 7500, …: bits reversed. */
const spread = ascending
  .map((at) => ({
    at,
    key: Number.parseInt(at.toString(2).padStart(14, '0').split('').reverse().join(''), 2),
  }))
  .sort((a, b) => a.key - b.key)
  .map(({ at }) => at);

test.each([
  ['ascending', ascending],
  ['descending', ascending.toReversed()],
  ['inwards', inwards],
  ['outwards', inwards.toReversed()],
  ['spread', spread],
  // Ascending inserts leave a path, and every further one would walk it if splaying did not halve it.
  ['interleaved', [0, 1].flatMap((rest) => ascending.filter((at) => at % 2 === rest))],
])('TREE3 ten thousand sorted inserts, %s, take O(n log n) comparisons', (_, order) => {
  let comparisons = 0;
  let root: TreeNode<number> | null = null;
  for (const value of order) {
    const fresh: TreeNode<number> = createNode(value, 1);
    insertSorted(root, fresh, (a, b) => {
      comparisons += 1;
      return a - b;
    });
    root = fresh;
  }
  expect(Array.from(inOrder(root!), (node) => node.value)).toEqual(ascending);
  // 3·log2(n) + 1 a splay is the proven bound; 40·n is that for n = 10,000.
  expect(comparisons).toBeLessThan(41 * COUNT);
});

test('TREE3 a chain of ten thousand is walked and searched without recursion', () => {
  const first = createNode(0, 1);
  let last = first;
  for (let at = 1; at < COUNT; at += 1) {
    const fresh = createNode(at, 1);
    insertAfter(last, fresh);
    last = fresh;
  }
  expect(weightBefore(first)).toBe(0);
  expect(weightBefore(last)).toBe(COUNT - 1);
  expect(Array.from(inOrder(first), (node) => node.value)).toEqual(ascending);
});

test('TREE4 a tree made at once is balanced and behaves as any other', () => {
  for (const count of [1, 2, 3, 7, 100, 1000]) {
    const model = Array.from({ length: count }, (_, at) => createNode(at, at % 3));
    const root = linkBalanced(model);
    expect(root?.parent).toBeNull();
    expect(depthOf(model)).toBe(Math.floor(Math.log2(count)));
    for (const at of [0, count >> 1, count - 1]) checkAgainst(model, model[at]!);
  }
  expect(linkBalanced([])).toBeNull();
});

/** Edges from the root to the node that is farthest from it. */
function depthOf(model: Model): number {
  const depths = model.map((node) => {
    let depth = 0;
    for (let above = node.parent; above !== null; above = above.parent) depth += 1;
    return depth;
  });
  return Math.max(...depths);
}
