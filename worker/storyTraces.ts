/**
 * What the log says of stories beside their fields now: where each has been, its last claim, and
 * how often it was tried again. No clock is asked: writes of a register are in the order of their
 * stamps.
 *
 * Of the writes of one register at one seq, which had not seen each other, the one that wins counts.
 *
 * Invariant: traces are a function of the set of ops. In which order they come, and how often each,
 *   changes nothing.
 */

import type { OpId } from './crdt/bytes.ts';
import { type Stamp, wins } from './crdt/lwwRegister.ts';
import type { InsertOp, Op, SetOp } from './crdt/op.ts';
import { type FieldName, type FieldValue, fieldValue } from './crdt/view.ts';

/** The registers that traces are made of. */
export const TRACED_FIELDS = ['stage', 'claimed_at', 'retry_count'] as const;

/** In the order in which work goes through them. */
export const STAGES: readonly string[] = [
  '1_backlog',
  '2_current',
  '3_qa',
  '4_merge',
  '5_done',
  '6_archived',
];

/** A write that won at its seq, and what it wrote. Flat: there may be one for each op of a log. */
interface Write extends Stamp {
  readonly value: number;
}

export interface StoryTrace {
  /** One write for each seq, lowest first. A place in `STAGES`; -1: none of them. */
  readonly stages: Write[];
  /** The claim with the highest stamp, in Unix seconds as written; null: there was none. */
  claim: Write | null;
  /** The highest count of all that were written, rounded down; null: none was. */
  retries: number | null;
}

export interface StoryTraces {
  /** An applied op. */
  add(op: Op): void;
  readonly all: ReadonlyMap<OpId, StoryTrace>;
}

export function createStoryTraces(): StoryTraces {
  const all = new Map<OpId, StoryTrace>();
  /** A key stands in many stamps: one text for all. */
  const keys = new Map<string, string>();
  const shared = <Key extends string>(key: Key): Key => {
    const known = keys.get(key);
    if (known === undefined) keys.set(key, key);
    return (known ?? key) as Key;
  };
  const traceOf = (id: OpId): StoryTrace => {
    const trace = all.get(id) ?? { stages: [], claim: null, retries: null };
    all.set(id, trace);
    return trace;
  };

  function insert({ content, id: ownId, signer }: InsertOp): void {
    if (content.type !== 'object') return;
    const id = shared(ownId);
    const stamp: Stamp = { seq: 1, innerAuthor: id, signer: shared(signer), id };
    for (const field of TRACED_FIELDS) {
      trace(traceOf(id), field, stamp, fieldValue(field, content.entries.get(field) ?? null));
    }
  }

  function set({ seq, innerAuthor, signer, id, target, field, content }: SetOp): void {
    const stamp: Stamp = { seq, innerAuthor: shared(innerAuthor), signer: shared(signer), id };
    trace(traceOf(shared(target)), field, stamp, fieldValue(field, content));
  }

  return {
    all,
    add(op) {
      if (op.type === 'insert') insert(op);
      else if (op.type === 'set') set(op);
    },
  };
}

/** The stages a story was in, as places in `STAGES`, none twice in a row. Others are passed over. */
export function wayOf({ stages }: StoryTrace): readonly number[] {
  const way: number[] = [];
  for (const { value } of stages) {
    if (value >= 0 && value !== way.at(-1)) way.push(value);
  }
  return way;
}

function trace(into: StoryTrace, field: FieldName, stamp: Stamp, value: FieldValue): void {
  if (field === 'stage') traceStage(into.stages, { ...stamp, value: placeOfStage(value) });
  if (typeof value !== 'number' || !Number.isFinite(value)) return;
  if (field === 'claimed_at' && value > 0) {
    if (into.claim === null || wins(stamp, into.claim)) into.claim = { ...stamp, value };
  }
  if (field === 'retry_count' && value >= 0) {
    into.retries = Math.max(into.retries ?? 0, Math.floor(value));
  }
}

function placeOfStage(value: FieldValue): number {
  return typeof value === 'string' ? STAGES.indexOf(value) : -1;
}

function traceStage(stages: Write[], write: Write): void {
  const place = placeOfSeq(write.seq, stages);
  const rival = stages[place];
  if (rival?.seq !== write.seq) stages.splice(place, 0, write);
  else if (wins(write, rival)) stages[place] = write;
}

/** Where the first write of `seq` or above stands. */
function placeOfSeq(seq: number, writes: readonly Stamp[]): number {
  let [from, to] = [0, writes.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((writes[middle]?.seq ?? 0) < seq) from = middle + 1;
    else to = middle;
  }
  return from;
}
