/**
 * One end of one connection, as a pure and total machine. What reaches it are decoded frames and
 * facts about its driver; what it answers are effects for the driver to carry out in order.
 *
 * Invariant 1: an end sends its first frame once, and before anything else.
 * Invariant 2: an end sends its log after its first frame, at once, or where both ends reconcile, if
 *   that fails; each once a connection.
 * Invariant 3: a capability is used only when both ends named it.
 * Invariant 4: an op offered before the log is sent is in the log; one offered later is sent at once.
 * Invariant 5: `closed` does nothing any more.
 */

import type { SyncStatus } from '../api.ts';
import type { ReceivedOp } from '../crdt/packedOp.ts';
import type { SocketClose } from '../ports.ts';
import type { BadFrame, Capability, Frame, Introduction, LiveFrame } from '../wire/frames.ts';
import { GREETING_TIMEOUT_MS, SILENCE_TIMEOUT_MS } from '../wire/limits.ts';
import type { OfferedOp } from '../wire/offeredOp.ts';
import type { ReconcileMessage } from '../wire/reconcileFrames.ts';
import type { OpSource } from './exchange.ts';
import { answerFailure, type Failure } from './failure.ts';

/** The ends differ only in who dialled, and so in who speaks first. */
export type End = 'dialler' | 'listener';

export type Session =
  | { readonly name: 'opening'; readonly end: End; readonly own: readonly Capability[] }
  /** The socket is open, and the peer's first bulk has not come. */
  | { readonly name: 'greeting'; readonly end: End; readonly own: readonly Capability[] }
  /** As `greeting`, but the wait is over: the log is sent to a peer that has named nothing. */
  | { readonly name: 'unheard'; readonly own: readonly Capability[] }
  /** Both ends named `rbsr1` and find out what each lacks. */
  | {
      readonly name: 'reconciling';
      readonly caps: readonly Capability[];
      /** Ops of bulks that have come. */
      readonly received: number;
      /** Those of them that the owner has dealt with. */
      readonly done: number;
      /** Ops that are known to follow. */
      readonly left: number;
    }
  | {
      readonly name: 'catching-up';
      readonly caps: readonly Capability[];
      /** Ops of the peer's bulk that have come. */
      readonly received: number;
      /** Those of them that the owner has dealt with. */
      readonly done: number;
      /** Ops that the peer has announced; null: a bulk follows, of unknown length. */
      readonly left: number | null;
    }
  | { readonly name: 'live'; readonly caps: readonly Capability[] }
  | { readonly name: 'closed'; readonly code: number; readonly reason: string };

export type SessionEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'greeting-timeout' }
  | Frame
  /** The owner has a new op for this peer. */
  | { readonly type: 'offered'; readonly op: OfferedOp }
  /** The owner has dealt with delivered ops. */
  | {
      readonly type: 'received';
      readonly ops: number;
      readonly frame: OpSource['frame'];
      readonly stored: readonly string[];
    }
  /** Reconciling has found that so many ops will come. */
  | { readonly type: 'expected'; readonly ops: number }
  /** Reconciling is over, and all that came before is dealt with. */
  | { readonly type: 'reconciled'; readonly result: 'equal' | 'differs' }
  | { readonly type: 'failed'; readonly failure: Failure }
  /** The owner has no further use for the connection. */
  | { readonly type: 'left'; readonly code: number; readonly reason: string }
  | { readonly type: 'closed'; readonly close: SocketClose };

export type SessionEffect =
  | { readonly type: 'start-greeting-timer'; readonly delayMs: number }
  | { readonly type: 'stop-greeting-timer' }
  | { readonly type: 'send-first-frame' }
  | { readonly type: 'send-log' }
  | { readonly type: 'start-reconcile'; readonly introduction: Introduction }
  | { readonly type: 'take-reconcile'; readonly message: ReconcileMessage }
  | { readonly type: 'send-op'; readonly frame: LiveFrame }
  | { readonly type: 'send-acks'; readonly keys: readonly string[] }
  | {
      readonly type: 'deliver';
      readonly ops: readonly ReceivedOp[];
      readonly frame: OpSource['frame'];
    }
  | { readonly type: 'apply-acks'; readonly keys: readonly string[] }
  | { readonly type: 'count-bad-frame'; readonly reason: BadFrame; readonly detail: string }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly type: 'close'; readonly code: number; readonly reason: string };

export type Step = readonly [Session, readonly SessionEffect[]];

type BulkFrame = Extract<SessionEvent, { readonly type: 'bulk' }>;
type Bulk = Omit<BulkFrame, 'type' | 'ops'> & { readonly ops: readonly ReceivedOp[] };
type Compact = Extract<SessionEvent, { readonly type: 'compact' }>;
type Receipt = Extract<SessionEvent, { readonly type: 'received' }>;

/** `own`: what this end can do. */
export function createSession(end: End, own: readonly Capability[]): Session {
  return { name: 'opening', end, own };
}

export function step(session: Session, event: SessionEvent): Step {
  if (session.name === 'closed') return [session, []];
  switch (event.type) {
    case 'opened':
      return session.name === 'opening' ? greet(session) : [session, []];
    case 'greeting-timeout':
      return session.name === 'greeting' ? stopWaiting(session) : [session, []];
    case 'bulk':
      return takeBulk(session, event);
    case 'op':
      return [session, [{ type: 'deliver', ops: [event.text], frame: 'live' }]];
    case 'compact':
      return takeCompact(session, event);
    case 'ack':
      return [session, [takeAck(session, event.keys)]];
    case 'reconcile':
      return [session, [takeMessage(session, event.message)]];
    case 'bad':
      return [session, [{ ...event, type: 'count-bad-frame' }]];
    case 'offered':
      return [session, hasSentLog(session) ? [sendOp(session, event.op)] : []];
    case 'received':
      return takeReceipt(session, event);
    case 'expected':
      return [session.name === 'reconciling' ? { ...session, left: event.ops } : session, []];
    case 'reconciled':
      return session.name === 'reconciling' ? endReconciling(session, event.result) : [session, []];
    case 'failed':
      return fail(event.failure);
    case 'left':
      return end(event.code, event.reason, [{ ...event, type: 'close' }]);
    case 'closed':
      return end(event.close.code, event.close.reason, []);
  }
}

/** What the page shows while this session is the one. */
export function syncOf(session: Session): SyncStatus {
  switch (session.name) {
    case 'catching-up':
      return {
        name: 'catching-up',
        done: session.done,
        total: session.received + (session.left ?? 0),
      };
    case 'reconciling':
      return {
        name: 'catching-up',
        done: session.done,
        total: session.received + session.left,
      };
    case 'live':
      return { name: 'live' };
    case 'opening':
    case 'greeting':
    case 'unheard':
    case 'closed':
      return { name: 'catching-up', done: 0, total: 0 };
  }
}

function greet({ end: role, own }: Extract<Session, { name: 'opening' }>): Step {
  return role === 'dialler'
    ? [
        { name: 'greeting', end: role, own },
        [
          { type: 'send-first-frame' },
          { type: 'start-greeting-timer', delayMs: SILENCE_TIMEOUT_MS },
        ],
      ]
    : [
        { name: 'greeting', end: role, own },
        [{ type: 'start-greeting-timer', delayMs: GREETING_TIMEOUT_MS }],
      ];
}

/** The dialler has sent its first frame on opening; the listener sends its own now. */
function answer(role: End): readonly SessionEffect[] {
  return role === 'dialler' ? [] : [{ type: 'send-first-frame' }];
}

function stopWaiting({ end: role, own }: Extract<Session, { name: 'greeting' }>): Step {
  return [
    { name: 'unheard', own },
    [
      { type: 'log', level: 'info', message: 'peer has not greeted' },
      ...answer(role),
      { type: 'send-log' },
    ],
  ];
}

/** The first bulk ends the greeting; every bulk brings ops. */
function takeBulk(session: Exclude<Session, { name: 'closed' }>, bulk: Bulk): Step {
  const { ops } = bulk;
  const deliver: readonly SessionEffect[] =
    ops.length > 0 ? [{ type: 'deliver', ops, frame: 'bulk' }] : [];
  switch (session.name) {
    case 'opening':
      return [session, deliver];
    case 'greeting': {
      const met = meet(bulk, session.own);
      const { log, since } = bulk;
      const introduction = {
        ...(log !== undefined && { log }),
        ...(since !== undefined && { since }),
      };
      const begin: SessionEffect =
        met.name === 'reconciling'
          ? { type: 'start-reconcile', introduction }
          : { type: 'send-log' };
      return [met, [{ type: 'stop-greeting-timer' }, ...answer(session.end), begin, ...deliver]];
    }
    case 'unheard': {
      const met = meet(bulk, session.own);
      // The log is on its way already: where the peer has a place in it, or nothing, does not matter.
      const begin: readonly SessionEffect[] =
        met.name === 'reconciling' ? [{ type: 'start-reconcile', introduction: {} }] : [];
      return [met, [...begin, ...deliver]];
    }
    case 'reconciling':
      return [{ ...session, received: session.received + ops.length, left: bulk.left }, deliver];
    case 'live':
      return [
        settle({
          ...session,
          name: 'catching-up',
          received: ops.length,
          done: 0,
          left: bulk.left,
        }),
        deliver,
      ];
    case 'catching-up':
      return [
        settle({ ...session, received: session.received + ops.length, left: bulk.left }),
        deliver,
      ];
  }
}

function takeCompact(session: Exclude<Session, { name: 'closed' }>, { ops, left }: Compact): Step {
  if (!hasCompact(session)) {
    const detail = 'not both ends named compact1';
    return [session, [{ type: 'count-bad-frame', reason: 'unexpected-compact', detail }]];
  }
  return left === null
    ? [session, [{ type: 'deliver', ops, frame: 'live' }]]
    : takeBulk(session, { ops, caps: null, left });
}

function sendOp(session: Session, op: OfferedOp): SessionEffect {
  return { type: 'send-op', frame: hasCompact(session) ? op.compact() : op.json() };
}

/** A peer that names capabilities sends its bulk after its first frame; another's is its bulk. */
function meet(bulk: Bulk, own: readonly Capability[]): Session {
  const caps = own.filter((cap) => bulk.caps?.includes(cap) === true);
  if (caps.includes('rbsr1')) {
    return { name: 'reconciling', caps, received: bulk.ops.length, done: 0, left: bulk.left };
  }
  const left = bulk.caps === null ? bulk.left : null;
  return settle({ name: 'catching-up', caps, received: bulk.ops.length, done: 0, left });
}

function settle(session: Extract<Session, { name: 'catching-up' }>): Session {
  return session.left === 0 && session.done === session.received
    ? { name: 'live', caps: session.caps }
    : session;
}

function takeAck(session: Session, keys: readonly string[]): SessionEffect {
  return hasAcks(session)
    ? { type: 'apply-acks', keys }
    : { type: 'count-bad-frame', reason: 'unexpected-ack', detail: 'not both ends named ack1' };
}

function takeMessage(session: Session, message: ReconcileMessage): SessionEffect {
  return hasNamed(session, 'rbsr1')
    ? { type: 'take-reconcile', message }
    : {
        type: 'count-bad-frame',
        reason: 'unexpected-reconcile',
        detail: 'not both ends named rbsr1',
      };
}

/** Where the sets differ after all, both ends send their log, and a bulk of unknown length follows. */
function endReconciling(
  { caps, received, done }: Extract<Session, { name: 'reconciling' }>,
  result: 'equal' | 'differs',
): Step {
  const left = result === 'equal' ? 0 : null;
  const next = settle({ name: 'catching-up', caps, received, done, left });
  return [next, result === 'equal' ? [] : [{ type: 'send-log' }]];
}

function takeReceipt(session: Session, { ops, frame, stored }: Receipt): Step {
  const acks: readonly SessionEffect[] =
    hasAcks(session) && stored.length > 0 ? [{ type: 'send-acks', keys: stored }] : [];
  if (frame !== 'bulk') return [session, acks];
  if (session.name === 'reconciling') return [{ ...session, done: session.done + ops }, acks];
  return session.name === 'catching-up'
    ? [settle({ ...session, done: session.done + ops }), acks]
    : [session, acks];
}

/** Whether both ends named `ack1`: they acknowledge, and let each other hear that they are there. */
export function hasAcks(session: Session): boolean {
  return hasNamed(session, 'ack1');
}

/** Whether both ends named `compact1`: ops go to and fro packed. */
export function hasCompact(session: Session): boolean {
  return hasNamed(session, 'compact1');
}

/** Whether the peer is, for all that is known, a Rust node: ops have to come to it after their causes. */
export function hasNamedNothing(session: Session): boolean {
  return !('caps' in session) || session.caps.length === 0;
}

/** Whether both ends named `cap`. */
function hasNamed(session: Session, cap: Capability): boolean {
  return 'caps' in session && session.caps.includes(cap);
}

function hasSentLog(session: Session): boolean {
  return session.name !== 'opening' && session.name !== 'greeting';
}

function fail(failure: Failure): Step {
  const { level, message, code } = answerFailure(failure);
  return end(code, message, [
    { type: 'log', level, message },
    { type: 'close', code, reason: message },
  ]);
}

function end(code: number, reason: string, effects: readonly SessionEffect[]): Step {
  return [{ name: 'closed', code, reason }, [{ type: 'stop-greeting-timer' }, ...effects]];
}
