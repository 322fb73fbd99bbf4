import type { Clock, Logger, Timer } from '../../ports.ts';
import type { Turns } from '../../turns.ts';
import type { Metrics } from '../metrics.ts';
import type { OpLog, PipelineLog } from '../opLog.ts';
import type { PipelineRelay } from '../pipelineRelay.ts';
import type { Session, StreamedOp, StreamReader } from './backplane.ts';
import { encodeNote, parseNote } from './note.ts';
import { createOutbox } from './outbox.ts';
import { createPlaceKeeper } from './placeKeeper.ts';

/**
 * Ties one pipeline to its part of the stream. For the pipeline it is one more peer: ops come from it,
 * are checked like any others, and it is told of those that others bring.
 *
 * Invariant: what is noted as read or published never goes beyond what is stored, or in the stream; a
 * crash makes the relay read and offer some of it again, which changes nothing.
 */

export interface PipelineLink {
  /** The broker can be reached. */
  attach(session: Session): void;
  detach(): void;
  /** Nothing is read any more. Resolves when what is stored is published, or cannot be now. */
  close(): Promise<void>;
}

export interface PipelineLinkOptions {
  readonly name: string;
  readonly pipeline: PipelineRelay;
  readonly log: PipelineLog;
  readonly notes: Pick<OpLog, 'readNote' | 'writeNote'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Those of other pipelines too: subscriptions wait here for each other. */
  readonly turns: Turns;
}

/** What the pipeline calls this peer. */
export const BACKPLANE_PEER = 'backplane';

export const RESUBSCRIBE_MS = 1000;
const NOTE_EVERY_MS = 1000;

/** One reading of the stream, from a subscription to its end. */
interface Round {
  readonly session: Session;
  stop(): void;
  taken: number;
  /** Messages that were there when it began; null: not known yet. */
  ahead: number | null;
  /** Of these, counted as unread. */
  unread: number;
}

export function createPipelineLink(options: PipelineLinkOptions): PipelineLink {
  const { name, pipeline, log, notes, clock, logger, metrics, turns } = options;
  const places = createPlaceKeeper(pipeline.hasStored);
  let stream: string | null = null;
  let session: Session | null = null;
  let round: Round | null = null;
  let taking: Promise<unknown> = Promise.resolve();
  let retryTimer: Timer | null = null;
  let noteTimer: Timer | null = null;
  const outbox = createOutbox({
    ...{ name, log, clock, logger, metrics },
    readingDone: async () => void (await taking),
    onPublished: noteSoon,
  });

  async function begin(at: Session): Promise<void> {
    if (session !== at || round !== null) return;
    const next: Round = { session: at, stop: () => undefined, taken: 0, ahead: null, unread: 0 };
    round = next;
    // Batches of an earlier round may still be under way, and must not count for this one.
    await taking;
    if (stream !== at.stream) await recall(at);
    if (round !== next) return;
    pipeline.leave(BACKPLANE_PEER);
    pipeline.join(BACKPLANE_PEER, { offer: outbox.poke, resync: restart });
    places.start(places.safe());
    const after = places.safe();
    let answer = await at.subscribe(name, after, readerOf(next));
    if (answer.type === 'misplaced') {
      logger.warn('the stream has lost messages: it is read anew, and given what it lacks', {
        pipeline: name,
      });
      rewind();
      if (round === next) answer = await at.subscribe(name, null, readerOf(next));
    }
    if (answer.type === 'subscribed') {
      if (round !== next) return answer.stop();
      next.stop = answer.stop;
      next.ahead = answer.ahead;
      look(next);
      return;
    }
    end(next, answer.type === 'failed' ? answer.reason : 'the stream keeps no messages');
  }

  /** What is known of this stream from earlier sessions or runs. */
  async function recall(at: Session): Promise<void> {
    const text = stream === null ? await notes.readNote(name).catch(() => null) : null;
    const note = text === null ? null : parseNote(text);
    const isOurs = note?.stream === at.stream && log.count() >= note.ops;
    if (isOurs) {
      places.start(note.place);
      outbox.reset(Math.min(note.published, log.end()), note.place?.seq ?? 0);
    } else {
      if (note !== null || stream !== null) {
        const fields = { pipeline: name, ops: log.count() };
        logger.info('the stream is another: it is given what it lacks', fields);
      }
      rewind();
    }
    stream = at.stream;
  }

  function rewind(): void {
    places.start(null);
    outbox.reset(0, 0);
  }

  function readerOf(mine: Round): StreamReader {
    return {
      take(ops) {
        const underWay = takeOps(mine, ops);
        taking = underWay.catch(() => undefined);
        return underWay;
      },
      onEnd: (reason) => end(mine, reason),
    };
  }

  async function takeOps(mine: Round, ops: readonly StreamedOp[]): Promise<void> {
    const last = ops.at(-1);
    if (round !== mine || last === undefined) return;
    const source = { peer: BACKPLANE_PEER, frame: 'bulk' } as const;
    const taken = await pipeline.take(
      ops.map(({ bytes }) => bytes),
      source,
    );
    if (round !== mine || taken === null) return;
    metrics.count('backplane_ops', 'received', ops.length);
    metrics.count('backplane_ops', 'rejected', taken.rejected);
    places.advance({ seq: last.seq, id: last.id }, taken.notNow);
    outbox.noteRead([...taken.stored, ...taken.notNow], last.seq);
    mine.taken += ops.length;
    noteSoon();
    look(mine);
  }

  /** Whether all that was there is read. */
  function look(mine: Round): void {
    const { ahead, taken } = mine;
    if (ahead === null) return;
    const unread = Math.max(0, ahead - taken);
    metrics.move('backplane', 'unread', unread - mine.unread);
    mine.unread = unread;
    if (unread === 0) outbox.open(mine.session);
  }

  function end(mine: Round, reason: string): void {
    if (round !== mine) return;
    stopRound();
    logger.warn('reading the stream is interrupted', { pipeline: name, reason });
    retryTimer = clock.startTimer(RESUBSCRIBE_MS, restart);
  }

  function stopRound(): void {
    retryTimer?.cancel();
    retryTimer = null;
    if (round === null) return;
    metrics.move('backplane', 'unread', -round.unread);
    round.stop();
    round = null;
    outbox.shut();
  }

  function restart(): void {
    stopRound();
    const at = session;
    if (at === null) return;
    turns(() => begin(at)).catch((error: unknown) => {
      if (round?.session === at) end(round, String(error));
    });
  }

  function noteSoon(): void {
    noteTimer ??= clock.startTimer(NOTE_EVERY_MS, () => {
      noteTimer = null;
      void writeNote();
    });
  }

  /** A note that cannot be written is as one that is lost: the next start reads more. */
  async function writeNote(): Promise<void> {
    if (stream === null) return;
    const place = places.safe();
    const note = { stream, place, published: outbox.mark(), ops: log.count() };
    await notes.writeNote(name, encodeNote(note));
  }

  // Counts what is not published while there is no broker.
  pipeline.join(BACKPLANE_PEER, { offer: outbox.poke, resync: restart });

  return {
    attach(next) {
      session = next;
      restart();
    },
    detach() {
      session = null;
      stopRound();
    },
    async close() {
      const at = session;
      session = null;
      const isReady = round?.ahead !== null && round?.unread === 0;
      const reading = round;
      round = null;
      retryTimer?.cancel();
      reading?.stop();
      if (reading !== null) metrics.move('backplane', 'unread', -reading.unread);
      await taking;
      if (at === null || !isReady) outbox.shut();
      await outbox.finish();
      pipeline.leave(BACKPLANE_PEER);
      noteTimer?.cancel();
      await writeNote();
    },
  };
}
