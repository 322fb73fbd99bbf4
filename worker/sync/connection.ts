/**
 * Drives one `Session` over one socket: decodes what comes in, carries out what the session says.
 *
 * Invariant 1: frames of a peer are dealt with one after another, in order; what arrived before
 *   the peer closed is still delivered.
 * Invariant 2: nothing that a peer sends throws out of a socket handler.
 * Invariant 3: memory is bounded in both directions, by closing the connection.
 */

import type { SyncStatus } from '../api.ts';
import type {
  Clock,
  Logger,
  OpRecord,
  RefusalBudget,
  Socket,
  SocketClose,
  SocketHandlers,
  Timer,
  Valve,
} from '../ports.ts';
import {
  encodeBulkChunks,
  encodeCompactChunks,
  type FrameSizes,
  FULL_SIZES,
} from '../wire/bulkChunks.ts';
import {
  type BadFrame,
  type Capability,
  encodeBulk,
  encodeFirstFrame,
  type Frame,
  type Introduction,
  OWN_CAPABILITIES,
} from '../wire/frames.ts';
import { DIALLER_ACK_DELAY_MS } from '../wire/limits.ts';
import type { OfferedOp } from '../wire/offeredOp.ts';
import { encodeReconcile } from '../wire/reconcileFrames.ts';
import type { OpExchange } from './exchange.ts';
import type { Failure } from './failure.ts';
import { type BulkPlace, createInbound, type Delivery } from './inbound.ts';
import { createLiveness } from './liveness.ts';
import { createLogTail, type LogTail } from './logTail.ts';
import { createOutbound } from './outbound.ts';
import type { ReconcileRole } from './reconcile.ts';
import { createInitiator } from './reconcileInitiator.ts';
import { createResponder } from './reconcileResponder.ts';
import { createRefusalBudget } from './refusalBudget.ts';
import {
  createSession,
  type End,
  hasAcks,
  hasCompact,
  hasNamedNothing,
  type SessionEffect,
  type SessionEvent,
  step,
  syncOf,
} from './session.ts';

/** Bad frames of one connection that are logged one by one; further ones are only counted. */
const LOGGED_BAD_FRAMES = 16;

export interface ConnectionEvents {
  readonly onOpen?: () => void;
  /** Once, at the first frame that made sense. */
  readonly onHeard?: () => void;
  readonly onSync?: (sync: SyncStatus) => void;
  readonly onBadFrame?: (reason: BadFrame, detail: string) => void;
  /** This end gives the connection up; it closes at once. */
  readonly onFailure?: (failure: Failure) => void;
  /** Exactly once, last; at once when this end closes. `clean` is false unless the peer closed. */
  readonly onClosed?: (close: SocketClose) => void;
}

export interface ConnectionOptions extends ConnectionEvents {
  /** Name of this connection, for the log and as the source of its ops. */
  readonly peer: string;
  readonly end: End;
  /** Gives the socket its handlers; they may be called from now on, also before it returns. */
  readonly connect: (handlers: SocketHandlers) => Socket;
  readonly exchange: OpExchange;
  /** Absent: `FULL_SIZES`. */
  readonly sizes?: FrameSizes;
  /** What wrong signatures of the peer may cost. Absent: 64 at once, and one more a second. */
  readonly refusals?: RefusalBudget;
  /** Absent: this end cannot make the peer wait. */
  readonly valve?: Valve;
  /** Absent: long frames are read as they come. */
  readonly place?: BulkPlace;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Connection {
  /** Sends a new op. Before the log has gone out this does nothing, as the log holds the op. */
  offer(op: OfferedOp): void;
  /** That both ends named; null: the peer has not greeted. */
  capabilities(): readonly Capability[] | null;
  /** Of the longest frame with ops that was sent; 0: none was. */
  largestSentBytes(): number;
  /** Time may have jumped: a peer that was not heard for too long is given up now. */
  checkLiveness(): void;
  /** Resolves when acks and live ops have gone to the socket, or it is closed. */
  flush(): Promise<void>;
  /** `reason`: at most 123 bytes. A second call does nothing. */
  close(code: number, reason: string): void;
}

/** Throws what `connect` throws. */
export function createConnection(options: ConnectionOptions): Connection {
  const { peer, exchange, clock, logger, sizes = FULL_SIZES } = options;
  const { refusals = createRefusalBudget(clock) } = options;
  let largestSentBytes = 0;
  const own = OWN_CAPABILITIES.filter((cap) => cap !== 'rbsr1' || exchange.reconcile !== undefined);
  let session = createSession(options.end, own);
  let reconcile: ReconcileRole | null = null;
  let tail: LogTail | null = null;
  /** Ops that went out while it was found out what each end lacks. */
  const sentMeanwhile = new Set<string>();
  let greetingTimer: Timer | null = null;
  let badFrames = 0;
  let heard = false;
  let isOver = false;

  /** Calls of the socket's handlers while the socket is still being made. */
  const early: (() => void)[] = [];
  let isReady = false;
  const whenReady = (run: () => void): void => {
    if (isReady) run();
    else early.push(run);
  };

  const socket = options.connect({
    onOpen: () => whenReady(takeOpen),
    onText: (text) => whenReady(() => takeIn(text)),
    onBinary: (bytes) => whenReady(() => takeIn(bytes)),
    onClose: (close) => whenReady(() => takeClose(close)),
  });
  const liveness = createLiveness({
    clock,
    isExpected: () => hasAcks(session),
    isDeaf: () => options.valve?.isShut() === true,
    sendBeat: () => outbound.send(encodeBulk([], 0)),
    onSilent: () => dispatch({ type: 'failed', failure: 'peer-silent' }),
  });
  const outbound = createOutbound({
    socket: {
      ...socket,
      send(frame) {
        liveness.noteSent();
        socket.send(frame);
      },
    },
    clock,
    ackDelayMs: options.end === 'dialler' ? DIALLER_ACK_DELAY_MS : 0,
    onOverflow: () => dispatch({ type: 'failed', failure: 'outbound-overflow' }),
    onBroken: giveUp,
  });
  const inbound = createInbound({
    clock,
    ...(options.valve && { valve: options.valve }),
    ...(options.place && { place: options.place }),
    onFrame: takeFrame,
    receive,
    onOverflow: () => dispatch({ type: 'failed', failure: 'inbound-overflow' }),
    onBroken: giveUp,
  });
  isReady = true;
  for (const run of early) run();

  return {
    offer(op) {
      if (session.name === 'reconciling') sentMeanwhile.add(op.key);
      dispatch({ type: 'offered', op });
    },
    capabilities: () => ('caps' in session ? session.caps : null),
    largestSentBytes: () => largestSentBytes,
    checkLiveness: () => liveness.check(),
    flush: outbound.flush,
    close: (code, reason) => dispatch({ type: 'left', code, reason }),
  };

  function dispatch(event: SessionEvent): void {
    if (event.type === 'failed' && !isOver) options.onFailure?.(event.failure);
    const before = syncOf(session);
    const [next, effects] = step(session, event);
    session = next;
    for (const effect of effects) carryOut(effect);
    const after = syncOf(session);
    if (!isOver && !isSameSync(before, after)) options.onSync?.(after);
  }

  function carryOut(effect: SessionEffect): void {
    switch (effect.type) {
      case 'start-greeting-timer':
        greetingTimer = clock.startTimer(effect.delayMs, () =>
          dispatch({ type: 'greeting-timeout' }),
        );
        return;
      case 'stop-greeting-timer':
        greetingTimer?.cancel();
        return;
      case 'send-first-frame':
        outbound.send(encodeFirstFrame(own, introduce()));
        return;
      case 'send-log':
        sendLog();
        return;
      case 'start-reconcile':
        startReconcile(effect.introduction);
        return;
      case 'take-reconcile': {
        const { message } = effect;
        inbound.after(async () => reconcile?.take(message));
        return;
      }
      case 'send-op':
        if (effect.frame.length > sizes.opFrameBytes) return;
        if (tail?.take(effect.frame)) return;
        noteOpFrame(effect.frame);
        outbound.send(effect.frame);
        reconcile?.noteGrowth();
        return;
      case 'send-acks':
        outbound.sendAcks(effect.keys);
        return;
      case 'deliver':
        inbound.deliver(effect);
        return;
      case 'apply-acks':
        exchange.acknowledged(effect.keys);
        return;
      case 'count-bad-frame':
        countBadFrame(effect.reason, effect.detail);
        return;
      case 'log':
        logger[effect.level](effect.message, { peer });
        return;
      case 'close':
        inbound.clear();
        socket.close(effect.code, effect.reason);
        finish({ code: effect.code, reason: effect.reason, clean: false });
        return;
    }
  }

  function takeOpen(): void {
    options.onOpen?.();
    dispatch({ type: 'opened' });
  }

  function takeIn(frame: string | Uint8Array): void {
    liveness.noteHeard();
    inbound.push(frame);
  }

  /** The session hears of it after the frames that came before. */
  function takeClose(close: SocketClose): void {
    finish(close);
    inbound.end(() => dispatch({ type: 'closed', close }));
  }

  function finish(close: SocketClose): void {
    if (isOver) return;
    isOver = true;
    greetingTimer?.cancel();
    liveness.stop();
    reconcile?.stop();
    outbound.close();
    options.onClosed?.(close);
  }

  function takeFrame(frame: Frame): void {
    if (frame.type !== 'bad' && !heard) {
      heard = true;
      if (!isOver) options.onHeard?.();
    }
    dispatch(frame);
  }

  async function receive({ ops, frame }: Delivery): Promise<void> {
    const { stored } = await exchange.receive(ops, { peer, frame, refusals });
    dispatch({ type: 'received', ops: ops.length, frame, stored });
    reconcile?.noteGrowth();
    if (refusals.isSpent()) dispatch({ type: 'failed', failure: 'too-many-forgeries' });
    await outbound.ackRoom();
  }

  /** Says what the peer may want to know of this end's log, or this end of the peer's. */
  function introduce(): Introduction {
    const { reconcile: source } = exchange;
    if (source === undefined) return {};
    if (options.end === 'listener')
      return source.namedLog === null ? {} : { log: source.namedLog.id };
    if (exchange.logLength() === 0) return { since: 0 };
    const place = source.placeIn(peer);
    return place === null ? {} : { log: place.log, since: place.offset };
  }

  function startReconcile(introduction: Introduction): void {
    const { reconcile: source } = exchange;
    if (source === undefined) return;
    const create = options.end === 'dialler' ? createInitiator : createResponder;
    reconcile = create({
      peer,
      source,
      clock,
      logger,
      send: (message) => outbound.sendBulk(once(encodeReconcile(message))),
      sendOps: (ops, total) => outbound.sendBulk(encodeOps(unsent(ops), total)),
      sendLog,
      onExpected: (ops) => dispatch({ type: 'expected', ops }),
      onOver: (result) => dispatch({ type: 'reconciled', result }),
      onBad: (detail) => dispatch({ type: 'bad', reason: 'unexpected-reconcile', detail }),
    });
    reconcile.start(introduction);
  }

  function sendLog(): void {
    if (hasNamedNothing(session)) {
      tail = createLogTail({
        logEnd: exchange.logEnd,
        encode: (from, to) =>
          encodeOps(exchange.readLog(from, to), from === 0 ? exchange.logLength() : to - from),
        send(frame) {
          noteOpFrame(frame);
          outbound.send(frame);
        },
      });
      outbound.sendBulk(tail.chunks());
    } else {
      outbound.sendBulk(encodeOps(exchange.readLog(), exchange.logLength()));
    }
    reconcile?.noteLogSent();
  }

  /** Touches the log when the first chunk is asked for, where a failure is caught. */
  async function* encodeOps(
    ops: AsyncIterable<readonly OpRecord[]>,
    total: number,
  ): AsyncGenerator<string | Uint8Array, undefined, undefined> {
    const encode = hasCompact(session) ? encodeCompactChunks : encodeBulkChunks;
    for await (const chunk of encode(ops, total, sizes)) {
      noteOpFrame(chunk);
      yield chunk;
    }
  }

  async function* unsent(
    ops: AsyncIterable<readonly OpRecord[]>,
  ): AsyncGenerator<readonly OpRecord[], undefined, undefined> {
    for await (const slice of ops) yield slice.filter(({ key }) => !sentMeanwhile.has(key));
  }

  function noteOpFrame(frame: string | Uint8Array): void {
    largestSentBytes = Math.max(largestSentBytes, frame.length);
  }

  function countBadFrame(reason: BadFrame, detail: string): void {
    badFrames += 1;
    options.onBadFrame?.(reason, detail);
    if (badFrames <= LOGGED_BAD_FRAMES) {
      logger.warn('peer sent a frame that is not understood', { peer, reason, detail });
    }
    if (badFrames === LOGGED_BAD_FRAMES) {
      logger.warn('further frames like that from this peer are only counted', { peer });
    }
  }

  function giveUp(error: unknown): void {
    logger.error('an op exchange failed', { peer, detail: String(error) });
    dispatch({ type: 'failed', failure: 'exchange-broken' });
  }
}

async function* once<T>(frame: T): AsyncGenerator<T, undefined, undefined> {
  yield frame;
}

function isSameSync(one: SyncStatus, other: SyncStatus): boolean {
  if (one.name === 'live' || other.name === 'live') return one.name === other.name;
  return one.done === other.done && one.total === other.total;
}
