import { CAUSAL_QUEUE_MAX, type HeldLimits } from '../crdt/held.ts';
import { examineOp, MAX_OP_BYTES, type RejectReason, readOp } from '../crdt/op.ts';
import type { ReceivedOp } from '../crdt/packedOp.ts';
import { parseSignedOp } from '../crdt/signedOp.ts';
import type { Clock, Verifier } from '../ports.ts';
import { SLICE_CHARACTERS, SLICE_OPS } from '../wire/limits.ts';
import { readOpFile } from './opFile.ts';
import type { PipelineLog, StoreFailure } from './opLog.ts';
import { openPipelineRelay, type Taken } from './pipelineRelay.ts';

/**
 * Ops of files into a pipeline's log: they go the way of ops that a peer sends, and no other.
 *
 * Files of exports are sorted by hash; so inserts are taken first, by seq, as all others need them.
 * What then still comes before what it needs waits in memory up to a bound; while any were dropped
 * and the log still grows, the files are read again.
 */

export interface OpFile {
  readonly name: string;
  /** From its start, at each call. What it throws ends the import. */
  read(): AsyncIterable<Uint8Array>;
}

export interface ImportReport {
  /** Ops in the files, and lines that hold none. */
  readonly ops: number;
  readonly stored: number;
  /** Were there before, or came twice. */
  readonly known: number;
  /** Good, and not stored: what they need is neither in the files nor in the store. */
  readonly held: number;
  readonly refused: { readonly [reason: string]: number };
}

export type ImportOutcome =
  | { readonly type: 'imported'; readonly report: ImportReport }
  | { readonly type: 'failed'; readonly detail: string };

/** An op that is not in the store now. */
export interface LeftOut {
  readonly file: string;
  /** As in `OpFileEntry`. */
  readonly place: number;
  readonly reason: RejectReason | 'held' | 'no-op';
  readonly detail: string;
}

export interface ImportDeps {
  readonly files: readonly OpFile[];
  readonly log: PipelineLog;
  readonly verifier: Verifier;
  readonly clock: Clock;
  /** What may wait in memory. Absent: `CAUSAL_QUEUE_MAX`. */
  readonly heldMax?: HeldLimits;
  onLeftOut(one: LeftOut): void;
  /** After each slice. `ops`: read so far. */
  onProgress(ops: number): void;
}

interface Placed {
  readonly file: string;
  readonly place: number;
  readonly op: ReceivedOp;
}

/** `items`, the item. */
const INSERT_PATH_PARTS = 2;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Files are read again only where ops were dropped that may be stored now. */
export async function importFiles(deps: ImportDeps): Promise<ImportOutcome> {
  const { files, verifier, clock, heldMax: heldLimits = CAUSAL_QUEUE_MAX } = deps;
  let failure: StoreFailure | null = null;
  const log = watchAppends(deps.log, (failed) => {
    failure ??= failed;
  });
  const opening = await openPipelineRelay({
    ...{ name: 'import', log, verifier, clock, logger: SILENT, heldLimits },
  });
  if (opening.type === 'failed') return opening;
  const { pipeline } = opening;
  const countBefore = log.count();
  const tally = createTally(deps);
  const waiting = new Set<string>();
  const take = async (slice: readonly Placed[]): Promise<Taken | null> => {
    const ops = slice.map(({ op }) => op);
    const taken = await pipeline.take(ops, { peer: 'file', frame: 'file' });
    for (const key of taken?.notNow ?? []) waiting.add(key);
    for (const key of taken?.stored ?? []) waiting.delete(key);
    return taken;
  };
  try {
    for (const ops of [await readInserts(files), readOthers(files, tally.noOp)]) {
      for await (const slice of inSlices(ops)) {
        tally.add(slice, await take(slice));
        if (failure !== null) return failure;
      }
    }
    for (let count = countBefore; waiting.size > 0 && log.count() > count; ) {
      count = log.count();
      for await (const slice of inSlices(opsOf(files))) await take(slice);
      if (failure !== null) return failure;
    }
    if (waiting.size > 0) await tellHeld(files, waiting, deps.onLeftOut);
  } catch (error) {
    // A file that cannot be read.
    return { type: 'failed', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    await pipeline.close();
  }
  const stored = log.count() - countBefore;
  return { type: 'imported', report: tally.report(stored, waiting.size) };
}

interface Tally {
  noOp(one: LeftOut): void;
  add(slice: readonly Placed[], taken: Taken | null): void;
  report(stored: number, held: number): ImportReport;
}

function createTally({ onLeftOut, onProgress }: ImportDeps): Tally {
  const reasons = new Map<string, number>();
  let ops = 0;
  let refused = 0;
  const tell = (one: LeftOut): void => {
    refused += 1;
    reasons.set(one.reason, (reasons.get(one.reason) ?? 0) + 1);
    onLeftOut(one);
  };
  return {
    noOp(one) {
      ops += 1;
      tell(one);
    },
    add(slice, taken) {
      ops += slice.length;
      if (taken !== null && taken.rejected > 0) {
        for (const one of whyRefused(slice, new Set([...taken.stored, ...taken.notNow]))) tell(one);
      }
      onProgress(ops);
    },
    report: (stored, held) => ({
      ...{ ops, stored, known: ops - stored - refused - held, held },
      refused: Object.fromEntries(reasons),
    }),
  };
}

/** What a peer would not be told; `good`: seen-keys of those of the slice that are valid. */
function whyRefused(slice: readonly Placed[], good: ReadonlySet<string>): readonly LeftOut[] {
  return slice.flatMap(({ file, place, op }): readonly LeftOut[] => {
    const examined = examineOp(op, (key) => good.has(key));
    if (examined.type === 'duplicate') return [];
    const { reason, detail } = examined.type === 'rejected' ? examined : WRONG_SIGNATURE;
    return [{ file, place, reason, detail }];
  });
}

const WRONG_SIGNATURE = {
  reason: 'wrong-signature',
  detail: 'the signer did not sign this',
} as const;

async function tellHeld(
  files: readonly OpFile[],
  waiting: ReadonlySet<string>,
  onLeftOut: ImportDeps['onLeftOut'],
): Promise<void> {
  const detail = 'what it needs is neither in the files nor in the store';
  for await (const { file, place, op } of opsOf(files)) {
    const examined = examineOp(op, (key) => waiting.has(key));
    if (examined.type === 'duplicate') onLeftOut({ file, place, reason: 'held', detail });
  }
}

/** By seq, in which an item's insert stands behind that of its origin. Some 300 bytes each. */
async function readInserts(files: readonly OpFile[]): Promise<readonly Placed[]> {
  const inserts: { readonly seq: number; readonly placed: Placed }[] = [];
  for await (const placed of opsOf(files)) {
    const seq = seqOfInsert(placed.op);
    if (seq === null) continue;
    const op = readOp(placed.op);
    const packed = op.type === 'rejected' ? placed : { ...placed, op: op.bytes };
    inserts.push({ seq, placed: packed });
  }
  return inserts.sort((one, other) => one.seq - other.seq).map(({ placed }) => placed);
}

async function* readOthers(
  files: readonly OpFile[],
  noOp: (one: LeftOut) => void,
): AsyncGenerator<Placed> {
  for await (const placed of opsOf(files, noOp)) if (seqOfInsert(placed.op) === null) yield placed;
}

/** null: it is no insert. What looks like one may still be refused. */
function seqOfInsert(op: ReceivedOp): number | null {
  if (typeof op !== 'string' || op.length > MAX_OP_BYTES) return null;
  const parsed = parseSignedOp(op);
  if (parsed.type !== 'read') return null;
  const { path, is_deleted, seq } = parsed.value.inner;
  return path.length === INSERT_PATH_PARTS && !is_deleted ? Number(seq) : null;
}

async function* opsOf(
  files: readonly OpFile[],
  noOp: (one: LeftOut) => void = () => undefined,
): AsyncGenerator<Placed> {
  for (const { name: file, read } of files) {
    for await (const entry of readOpFile(read())) {
      const { place } = entry;
      if (entry.type === 'op') yield { file, place, op: entry.text };
      else noOp({ file, place, reason: 'no-op', detail: entry.detail });
    }
  }
}

async function* inSlices(
  ops: Iterable<Placed> | AsyncIterable<Placed>,
): AsyncGenerator<readonly Placed[]> {
  let slice: Placed[] = [];
  let size = 0;
  for await (const one of ops) {
    slice.push(one);
    size += one.op.length;
    if (slice.length < SLICE_OPS && size < SLICE_CHARACTERS) continue;
    yield slice;
    slice = [];
    size = 0;
  }
  if (slice.length > 0) yield slice;
}

function watchAppends(log: PipelineLog, onFailure: (failure: StoreFailure) => void): PipelineLog {
  return {
    ...log,
    async append(records) {
      const outcome = await log.append(records);
      if (outcome.type === 'failed') onFailure(outcome);
      return outcome;
    },
  };
}
