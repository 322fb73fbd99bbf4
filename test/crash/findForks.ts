import { type Op, readOp } from '../../worker/crdt/op.ts';

/**
 * Equivocations in a set of ops, a sentence each: one signer, one list or register, one seq, two ops.
 * Deletes take no seq of their own. Throws if a text is no op.
 */
export function findForks(texts: readonly string[]): readonly string[] {
  const ops = new Map<string, Op>();
  for (const text of texts) {
    const op = readOp(text);
    if (op.type === 'rejected') throw new Error(`not an op, ${op.detail}: ${text}`);
    ops.set(op.key, op);
  }
  const used = new Set<string>();
  const forks: string[] = [];
  for (const op of ops.values()) {
    if (op.type === 'delete') continue;
    const place = op.type === 'insert' ? 'the list' : `${op.field} of ${op.target}`;
    const use = `${op.signer} in ${place} at ${op.seq}`;
    if (used.has(use)) forks.push(use);
    used.add(use);
  }
  return forks;
}
