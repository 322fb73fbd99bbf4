/**
 * JSON as a tree that keeps what a parser drops: numbers and strings as they were written, keys in
 * order and as often as they stood there. What is not JSON can be put in, too.
 */

import type { Dice } from '../simulation/dice.ts';

export type Loose =
  /** A scalar as it is written. */
  | { readonly type: 'raw'; readonly text: string }
  | { readonly type: 'array'; readonly items: readonly Loose[] }
  /** Keys as they are written, quotes included. */
  | { readonly type: 'object'; readonly entries: readonly LooseEntry[] };

export type LooseEntry = readonly [key: string, value: Loose];

export const raw = (text: string): Loose => ({ type: 'raw', text });

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

/** `text` must be JSON; null if it is not. Recurses: for texts of our own. */
export function parseLoose(text: string): Loose | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(TOKEN) ?? [];
  let at = 0;
  const next = (): string => tokens[at++] ?? '';
  const value = (): Loose => {
    const token = next();
    if (token !== '[' && token !== '{') return raw(token);
    const closer = token === '[' ? ']' : '}';
    const items: Loose[] = [];
    const entries: LooseEntry[] = [];
    while (tokens[at] !== closer) {
      if (tokens[at] === ',') at += 1;
      if (closer === ']') items.push(value());
      else {
        const key = next();
        at += 1;
        entries.push([key, value()]);
      }
    }
    at += 1;
    return closer === ']' ? { type: 'array', items } : { type: 'object', entries };
  };
  return value();
}

/** Without white space. */
export function printLoose(tree: Loose): string {
  return print(
    tree,
    () => '',
    (text) => text,
  );
}

/** With white space anywhere, and some characters of strings as escapes. */
export function printFreely(tree: Loose, dice: Dice): string {
  const space = (): string => (dice.oneIn(12) ? (SPACES[dice.below(SPACES.length)] ?? '') : '');
  return print(tree, space, (text) => escapeSome(text, dice));
}

const SPACES = [' ', '\n', '\t', '\r', '  \r\n'];

function print(tree: Loose, space: () => string, scalar: (text: string) => string): string {
  if (tree.type === 'raw') return `${space()}${scalar(tree.text)}${space()}`;
  const parts =
    tree.type === 'array'
      ? tree.items.map((item) => print(item, space, scalar))
      : tree.entries.map(
          ([key, value]) => `${space()}${scalar(key)}${space()}:${print(value, space, scalar)}`,
        );
  const [opener, closer] = tree.type === 'array' ? '[]' : '{}';
  return `${space()}${opener}${parts.join(',') || space()}${closer}${space()}`;
}

/** Writes some plain characters of a string as `\u` escapes, which changes nothing. */
function escapeSome(text: string, dice: Dice): string {
  if (!/^"[^"\\]+"$/.test(text) || !dice.oneIn(6)) return text;
  const at = 1 + dice.below(text.length - 2);
  const unit = text.charCodeAt(at).toString(16).padStart(4, '0');
  return `${text.slice(0, at)}\\u${dice.oneIn(2) ? unit.toUpperCase() : unit}${text.slice(at + 1)}`;
}
