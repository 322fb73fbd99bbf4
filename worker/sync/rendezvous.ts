/**
 * The end that dials: keeps one connection to one address, for ever.
 *
 * Invariant 1: at most one connection counts; what an earlier one still says is not heard.
 * Invariant 2: while `waiting` or `needs-auth`, exactly one timer runs; in `idle`, `refused` and
 *   `stopped` none does.
 * Invariant 3: `refused` and `stopped` end by `reconnect` alone.
 */

import type { SocketStatus, SyncStatus } from '../api.ts';
import type { Clock, Dialler, Logger, Random, SocketClose, Timer } from '../ports.ts';
import { FULL_SIZES } from '../wire/bulkChunks.ts';
import type { BadFrame, Capability } from '../wire/frames.ts';
import type { OfferedOp } from '../wire/offeredOp.ts';
import { FRESH_BACKOFF, noteEnd, noteSuccess } from './backoff.ts';
import { type Connection, createConnection } from './connection.ts';
import type { OpExchange } from './exchange.ts';
import { shrinkSizes } from './frameSizes.ts';
import { isAccessCode } from './gate.ts';
import { readRetryHintMs } from './retryHint.ts';

/** A dial that neither opens nor fails is given up after this long. */
export const DIAL_TIMEOUT_MS = 20_000;

/** Dialling again changes nothing, unless the reason says when to come again. */
const POLICY_VIOLATION = 1008;

/** Who is not let in waits so long, and up to twice as long: whoever runs the relay may have done it. */
export const AUTH_RETRY_MS = 300_000;

/** The code of `refused` when no connection could even be tried. */
const NOT_DIALLED = 0;

const MESSAGE_TOO_BIG = 1009;

export interface RendezvousOptions {
  /** `ws:` or `wss:`; null: none, and the status stays `idle`. */
  readonly address: string | null;
  readonly dialler: Dialler;
  readonly exchange: OpExchange;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onStatus?: (status: SocketStatus) => void;
  /** Of the connection that counts; a new one starts with `catching-up` at 0 of 0. */
  readonly onSync?: (sync: SyncStatus) => void;
  readonly onBadFrame?: (reason: BadFrame, detail: string) => void;
}

export interface Rendezvous {
  /** Dials for the first time. */
  start(): void;
  /** That both ends of the connection named; null: there is none, or the peer has not greeted. */
  capabilities(): readonly Capability[] | null;
  /** A new op for the peer; while there is no connection it does nothing, as the log holds the op. */
  offer(op: OfferedOp): void;
  /** Resolves when acks and live ops have gone out, or there is no connection. */
  flush(): Promise<void>;
  /** The network is back or the machine woke up: a wait ends now, a dead connection too. */
  wake(): void;
  /** The user asks: dials now, whatever the status; an open connection is closed for it. */
  reconnect(): void;
  /** Closes the connection until `reconnect`. */
  disconnect(): void;
  /** Closes for good. */
  stop(): void;
}

export function createRendezvous(options: RendezvousOptions): Rendezvous {
  const { address, dialler, exchange, clock, random, logger } = options;
  let backoff = FRESH_BACKOFF;
  let sizes = FULL_SIZES;
  let status: SocketStatus = { name: 'idle' };
  let connection: Connection | null = null;
  let timer: Timer | null = null;
  let dials = 0;
  let isStopped = false;

  function publish(next: SocketStatus): void {
    status = next;
    options.onStatus?.(next);
  }

  function schedule(delayMs: number, run: () => void): void {
    timer?.cancel();
    timer = clock.startTimer(delayMs, run);
  }

  /** Leaves the connection, if there is one, and forgets the timer. */
  function leave(reason: string): void {
    timer?.cancel();
    dials += 1;
    const left = connection;
    connection = null;
    left?.close(1000, reason);
  }

  function dial(): void {
    if (address === null || isStopped) return;
    leave('dialling again');
    const thisDial = dials;
    const isCurrent = (): boolean => thisDial === dials;
    let heard = false;
    publish({ name: 'connecting' });
    options.onSync?.({ name: 'catching-up', done: 0, total: 0 });
    schedule(DIAL_TIMEOUT_MS, giveUpDial);
    try {
      const made = createConnection({
        peer: address,
        end: 'dialler',
        connect: (handlers) => dialler.dial(address, handlers),
        exchange,
        sizes,
        clock,
        logger,
        onOpen() {
          if (!isCurrent()) return;
          timer?.cancel();
          logger.info('connected', { peer: address });
          publish({ name: 'open' });
        },
        onHeard() {
          heard = true;
          if (isCurrent()) backoff = noteSuccess(backoff);
        },
        onSync(sync) {
          if (isCurrent()) options.onSync?.(sync);
        },
        ...(options.onBadFrame && { onBadFrame: options.onBadFrame }),
        onClosed(close) {
          if (isCurrent()) takeEnd(close, heard);
        },
      });
      if (isCurrent()) connection = made;
    } catch (error) {
      refuse({ code: NOT_DIALLED, reason: String(error), clean: false });
    }
  }

  function giveUpDial(): void {
    const reason = 'no answer';
    leave(reason);
    takeEnd({ code: 1006, reason, clean: false }, false);
  }

  function takeEnd(close: SocketClose, heard: boolean): void {
    timer?.cancel();
    dials += 1;
    if (close.code === MESSAGE_TOO_BIG) shrink(connection?.largestSentBytes() ?? 0);
    connection = null;
    const isForGood = close.code === POLICY_VIOLATION && readRetryHintMs(close.reason) === null;
    if (isForGood) refuse(close);
    else if (isAccessCode(close.code)) waitForAccess(close);
    else wait(close, heard);
  }

  /** The next connection sends shorter frames. */
  function shrink(largestBytes: number): void {
    const before = sizes;
    sizes = shrinkSizes(sizes, largestBytes);
    const { chunkBytes, opFrameBytes } = sizes;
    logger.warn('peer says that a frame was too big', { peer: address, largestBytes, chunkBytes });
    if (opFrameBytes < before.opFrameBytes) {
      const fields = { peer: address, frameBytes: largestBytes };
      logger.error('peer takes no op of this length: such ops are not sent to it', fields);
    }
  }

  function refuse({ code, reason }: SocketClose): void {
    timer?.cancel();
    logger.error('refused; not dialling again', { peer: address, code, reason });
    publish({ name: 'refused', code, reason });
  }

  function waitForAccess({ code, reason, asked = 'token' }: SocketClose): void {
    logger.error('not let in', { peer: address, code, reason, asked });
    schedule(Math.floor(AUTH_RETRY_MS * (1 + random.fraction())), dial);
    publish({ name: 'needs-auth', asked, code, reason });
  }

  function wait({ code, reason, clean }: SocketClose, heard: boolean): void {
    const [next, wait] = noteEnd(backoff, { clean, heard }, random.fraction());
    backoff = next;
    const { level } = wait;
    const delayMs = (readRetryHintMs(reason) ?? 0) + wait.delayMs;
    const attempt = backoff.failures;
    const fields = { peer: address, code, reason, attempt, delayMs };
    logger[level](level === 'info' ? 'connection closed' : 'connection failed', fields);
    schedule(delayMs, dial);
    publish({ name: 'waiting', retryAtMs: clock.nowMs() + delayMs, attempt });
  }

  return {
    start() {
      if (status.name === 'idle') dial();
    },
    capabilities: () => connection?.capabilities() ?? null,
    offer(op) {
      connection?.offer(op);
    },
    flush: async () => connection?.flush(),
    wake() {
      if (status.name === 'waiting') dial();
      else connection?.checkLiveness();
    },
    reconnect() {
      sizes = FULL_SIZES;
      dial();
    },
    disconnect() {
      leave('disconnected by the user');
      if (address !== null) publish({ name: 'stopped' });
    },
    stop() {
      isStopped = true;
      leave('closing');
    },
  };
}
