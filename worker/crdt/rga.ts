/**
 * The list: an RGA (Roh et al., "Replicated abstract data types", 2011) whose order is a
 * depth-first walk of the origin tree, siblings by higher seq, then higher inner author, then
 * higher id. Seqs need not grow along an origin chain, so the usual skip over later elements would
 * be wrong; instead each element owns an opening and a closing mark in one sequence, as in an Euler
 * tour, and what an element contains lies between its marks.
 *
 * Invariant 1: the order of the opening marks is that walk, whatever order elements came in.
 * Invariant 2: no call is worse than O(log n) amortised, and none recurses.
 */

import { type OpId, type PublicKey, ROOT } from './bytes.ts';
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
} from './splayTree.ts';

export interface Placement {
  readonly id: OpId;
  /** What it goes after; must be in the list, or ROOT. */
  readonly origin: OpId;
  readonly seq: number;
  readonly innerAuthor: PublicKey;
}

interface Element {
  readonly id: OpId;
  readonly seq: number;
  readonly innerAuthor: PublicKey;
  /** Weight 1 while the element is visible, else 0. */
  readonly opening: Mark;
  readonly closing: Mark;
  /** Root of the sorted tree of the elements that have this one as origin. */
  children: TreeNode<Element> | null;
}

/** An element as it stands in the list; all of them in order are the list. */
export interface PlacedElement {
  readonly id: OpId;
  readonly seq: number;
  readonly innerAuthor: PublicKey;
  readonly isVisible: boolean;
  /** How many elements end right behind this one's opening mark, itself first. */
  readonly closings: number;
}

/** An opening mark has its element's id as value, a closing mark null. */
type Mark = TreeNode<OpId | null>;

export interface Rga {
  has(id: OpId): boolean;
  /** Highest seq of any insert; 0 in an empty list. */
  highestSeq(): number;
  /** Places a new visible element. Its id must be new and its origin present. */
  insert(placement: Placement): void;
  /** Takes an element out of sight; it keeps its place as a tombstone. */
  hide(id: OpId): void;
  isVisible(id: OpId): boolean;
  /** What the insert said of itself; undefined if there is no such element. */
  placement(id: OpId): Pick<Placement, 'seq' | 'innerAuthor'> | undefined;
  /** How many visible elements stand before this one. */
  visibleIndex(id: OpId): number;
  /** The last visible element; undefined in an empty list. */
  lastVisible(): OpId | undefined;
  /** Visible elements in order. */
  visibleIds(): Generator<OpId>;
  /** All elements in order. */
  elements(): readonly PlacedElement[];
}

/** `placed`: as `elements()` of another list gives it. Undefined: no list has such elements. */
export function restoreRga(placed: readonly PlacedElement[]): Rga | undefined {
  const root = createRoot();
  const elements = new Map<OpId, Element>([[ROOT, root]]);
  const marks: Mark[] = [root.opening];
  /** Of elements with more than one child. */
  const siblings = new Map<Element, TreeNode<Element>[]>();
  const open: Element[] = [root];
  for (const { id, seq, innerAuthor, isVisible, closings } of placed) {
    const parent = open.at(-1);
    if (parent === undefined || closings > open.length || elements.has(id)) return undefined;
    const element = createElement({ id, seq, innerAuthor }, isVisible ? 1 : 0);
    elements.set(id, element);
    marks.push(element.opening);
    const child = createNode(element, 0);
    if (parent.children === null) parent.children = child;
    else {
      const others = siblings.get(parent) ?? [parent.children];
      if (compareSiblings(others.at(-1)?.value ?? element, element) > 0) return undefined;
      others.push(child);
      siblings.set(parent, others);
    }
    open.push(element);
    for (let closed = 0; closed < closings; closed += 1) {
      const ended = open.pop();
      if (ended !== undefined) marks.push(ended.closing);
    }
  }
  if (open.length !== 1) return undefined;
  linkBalanced([...marks, root.closing]);
  for (const [parent, children] of siblings) parent.children = linkBalanced(children);
  return createList(root, elements);
}

export function createRga(): Rga {
  const root = createRoot();
  insertAfter(root.opening, root.closing);
  return createList(root, new Map([[ROOT, root]]));
}

function createRoot(): Element {
  return createElement({ id: ROOT, seq: 0, innerAuthor: '' as PublicKey }, 0);
}

function createList(root: Element, elements: Map<OpId, Element>): Rga {
  let highestSeq = 0;
  for (const { seq } of elements.values()) highestSeq = Math.max(highestSeq, seq);

  function element(id: OpId): Element {
    const found = elements.get(id);
    if (found === undefined) throw new Error(`no element ${id}`);
    return found;
  }

  return {
    has: (id) => elements.has(id),
    highestSeq: () => highestSeq,
    insert(placement) {
      const parent = element(placement.origin);
      const fresh = createElement(placement, 1);
      const sibling = createNode(fresh, 0);
      const before = insertSorted(parent.children, sibling, compareSiblings);
      parent.children = sibling;
      insertAfter(before === null ? parent.opening : before.value.closing, fresh.opening);
      insertAfter(fresh.opening, fresh.closing);
      elements.set(fresh.id, fresh);
      highestSeq = Math.max(highestSeq, fresh.seq);
    },
    hide: (id) => setWeight(element(id).opening, 0),
    isVisible: (id) => element(id).opening.weight > 0,
    placement: (id) => elements.get(id),
    visibleIndex: (id) => weightBefore(element(id).opening),
    lastVisible: () => lastWeighted(root.opening)?.value ?? undefined,
    *visibleIds() {
      for (const mark of inOrder(root.opening)) {
        if (mark.weight > 0 && mark.value !== null) yield mark.value;
      }
    },
    elements() {
      const placed: { -readonly [Name in keyof PlacedElement]: PlacedElement[Name] }[] = [];
      for (const { value: id, weight } of inOrder(root.opening)) {
        const last = placed.at(-1);
        if (id === ROOT) continue;
        if (id !== null) {
          const { seq, innerAuthor } = element(id);
          placed.push({ id, seq, innerAuthor, isVisible: weight > 0, closings: 0 });
        } else if (last !== undefined) last.closings += 1;
      }
      // The last closing mark of all is the root's.
      const last = placed.at(-1);
      if (last !== undefined) last.closings -= 1;
      return placed;
    },
  };
}

function createElement(placement: Omit<Placement, 'origin'>, weight: number): Element {
  const { id, seq, innerAuthor } = placement;
  const opening = createNode<OpId | null>(id, weight);
  const closing = createNode<OpId | null>(null, 0);
  return { id, seq, innerAuthor, opening, closing, children: null };
}

/** Higher seq first, then higher inner author, then higher id. */
function compareSiblings(a: Element, b: Element): number {
  if (a.seq !== b.seq) return b.seq - a.seq;
  if (a.innerAuthor !== b.innerAuthor) return a.innerAuthor > b.innerAuthor ? -1 : 1;
  return a.id > b.id ? -1 : 1;
}
