/**
 * What was done to one item, told from its ops alone. No clock is asked: an op does not say when it
 * was made.
 *
 * What one op had seen of another is known only so far:
 * - a change of an item had seen its insert, which it needs;
 * - an op had seen what it depends on, and earlier ops of its own signer on the same register;
 * - a write made here had seen what stood in the log here before it;
 * - a write takes the seq above the highest that it saw on its register. So two with one seq had not
 *   seen each other, and where only one op stands at a seq, those at the next one had seen it.
 * A signer can lie with its seq, and an op that is not here may have stood between; nothing more is
 * claimed than that it looks so here. Of two registers, which was written first is not known.
 *
 * Invariant 1: the write of a register that stands is the one whose value the document shows.
 * Invariant 2: an entry comes after every op that it is known to have seen. As far as that allows,
 *   entries of one register are in the order of their stamps, and registers in that in which ops came.
 */

import type { OpId } from './crdt/bytes.ts';
import { type Stamp, wins } from './crdt/lwwRegister.ts';
import type { DeleteOp, InsertOp, Op, SetOp } from './crdt/op.ts';
import {
  FIELD_NAMES,
  type FieldName,
  type FieldValue,
  fieldValue,
  mapFields,
} from './crdt/view.ts';
import type { Fate, HistoryEntry } from './historyApi.ts';
import { type OrderedChange, orderChanges } from './historyOrder.ts';

/** Ops between two pauses: a few ms at first, one when the engine has come to know the code. */
const STEP_OPS = 128;

/**
 * `ops`: the applied ops of one item, each once, in the order in which they came here. `own`: the key
 * that signs here; null: none does. Yields now and then, so that a caller can let others have a turn.
 */
export function* historyOf(
  ops: readonly Op[],
  own: string | null,
): Generator<undefined, readonly HistoryEntry[]> {
  const inserts: Arrived<InsertOp>[] = [];
  const deletes: DeleteOp[] = [];
  const sets = new Map(FIELD_NAMES.map((field) => [field, [] as Arrived<SetOp>[]]));
  for (const [place, op] of ops.entries()) {
    if (place % STEP_OPS === 0) yield;
    if (op.type === 'insert') inserts.push({ op, place });
    else if (op.type === 'delete') deletes.push(op);
    else sets.get(op.field)?.push({ op, place });
  }
  const registers: (readonly OrderedChange[])[] = [];
  for (const [field, its] of sets) {
    registers.push(yield* readRegister(field, inserts, its, own));
  }
  const changes = yield* orderChanges(registers);
  return [...inserts.map(({ op }) => createdEntry(op)), ...changes, ...deletes.map(deletedEntry)];
}

/** `place`: among all ops of the item, as they came here. */
interface Arrived<Its extends Op> {
  readonly op: Its;
  readonly place: number;
}

interface Told extends Omit<OrderedChange, 'after'> {
  /** All writes of its seq. */
  readonly level: readonly Write[];
}

interface Write extends Arrived<InsertOp | SetOp> {
  readonly stamp: Stamp;
  readonly value: FieldValue;
}

/** The sets of one register, from the lowest stamp to the winner. */
function* readRegister(
  field: FieldName,
  inserts: readonly Arrived<InsertOp>[],
  sets: readonly Arrived<SetOp>[],
  own: string | null,
): Generator<undefined, readonly OrderedChange[]> {
  const writes: Write[] = [
    ...inserts.map(({ op, place }) => {
      return { op, place, stamp: initialStamp(op), value: initialValue(op, field) };
    }),
  ];
  for (const [at, { op, place }] of sets.entries()) {
    if (at % STEP_OPS === 0) yield;
    writes.push({ op, place, stamp: stampOf(op), value: fieldValue(field, op.content) });
  }
  writes.sort((one, other) => (wins(one.stamp, other.stamp) ? 1 : -1));
  yield;
  const levels = groupBySeq(writes);
  const dependents = new Map(
    writes.flatMap((write) => write.op.dependsOn.map((signature) => [signature, write] as const)),
  );
  /** The last write of each signer, and the best write, above the level at hand. */
  const later = new Map<string, Write>();
  let above: Write | null = null;
  let ownLater: Write | null = null;
  /** From the top down, as who replaced a write stands above it. */
  const entries: Told[] = [];
  for (let at = levels.length - 1; at >= 0; at -= 1) {
    if (at % STEP_OPS === 0) yield;
    const level = levels[at] ?? [];
    const before = levels[at - 1]?.at(-1)?.value ?? null;
    for (let place = level.length - 1; place >= 0; place -= 1) {
      const write = level[place];
      if (write === undefined || write.op.type !== 'set') continue;
      const { op, place: arrival, value } = write;
      const beaten: Write | null = level[place + 1] === undefined ? above : (level.at(-1) ?? null);
      const seenBy =
        later.get(op.signer) ??
        (level.length === 1 ? above : undefined) ??
        dependents.get(op.signature) ??
        (ownLater !== null && arrival < ownLater.place ? ownLater : null);
      const fate = fateOf(seenBy, beaten, beaten === above ? 'overtaken' : 'lost');
      const change = { type: 'set', field, value, before } as const;
      entries.push({
        op,
        place: arrival,
        entry: { key: op.key, signer: op.signer, change, fate },
        level,
      });
    }
    for (const write of level) later.set(write.op.signer, write);
    ownLater = (own === null ? undefined : later.get(own)) ?? null;
    above = level.at(-1) ?? above;
  }
  return withAfter(entries.reverse());
}

/** `told`: lowest stamps first. */
function withAfter(told: readonly Told[]): readonly OrderedChange[] {
  const ofSigner = new Map<string, OrderedChange>();
  let before: { readonly level: Told['level']; readonly change: OrderedChange } | null = null;
  /** The only write of the level below, if there is just one. */
  let below: OrderedChange | null = null;
  return told.map(({ op, entry, place, level }) => {
    if (level !== before?.level) below = before?.level.length === 1 ? before.change : null;
    const own = ofSigner.get(op.signer);
    const after = [own, below].filter((cause) => cause !== undefined && cause !== null);
    const change = { op, entry, place, after };
    ofSigner.set(op.signer, change);
    before = { level, change };
    return change;
  });
}

function fateOf(seenBy: Write | null, beaten: Write | null, unseen: 'lost' | 'overtaken'): Fate {
  if (beaten === null) return { type: 'stands' };
  const by = seenBy ?? beaten;
  const signer = by.op.signer;
  return { type: seenBy === null ? unseen : 'replaced', by: by.op.key, signer };
}

/** Writes of one seq together, lowest stamps first. */
function groupBySeq(writes: readonly Write[]): readonly (readonly Write[])[] {
  const levels: Write[][] = [];
  for (const write of writes) {
    const last = levels.at(-1);
    if (last?.[0]?.stamp.seq === write.stamp.seq) last.push(write);
    else levels.push([write]);
  }
  return levels;
}

function createdEntry(op: InsertOp): HistoryEntry {
  const fields = mapFields((field) => initialValue(op, field));
  return {
    key: op.key,
    signer: op.signer,
    change: { type: 'created', fields },
    fate: { type: 'stands' },
  };
}

function deletedEntry(op: DeleteOp): HistoryEntry {
  const change = { type: 'deleted' } as const;
  return { key: op.key, signer: op.signer, change, fate: { type: 'stands' } };
}

/** As the document stamps what an insert writes. */
function initialStamp({ id, signer }: InsertOp): Stamp {
  return { seq: 1, innerAuthor: id, signer, id };
}

function stampOf({ seq, innerAuthor, signer, id }: SetOp): Stamp {
  return { seq, innerAuthor, signer, id: id as OpId };
}

function initialValue({ content }: InsertOp, field: FieldName): FieldValue {
  return content.type === 'object' ? fieldValue(field, content.entries.get(field) ?? null) : null;
}

/** Values that lost to one that still stands, or were overtaken by it, and differ from it. */
export function unsettledOf(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const standing = new Map<FieldName, { readonly key: string; readonly value: FieldValue }>();
  for (const { key, change, fate } of history) {
    if (change.type === 'set' && fate.type === 'stands')
      standing.set(change.field, { key, ...change });
  }
  return history.filter(({ change, fate }) => {
    const isUnseen = fate.type === 'lost' || fate.type === 'overtaken';
    if (change.type !== 'set' || !isUnseen || change.value === null) return false;
    const now = standing.get(change.field);
    return now?.key === fate.by && !Object.is(now.value, change.value);
  });
}
