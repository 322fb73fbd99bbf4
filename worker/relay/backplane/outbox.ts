import type { Clock, Logger, OpRecord, Timer } from '../../ports.ts';
import type { Metrics } from '../metrics.ts';
import type { PipelineLog } from '../opLog.ts';
import type { Publishing, Session } from './backplane.ts';

/**
 * Publishes what the stream lacks of a pipeline. The log itself is the queue, so nothing that was stored
 * is forgotten by a crash, and a long outage costs no memory.
 *
 * Invariant 1: below the mark every op of the log was read in the stream, or published as the relay ended.
 * Invariant 2: ops are published in the order of the log, which is causal order.
 * Invariant 3: an op that was read in the stream since the mark is not published.
 *
 * An op counts as published when it was read back and checked, not when the broker says so: somebody
 * else may have put another message there under its id. It is then published under a further id. Only
 * of what an earlier run read is the broker's word taken that the op was in it.
 */

export interface Outbox {
  /** Offset in the log. */
  mark(): number;
  /**
   * Publishing begins anew at this offset. Of the stream is known that an earlier run read and checked
   * it up to `seq`, and no more. Only while shut.
   */
  reset(mark: number, seq: number): void;
  /** All that the stream held is read: what it lacks can go out. */
  open(session: Session): void;
  shut(): void;
  /** The log has grown. */
  poke(): void;
  /** The stream is read up to `seq`, and these ops were in it. */
  noteRead(keys: readonly string[], seq: number): void;
  /** Nothing is read any more: what the broker takes counts. Resolves when all is out, or cannot be now. */
  finish(): Promise<void>;
}

export interface OutboxDeps {
  readonly name: string;
  readonly log: PipelineLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Resolves when what came out of the stream until now was noted. */
  readingDone(): Promise<void>;
  /** The mark went on. */
  onPublished(): void;
}

/** Ops that are under way at once. */
export const CHUNK_OPS = 500;
export const PUBLISH_RETRY_MS = 1000;
/** Until then what was published should have been read back. */
const READ_BACK_MS = 10_000;
/** Ids that an op is published under before that is told and tried again later. */
const IDS_MAX = 3;

/** From `open` to `shut`; what was begun in an earlier one counts for nothing. */
interface Opening {
  readonly session: Session;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { name, log, clock, logger, metrics } = deps;
  let mark = 0;
  let opening: Opening | null = null;
  let isFinishing = false;
  let hasFailed = false;
  let running: Promise<void> | null = null;
  let retryTimer: Timer | null = null;
  let readSeq = 0;
  let readBeforeSeq = 0;
  let wakeReader: (() => void) | null = null;
  /** Read in the stream, and maybe not below the mark yet. */
  const inStream = new Set<string>();
  let toldUnpublished = 0;

  function tellUnpublished(count: number): void {
    metrics.move('backplane', 'unpublished', count - toldUnpublished);
    toldUnpublished = count;
  }

  function poke(): void {
    tellUnpublished(log.end() - mark);
    if (opening === null || running !== null || retryTimer !== null) return;
    if (mark < log.end()) running = run(opening);
    else inStream.clear();
  }

  async function run(to: Opening): Promise<void> {
    try {
      await publishAll(to);
    } catch (error) {
      fail(to, String(error));
    }
    running = null;
    poke();
  }

  async function publishAll(to: Opening): Promise<void> {
    while (opening === to && mark < log.end()) {
      const end = Math.min(mark + CHUNK_OPS, log.end());
      const done = await publishRange(to, mark, end);
      if (done === null || opening !== to) return;
      for (const { key } of done) inStream.delete(key);
      mark = end;
      hasFailed = false;
      tellUnpublished(log.end() - mark);
      deps.onPublished();
    }
  }

  /** The ops from offset `from` up to `end`, which are in the stream now; null: not all of them. */
  async function publishRange(
    to: Opening,
    from: number,
    end: number,
  ): Promise<readonly OpRecord[] | null> {
    const ops = await readRange(from, end);
    await deps.readingDone();
    let lacking = ops.filter(({ key }) => !inStream.has(key));
    for (let ids = 0; lacking.length > 0; ids += 1) {
      if (opening !== to) return null;
      if (ids === IDS_MAX) return fail(to, 'what was published is not what is read');
      const outcomes = await Promise.all(
        lacking.map(({ key, bytes }) =>
          to.session.publish(name, { id: ids === 0 ? key : `${key}.${ids}`, bytes }),
        ),
      );
      if (opening !== to) return null;
      const failed = outcomes.find((outcome) => outcome.type === 'failed');
      if (failed?.type === 'failed') return fail(to, failed.reason);
      for (const [index, { key }] of lacking.entries()) {
        if (seqOf(outcomes[index]!) <= readBeforeSeq) inStream.add(key);
      }
      metrics.count('backplane_ops', 'published', lacking.length);
      if (isFinishing) return ops;
      const isRead = await readUpTo(to, Math.max(...outcomes.map(seqOf)));
      if (!isRead) return isFinishing ? ops : null;
      lacking = lacking.filter(({ key }) => !inStream.has(key));
    }
    return ops;
  }

  async function readRange(from: number, end: number): Promise<readonly OpRecord[]> {
    const offsets = Array.from({ length: end - from }, (_, index) => from + index);
    const ops: OpRecord[] = [];
    for await (const slice of log.readAt(offsets)) ops.push(...slice);
    return ops;
  }

  /** false: not now. */
  async function readUpTo(to: Opening, seq: number): Promise<boolean> {
    let isLate = false;
    const timer = clock.startTimer(READ_BACK_MS, () => {
      isLate = true;
      wakeReader?.();
    });
    while (readSeq < seq && !isLate && opening === to && !isFinishing) {
      await new Promise<void>((wake) => {
        wakeReader = wake;
      });
    }
    timer.cancel();
    if (isLate) fail(to, 'what was published is not read');
    return !isLate && opening === to && !isFinishing;
  }

  function fail(at: Opening, reason: string): null {
    if (opening !== at) return null;
    if (!hasFailed) {
      const fields = { pipeline: name, reason, unpublished: log.end() - mark };
      logger.warn('cannot publish ops to the backplane', fields);
    }
    hasFailed = true;
    retryTimer = clock.startTimer(PUBLISH_RETRY_MS, () => {
      retryTimer = null;
      poke();
    });
    return null;
  }

  function shut(): void {
    opening = null;
    retryTimer?.cancel();
    retryTimer = null;
    wakeReader?.();
  }

  return {
    mark: () => mark,
    reset(to, seq) {
      mark = to;
      readSeq = seq;
      readBeforeSeq = seq;
      inStream.clear();
    },
    open(session) {
      opening ??= { session };
      poke();
    },
    shut,
    poke,
    noteRead(keys, seq) {
      readSeq = seq;
      for (const key of keys) inStream.add(key);
      wakeReader?.();
      poke();
    },
    async finish() {
      isFinishing = true;
      wakeReader?.();
      poke();
      while (running !== null) await running;
      shut();
      tellUnpublished(0);
    },
  };
}

function seqOf(outcome: Publishing): number {
  return outcome.type === 'published' ? outcome.seq : 0;
}
