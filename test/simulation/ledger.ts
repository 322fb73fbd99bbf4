/**
 * What must hold in the end, as it is known outside of every replica: which ops were really made,
 * which edits a user was told are safe, and what went wrong on the way.
 */

import type { Command } from '../../worker/api.ts';
import { type Op, readOp } from '../../worker/crdt/op.ts';

/** A command that was answered with `done`. */
export interface KeptPromise {
  readonly signer: string;
  readonly item: string;
  readonly command: Command;
  readonly ops: number;
}

export interface Ledger {
  /** An op that somebody with its key made, and that is right by every rule. */
  noteMade(text: string): void;
  wasMade(key: string): boolean;
  /** Any op text of this world, read once. */
  read(text: string): Op | null;
  readonly promises: KeptPromise[];
  /** Only the first one counts. */
  violate(what: string): void;
  violation(): string | null;
}

export function createLedger(): Ledger {
  const texts = new Map<string, Op | null>();
  const madeKeys = new Set<string>();
  let violation: string | null = null;

  function read(text: string): Op | null {
    const known = texts.get(text);
    if (known !== undefined) return known;
    const op = readOp(text);
    const answer = op.type === 'rejected' ? null : op;
    texts.set(text, answer);
    return answer;
  }

  return {
    noteMade(text) {
      const op = read(text);
      if (op !== null) madeKeys.add(op.key);
    },
    wasMade: (key) => madeKeys.has(key),
    read,
    promises: [],
    violate(what) {
      violation ??= what;
    },
    violation: () => violation,
  };
}
