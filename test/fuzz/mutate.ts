/** Turns right inputs into wrong, odd, or differently written ones. */

import type { Dice } from '../simulation/dice.ts';
import { BYTES, FRAGMENTS, KEYS, LITERALS, NUMBERS, STRINGS } from './edges.ts';
import { type Loose, type LooseEntry, parseLoose, raw } from './looseJson.ts';

export function pick<T>(dice: Dice, from: readonly T[]): T {
  const one = from[dice.below(from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

/** Depths around the bounds of typed reading (127) and of an op's values (62). */
const DEPTHS = [1, 2, 60, 61, 62, 63, 64, 120, 126, 127, 128, 129, 500];

/** Changes one place of the tree, which is found by walking down by chance. */
export function mutateTree(tree: Loose, dice: Dice, others: readonly Loose[]): Loose {
  if (tree.type === 'array' && tree.items.length > 0 && !dice.oneIn(4)) {
    const at = dice.below(tree.items.length);
    return { type: 'array', items: tree.items.with(at, mutateTree(tree.items[at]!, dice, others)) };
  }
  if (tree.type === 'object' && tree.entries.length > 0 && !dice.oneIn(4)) {
    const at = dice.below(tree.entries.length);
    const [key, value] = tree.entries[at]!;
    const changed: LooseEntry = [key, mutateTree(value, dice, others)];
    return { type: 'object', entries: tree.entries.with(at, changed) };
  }
  switch (dice.below(8)) {
    case 0:
      return raw(pick(dice, [NUMBERS, STRINGS, LITERALS][dice.below(3)]!));
    case 1:
      return nest(tree, dice);
    case 2:
      return pick(dice, others);
    default:
      return mutateNode(tree, dice, others);
  }
}

function mutateNode(tree: Loose, dice: Dice, others: readonly Loose[]): Loose {
  switch (tree.type) {
    case 'raw':
      return raw(mutateScalar(tree.text, dice));
    case 'array':
      return { type: 'array', items: mutateList(tree.items, dice, () => pick(dice, others)) };
    case 'object':
      if (dice.oneIn(8)) return { type: 'array', items: tree.entries.map(([, value]) => value) };
      return {
        type: 'object',
        entries: dice.oneIn(3)
          ? renameKey(tree.entries, dice)
          : mutateList(tree.entries, dice, () => [pick(dice, KEYS), pick(dice, others)]),
      };
  }
}

/** Deletes, doubles, swaps, adds, reverses, repeats or cuts. */
function mutateList<T>(list: readonly T[], dice: Dice, another: () => T): readonly T[] {
  const at = dice.below(list.length + 1);
  const other = dice.below(list.length + 1);
  const one = list[at];
  const two = list[other];
  switch (dice.below(7)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return one === undefined ? list : list.toSpliced(other, 0, one);
    case 2:
      return one === undefined || two === undefined ? list : list.with(at, two).with(other, one);
    case 3:
      return list.toSpliced(at, 0, another());
    case 4:
      return list.toReversed();
    case 5:
      return list.length > 300 ? list.slice(0, at) : [...list, ...list];
    default:
      return list.slice(0, at);
  }
}

function renameKey(entries: readonly LooseEntry[], dice: Dice): readonly LooseEntry[] {
  if (entries.length === 0) return entries;
  const at = dice.below(entries.length);
  const key = dice.oneIn(2) ? pick(dice, KEYS) : entries[dice.below(entries.length)]![0];
  return entries.with(at, [key, entries[at]![1]]);
}

function mutateScalar(text: string, dice: Dice): string {
  if (text.startsWith('"')) {
    if (dice.oneIn(3)) return pick(dice, STRINGS);
    if (dice.oneIn(200)) return `"${text.slice(1, -1).repeat(1 + dice.below(5000))}"`;
    const at = 1 + dice.below(Math.max(1, text.length - 1));
    return text.slice(0, at) + pick(dice, STRINGS).slice(1, -1) + text.slice(at);
  }
  return dice.oneIn(10) ? pick(dice, LITERALS) : pick(dice, NUMBERS);
}

const WRAPS: readonly (readonly [string, string])[] = [
  ['[', ']'],
  ['{"a":', '}'],
  ['{"Array":[', ']}'],
  ['{"Object":{"a":', '}}'],
];

function nest(tree: Loose, dice: Dice): Loose {
  const depth = pick(dice, DEPTHS);
  const [opener, closer] = pick(dice, WRAPS);
  const inside = tree.type === 'raw' ? tree.text : '"Null"';
  return raw(opener.repeat(depth) + inside + closer.repeat(depth));
}

/** Changes a text without regard to what it means. */
export function mutateText(text: string, dice: Dice, other: string): string {
  const at = dice.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + dice.below(dice.oneIn(4) ? text.length + 1 : 8));
  switch (dice.below(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(end);
    case 3:
      return text.slice(0, end) + text.slice(at);
    case 4:
      return text.slice(0, at) + other.slice(dice.below(other.length + 1));
    case 5:
      return text.slice(0, at) + String.fromCharCode(dice.below(0x10000)) + text.slice(end);
    default:
      return text.slice(0, at) + pick(dice, FRAGMENTS) + text.slice(dice.oneIn(2) ? at : end);
  }
}

export function mutateBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(bytes.length + 1);
  const changed = Uint8Array.from(bytes);
  switch (dice.below(6)) {
    case 0:
      changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8));
      return changed;
    case 1:
      changed[at] = dice.below(256);
      return changed;
    case 2:
      return changed.slice(0, at);
    case 3:
      return changed.slice(at);
    default:
      return Uint8Array.of(
        ...changed.subarray(0, at),
        ...pick(dice, BYTES),
        ...changed.subarray(dice.oneIn(2) ? at : at + 1),
      );
  }
}

/** Values to put anywhere: edges, and what `more` texts hold. */
export function createOthers(more: readonly string[]): readonly Loose[] {
  const edges = [...LITERALS, ...NUMBERS, ...STRINGS].map(raw);
  return [...edges, ...more.map(parseLoose).filter((tree) => tree !== null)];
}
