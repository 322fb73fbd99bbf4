import type { Clock, Logger, Random, Timer } from '../../ports.ts';
import { FRESH_BACKOFF, noteEnd } from '../../sync/backoff.ts';
import { createTurns } from '../../turns.ts';
import type { Metrics } from '../metrics.ts';
import type { OpLog, PipelineLog } from '../opLog.ts';
import type { PipelineRelay } from '../pipelineRelay.ts';
import type { Backplane, Session } from './backplane.ts';
import { parseNote } from './note.ts';
import { createPipelineLink, type PipelineLink } from './pipelineLink.ts';

/**
 * A relay as one of many at the same broker. It serves its peers out of its own store, whatever becomes
 * of the broker, and exchanges ops with the others when it can be reached.
 */

export interface Edge {
  /** A pipeline was opened. */
  add(name: string, log: PipelineLog, pipeline: PipelineRelay): void;
  /** `open` opens a pipeline, and so adds it. */
  start(open: (name: string) => Promise<unknown>): void;
  /** After the pipelines are closed. Publishes what it can of what is stored, for some seconds at most. */
  close(): Promise<void>;
}

export interface EdgeDeps {
  readonly backplane: Backplane;
  readonly opLog: OpLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Less than a relay has to end in. */
const LAST_PUBLISHING_MS = 3000;
/** A broker that is back is not asked for all pipelines at once. */
const SUBSCRIPTIONS_AT_ONCE = 16;

export function createEdge({ backplane, random, ...deps }: EdgeDeps): Edge {
  const { opLog, clock, logger, metrics } = deps;
  const links = new Map<string, PipelineLink>();
  const lanes = Array.from({ length: SUBSCRIPTIONS_AT_ONCE }, createTurns);
  let session: Session | null = null;
  let backoff = FRESH_BACKOFF;
  let retryTimer: Timer | null = null;
  let isClosed = false;

  async function connect(open: (name: string) => Promise<unknown>): Promise<void> {
    const outcome = await backplane.connect();
    if (isClosed) {
      if (outcome.type === 'connected') await outcome.session.close();
      return;
    }
    if (outcome.type === 'failed') {
      retry(outcome.reason, open);
      return;
    }
    backoff = FRESH_BACKOFF;
    const mine = outcome.session;
    session = mine;
    const { broker, stream } = mine;
    logger.info('the backplane is connected', { broker, stream });
    metrics.move('backplane', 'connected', 1);
    for (const link of links.values()) link.attach(mine);
    wake(mine, open).catch((error: unknown) => {
      logger.error('cannot look for ops to publish', { detail: String(error) });
    });
    const reason = await mine.ended;
    metrics.move('backplane', 'connected', -1);
    session = null;
    if (isClosed) return;
    for (const link of links.values()) link.detach();
    retry(reason, open);
  }

  function retry(reason: string, open: (name: string) => Promise<unknown>): void {
    const [next, { level, delayMs }] = noteEnd(
      backoff,
      { clean: false, heard: false },
      random.fraction(),
    );
    backoff = next;
    const fields = { reason, failures: backoff.failures, retryMs: delayMs };
    logger[level]('the backplane cannot be reached: this relay goes on alone', fields);
    retryTimer = clock.startTimer(delayMs, () => void connect(open));
  }

  /** Opens pipelines that nobody asked for yet and that the stream may lack ops of. */
  async function wake(mine: Session, open: (name: string) => Promise<unknown>): Promise<void> {
    for (const name of opLog.names()) {
      if (session !== mine) return;
      if (!links.has(name) && (await isBehind(mine, name))) await open(name);
    }
  }

  async function isBehind({ stream }: Session, name: string): Promise<boolean> {
    const text = await opLog.readNote(name);
    const note = text === null ? null : parseNote(text);
    const opening = await opLog.openPipeline(name);
    if (opening.type === 'failed') return false;
    return note?.stream !== stream || note.published < opening.log.end();
  }

  return {
    add(name, log, pipeline) {
      const turns = lanes[links.size % lanes.length]!;
      const link = createPipelineLink({ ...deps, name, log, pipeline, notes: opLog, turns });
      links.set(name, link);
      if (session !== null) link.attach(session);
    },
    start: (open) => void connect(open),
    async close() {
      isClosed = true;
      retryTimer?.cancel();
      const ending = Promise.all([...links.values()].map((link) => link.close()));
      const timer = clock.startTimer(LAST_PUBLISHING_MS, () => {
        logger.warn('not all ops are published: the next start does it');
        void session?.close();
      });
      await ending;
      timer.cancel();
      await session?.close();
    },
  };
}
