import { type Causes, createCauses } from '../crdt/causes.ts';
import { type Stamp, wins } from '../crdt/lwwRegister.ts';
import { type Op, readOp } from '../crdt/op.ts';
import type { PipelineLog } from './opLog.ts';

/**
 * Which ops of a log nobody needs for the view: sets that lost against another set of the same
 * register, and whose signature no op of the log names as a dependency.
 *
 * What is left is as good as the whole:
 * 1. It is causally closed. Items and origins are inserts, which stay; what is named stays. So a peer
 *    that gets nothing else applies all of it and holds nothing.
 * 2. It has the same view. A register shows its strongest write, which has not lost; the list is made
 *    of inserts and deletes, which stay.
 * 3. It has the same next seq in each register and in the list, as the strongest write has the
 *    highest one; so nobody uses a seq twice.
 * 4. It is what a relay would hold that had not received the others yet, so nothing in the protocol
 *    has to know of it. The others come back from any peer that has them, and change no view. An op
 *    that names one of them comes from a peer that has both.
 *
 * Rejected: to remember the seen-keys of what was dropped. As members of the set to reconcile they
 * are asked for by each fresh peer, and its digest never becomes equal; outside of the set they are
 * sent again by each peer that has them, and the digests never become equal either. Both end in the
 * whole bulk, each time.
 */

export interface Compaction {
  readonly ops: number;
  /** Of the ops, packed. */
  readonly bytes: number;
  readonly droppedOps: number;
  readonly droppedBytes: number;
  /** In causal order. Throws as the log's `read`. */
  kept(): AsyncIterable<readonly Op[]>;
}

export type CompactionPlan =
  | { readonly type: 'planned'; readonly compaction: Compaction }
  /** Damaged ops, or ops without what they need: which set lost is not sure then. */
  | { readonly type: 'unsound'; readonly damagedOps: number; readonly lackingOps: number };

/** Reads the log twice, and once more for what is kept. Throws as its `read`. */
export async function planCompaction(log: PipelineLog): Promise<CompactionPlan> {
  const causes = createCauses();
  const standing = createStanding();
  let [ops, bytes, early] = [0, 0, 0];
  for await (const slice of opsOf(log)) {
    for (const op of slice) {
      if (causes.missing(op) !== undefined) early += 1;
      causes.record(op);
      standing.note(op);
      ops += 1;
      bytes += op.bytes.length;
    }
  }
  const lackingOps = early === 0 ? 0 : await countLacking(log, causes);
  const damagedOps = log.count() - ops;
  if (damagedOps + lackingOps > 0) return { type: 'unsound', damagedOps, lackingOps };

  let [droppedOps, droppedBytes] = [0, 0];
  for await (const slice of opsOf(log)) {
    for (const op of slice.filter(standing.mayGo)) {
      droppedOps += 1;
      droppedBytes += op.bytes.length;
    }
  }
  async function* kept(): AsyncGenerator<readonly Op[]> {
    for await (const slice of opsOf(log)) yield slice.filter((op) => !standing.mayGo(op));
  }
  return { type: 'planned', compaction: { ops, bytes, droppedOps, droppedBytes, kept } };
}

/** One that stands before what it needs lacks nothing: it had been damaged, and came again. */
async function countLacking(log: PipelineLog, causes: Causes): Promise<number> {
  let lacking = 0;
  for await (const slice of opsOf(log)) {
    lacking += slice.filter((op) => causes.missing(op) !== undefined).length;
  }
  return lacking;
}

interface Standing {
  /** Of each op of the log, before anything is asked. */
  note(op: Op): void;
  mayGo(op: Op): boolean;
}

function createStanding(): Standing {
  const strongest = new Map<string, Stamp>();
  const named = new Set<string>();
  return {
    note(op) {
      for (const signature of op.dependsOn) named.add(signature);
      if (op.type !== 'set') return;
      const register = op.target + op.field;
      const other = strongest.get(register);
      if (other !== undefined && !wins(op, other)) return;
      const { seq, innerAuthor, signer, id } = op;
      strongest.set(register, { seq, innerAuthor, signer, id });
    },
    mayGo(op) {
      if (op.type !== 'set' || named.has(op.signature)) return false;
      const other = strongest.get(op.target + op.field);
      return other !== undefined && wins(other, op);
    },
  };
}

async function* opsOf(log: PipelineLog): AsyncGenerator<readonly Op[]> {
  for await (const records of log.read(0)) {
    yield records.flatMap(({ key, bytes }) => {
      const op = readOp(bytes, key);
      return op.type === 'rejected' ? [] : [op];
    });
  }
}
