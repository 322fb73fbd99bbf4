/**
 * Answers how stories go through the stages. The log is read once, and from then on what it has
 * grown by. That goes on while nobody waits: an answer waits for a part of it at most, and then says
 * how far it is.
 */

import type { Items } from './crdt/items.ts';
import { readOp } from './crdt/op.ts';
import { readSubject } from './crdt/packedOp.ts';
import type { FlowAnswer, FlowFacts, FlowQuery } from './flowApi.ts';
import { createFlowCount, PERIODS_MAX } from './flowFacts.ts';
import { type Pass, passLog } from './logPass.ts';
import type { OpRecord } from './ports.ts';
import type { ReplicaStore } from './replicaStore.ts';
import { isList, isNumber } from './shape.ts';
import { createStoryTraces, TRACED_FIELDS } from './storyTraces.ts';

export interface FlowDeps {
  readonly items: Pick<Items, 'fields'>;
  readonly store: Pick<ReplicaStore, 'read' | 'logEnd' | 'durability'>;
  /** Applied ops that are not in the log. */
  readonly unstored: () => readonly OpRecord[];
  /** Ops in the log. */
  readonly logLength: () => number;
  readonly yieldTurn: () => Promise<void>;
}

/** An answer waits for so many ops: a fraction of a second. */
export const OPS_PER_ANSWER = 8192;
/** A turn takes well under 10 ms: a story takes about 4 µs. */
const STORIES_PER_TURN = 1024;

const tracedFields: ReadonlySet<string> = new Set(TRACED_FIELDS);

/** `query`: of this type, and not looked at further. null: it is none. */
export function parseFlowQuery(query: object): FlowQuery | null {
  const { nowS, periodStartsS }: { readonly [Name in keyof FlowQuery]?: unknown } = query;
  if (typeof nowS !== 'number' || !isNumber(nowS) || !isPeriods(periodStartsS)) return null;
  return { type: 'flow-facts', nowS, periodStartsS };
}

function isPeriods(starts: unknown): starts is readonly number[] {
  if (!Array.isArray(starts) || starts.length === 0) return false;
  return (
    isList(isNumber, PERIODS_MAX)(starts) &&
    starts.every((start, at) => at === 0 || start > starts[at - 1])
  );
}

export function createFlow(deps: FlowDeps): (query: FlowQuery) => Promise<FlowAnswer> {
  const { items, store, unstored, logLength, yieldTurn } = deps;
  const traces = createStoryTraces();
  /** The log up to `place` is traced. A disk that breaks is followed by memory, with other places. */
  let traced = { place: 0, ops: 0, isOnDisk: true };
  /** With those of the reading under way. */
  let readOps = 0;
  const unstoredKeys = new Set<string>();
  let reading: Promise<void> | null = null;
  const waiting: (() => void)[] = [];

  function take({ key, bytes }: OpRecord): Pass {
    const subject = readSubject(bytes);
    if (subject === undefined) return 'passed';
    if (subject.type === 'change' && !tracedFields.has(subject.field ?? '')) return 'passed';
    const op = readOp(bytes, key);
    if (op.type !== 'rejected') traces.add(op);
    return 'read';
  }

  /** What is traced twice changes nothing. */
  async function traceLog(): Promise<void> {
    await store.read(async (log) => {
      const isOnDisk = store.durability() !== 'broken';
      const from = isOnDisk === traced.isOnDisk ? traced : { place: 0, ops: 0 };
      const place = store.logEnd();
      readOps = from.ops;
      if (place > from.place) await passLog(log.readOps(from.place), takeLogged, yieldTurn);
      traced = { place, ops: readOps, isOnDisk };
    });
    await passLog(sliceOf(unstored()), takeUnstored, yieldTurn);
  }

  function takeLogged(record: OpRecord): Pass {
    readOps += 1;
    if (readOps % OPS_PER_ANSWER === 0) endWaiting();
    return take(record);
  }

  function takeUnstored(record: OpRecord): Pass {
    if (unstoredKeys.has(record.key)) return 'passed';
    unstoredKeys.add(record.key);
    return take(record);
  }

  function endWaiting(): void {
    for (const end of waiting.splice(0)) end();
  }

  /** Whether the log has been read to its end; if not, a part of it has. */
  function readOn(): Promise<boolean> {
    reading ??= traceLog().finally(() => {
      reading = null;
      waiting.length = 0;
    });
    const part = new Promise<boolean>((resolve) => waiting.push(() => resolve(false)));
    return Promise.race([reading.then(() => true), part]);
  }

  async function count(query: FlowQuery): Promise<FlowFacts> {
    const counted = createFlowCount(query);
    let stories = 0;
    for (const [id, trace] of traces.all) {
      const fields = items.fields(id);
      if (fields !== undefined) counted.add(fields, trace);
      stories += 1;
      if (stories % STORIES_PER_TURN === 0) await yieldTurn();
    }
    return counted.facts();
  }

  return async (query) => {
    if (await readOn()) {
      return { type: 'flow-facts', state: { name: 'known', facts: await count(query) } };
    }
    const totalOps = Math.max(readOps, logLength());
    return { type: 'flow-facts', state: { name: 'reading', readOps, totalOps } };
  };
}

async function* sliceOf(records: readonly OpRecord[]): AsyncGenerator<readonly OpRecord[]> {
  yield records;
}
