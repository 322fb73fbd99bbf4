/**
 * The last-writer-wins register: higher seq, then lower inner author, then lower signer, then lower
 * id. The reference stops at inner author and otherwise keeps what came first; its nodes can
 * therefore differ for ever, ours cannot.
 */

import type { OpId, PublicKey } from './bytes.ts';

/** What two writes to one register are ordered by. */
export interface Stamp {
  readonly seq: number;
  readonly innerAuthor: string;
  readonly signer: PublicKey;
  readonly id: OpId;
}

/** Whether a write stamped `a` wins over one stamped `b`. A total order on distinct stamps. */
export function wins(a: Stamp, b: Stamp): boolean {
  if (a.seq !== b.seq) return a.seq > b.seq;
  if (a.innerAuthor !== b.innerAuthor) return a.innerAuthor < b.innerAuthor;
  if (a.signer !== b.signer) return a.signer < b.signer;
  return a.id < b.id;
}

export interface LwwRegister<V> {
  readonly stamp: Stamp;
  readonly value: V;
}

/** The register after one more write; the same object if the write loses. */
export function write<V>(register: LwwRegister<V>, written: LwwRegister<V>): LwwRegister<V> {
  return wins(written.stamp, register.stamp) ? written : register;
}
