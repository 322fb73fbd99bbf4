/**
 * What a session does, state by state and event by event: the specification of `step`. A state or
 * an event that is added to the session does not compile until it has its row and its column.
 */

import { packText } from '../../worker/crdt/packedOp.ts';
import type { End, Session, SessionEffect, SessionEvent } from '../../worker/sync/session.ts';
import { offerText } from '../support/memoryExchange.ts';

/** The greeting depends on who dialled; what comes after it does not. */
export type StateName =
  | Exclude<Session['name'], 'opening' | 'greeting'>
  | `${Extract<Session['name'], 'opening' | 'greeting'>} ${End}`;

export type EventName = SessionEvent['type'];

export interface Cell {
  readonly to: StateName;
  readonly effects: readonly SessionEffect[];
}

const own = ['ack1', 'compact1', 'rbsr1'] as const;

/** One session of each state. Both ends named `ack1`; the peer's bulk has 1 of 3 ops left. */
export const sessions: { readonly [Name in StateName]: Session } = {
  'opening dialler': { name: 'opening', end: 'dialler', own },
  'opening listener': { name: 'opening', end: 'listener', own },
  'greeting dialler': { name: 'greeting', end: 'dialler', own },
  'greeting listener': { name: 'greeting', end: 'listener', own },
  unheard: { name: 'unheard', own },
  reconciling: { name: 'reconciling', caps: own, received: 2, done: 1, left: 1 },
  'catching-up': { name: 'catching-up', caps: ['ack1'], received: 2, done: 1, left: 1 },
  live: { name: 'live', caps: own },
  closed: { name: 'closed', code: 1000, reason: 'bye' },
};

const op = offerText('{}');
const packed = packText('c');
const message = { type: 'offset', offset: 5 } as const;

/** One event of each type. The bulk is a first frame as our own ends send it, with one op in it. */
export const events: { readonly [Name in EventName]: Extract<SessionEvent, { type: Name }> } = {
  opened: { type: 'opened' },
  'greeting-timeout': { type: 'greeting-timeout' },
  bulk: { type: 'bulk', ops: ['a'], caps: ['ack1'], left: 0 },
  op: { type: 'op', text: 'b' },
  compact: { type: 'compact', ops: [packed], left: null },
  ack: { type: 'ack', keys: ['k'] },
  reconcile: { type: 'reconcile', message },
  bad: { type: 'bad', reason: 'unparsable', detail: 'why' },
  offered: { type: 'offered', op },
  received: { type: 'received', ops: 1, frame: 'bulk', stored: ['k'] },
  expected: { type: 'expected', ops: 7 },
  reconciled: { type: 'reconciled', result: 'differs' },
  failed: { type: 'failed', failure: 'outbound-overflow' },
  left: { type: 'left', code: 1001, reason: 'going' },
  closed: { type: 'closed', close: { code: 1006, reason: 'cut', clean: false } },
};

const deliverBulk: SessionEffect = { type: 'deliver', ops: ['a'], frame: 'bulk' };
const deliverOp: SessionEffect = { type: 'deliver', ops: ['b'], frame: 'live' };
const countBad: SessionEffect = { type: 'count-bad-frame', reason: 'unparsable', detail: 'why' };
const countAck: SessionEffect = {
  type: 'count-bad-frame',
  reason: 'unexpected-ack',
  detail: 'not both ends named ack1',
};
const countReconcile: SessionEffect = {
  type: 'count-bad-frame',
  reason: 'unexpected-reconcile',
  detail: 'not both ends named rbsr1',
};
const deliverCompact: SessionEffect = { type: 'deliver', ops: [packed], frame: 'live' };
const countCompact: SessionEffect = {
  type: 'count-bad-frame',
  reason: 'unexpected-compact',
  detail: 'not both ends named compact1',
};
const takeReconcile: SessionEffect = { type: 'take-reconcile', message };
const notGreeted: SessionEffect = {
  type: 'log',
  level: 'info',
  message: 'peer has not greeted',
};
const stopTimer: SessionEffect = { type: 'stop-greeting-timer' };
const sendFirst: SessionEffect = { type: 'send-first-frame' };
const sendLog: SessionEffect = { type: 'send-log' };
const sendOp: SessionEffect = { type: 'send-op', frame: op.json() };
const sendCompact: SessionEffect = { type: 'send-op', frame: op.compact() };
const sendAck: SessionEffect = { type: 'send-acks', keys: ['k'] };
const applyAck: SessionEffect = { type: 'apply-acks', keys: ['k'] };

const overflow = 'peer lags behind: its outbound queue is full';
const giveUp: Cell = {
  to: 'closed',
  effects: [
    stopTimer,
    { type: 'log', level: 'warn', message: overflow },
    { type: 'close', code: 1013, reason: overflow },
  ],
};
const leave: Cell = {
  to: 'closed',
  effects: [stopTimer, { type: 'close', code: 1001, reason: 'going' }],
};
const end: Cell = { to: 'closed', effects: [stopTimer] };

const stay = (to: StateName, ...effects: readonly SessionEffect[]): Cell => ({ to, effects });

export const table: { readonly [State in StateName]: { readonly [Event in EventName]: Cell } } = {
  'opening dialler': {
    opened: {
      to: 'greeting dialler',
      effects: [sendFirst, { type: 'start-greeting-timer', delayMs: 5000 }],
    },
    'greeting-timeout': stay('opening dialler'),
    bulk: stay('opening dialler', deliverBulk),
    op: stay('opening dialler', deliverOp),
    compact: stay('opening dialler', countCompact),
    ack: stay('opening dialler', countAck),
    reconcile: stay('opening dialler', countReconcile),
    bad: stay('opening dialler', countBad),
    offered: stay('opening dialler'),
    received: stay('opening dialler'),
    expected: stay('opening dialler'),
    reconciled: stay('opening dialler'),
    failed: giveUp,
    left: leave,
    closed: end,
  },
  'opening listener': {
    opened: {
      to: 'greeting listener',
      effects: [{ type: 'start-greeting-timer', delayMs: 1000 }],
    },
    'greeting-timeout': stay('opening listener'),
    bulk: stay('opening listener', deliverBulk),
    op: stay('opening listener', deliverOp),
    compact: stay('opening listener', countCompact),
    ack: stay('opening listener', countAck),
    reconcile: stay('opening listener', countReconcile),
    bad: stay('opening listener', countBad),
    offered: stay('opening listener'),
    received: stay('opening listener'),
    expected: stay('opening listener'),
    reconciled: stay('opening listener'),
    failed: giveUp,
    left: leave,
    closed: end,
  },
  'greeting dialler': {
    opened: stay('greeting dialler'),
    'greeting-timeout': { to: 'unheard', effects: [notGreeted, sendLog] },
    bulk: { to: 'catching-up', effects: [stopTimer, sendLog, deliverBulk] },
    op: stay('greeting dialler', deliverOp),
    compact: stay('greeting dialler', countCompact),
    ack: stay('greeting dialler', countAck),
    reconcile: stay('greeting dialler', countReconcile),
    bad: stay('greeting dialler', countBad),
    offered: stay('greeting dialler'),
    received: stay('greeting dialler'),
    expected: stay('greeting dialler'),
    reconciled: stay('greeting dialler'),
    failed: giveUp,
    left: leave,
    closed: end,
  },
  'greeting listener': {
    opened: stay('greeting listener'),
    'greeting-timeout': { to: 'unheard', effects: [notGreeted, sendFirst, sendLog] },
    bulk: { to: 'catching-up', effects: [stopTimer, sendFirst, sendLog, deliverBulk] },
    op: stay('greeting listener', deliverOp),
    compact: stay('greeting listener', countCompact),
    ack: stay('greeting listener', countAck),
    reconcile: stay('greeting listener', countReconcile),
    bad: stay('greeting listener', countBad),
    offered: stay('greeting listener'),
    received: stay('greeting listener'),
    expected: stay('greeting listener'),
    reconciled: stay('greeting listener'),
    failed: giveUp,
    left: leave,
    closed: end,
  },
  unheard: {
    opened: stay('unheard'),
    'greeting-timeout': stay('unheard'),
    bulk: { to: 'catching-up', effects: [deliverBulk] },
    op: stay('unheard', deliverOp),
    compact: stay('unheard', countCompact),
    ack: stay('unheard', countAck),
    reconcile: stay('unheard', countReconcile),
    bad: stay('unheard', countBad),
    offered: stay('unheard', sendOp),
    received: stay('unheard'),
    expected: stay('unheard'),
    reconciled: stay('unheard'),
    failed: giveUp,
    left: leave,
    closed: end,
  },
  reconciling: {
    opened: stay('reconciling'),
    'greeting-timeout': stay('reconciling'),
    bulk: stay('reconciling', deliverBulk),
    op: stay('reconciling', deliverOp),
    compact: stay('reconciling', deliverCompact),
    ack: stay('reconciling', applyAck),
    reconcile: stay('reconciling', takeReconcile),
    bad: stay('reconciling', countBad),
    offered: stay('reconciling', sendCompact),
    received: stay('reconciling', sendAck),
    expected: stay('reconciling'),
    reconciled: { to: 'catching-up', effects: [sendLog] },
    failed: giveUp,
    left: leave,
    closed: end,
  },
  'catching-up': {
    opened: stay('catching-up'),
    'greeting-timeout': stay('catching-up'),
    bulk: { to: 'catching-up', effects: [deliverBulk] },
    op: stay('catching-up', deliverOp),
    compact: stay('catching-up', countCompact),
    ack: stay('catching-up', applyAck),
    reconcile: stay('catching-up', countReconcile),
    bad: stay('catching-up', countBad),
    offered: stay('catching-up', sendOp),
    received: { to: 'catching-up', effects: [sendAck] },
    expected: stay('catching-up'),
    reconciled: stay('catching-up'),
    failed: giveUp,
    left: leave,
    closed: end,
  },
  live: {
    opened: stay('live'),
    'greeting-timeout': stay('live'),
    bulk: { to: 'catching-up', effects: [deliverBulk] },
    op: stay('live', deliverOp),
    compact: stay('live', deliverCompact),
    ack: stay('live', applyAck),
    reconcile: stay('live', takeReconcile),
    bad: stay('live', countBad),
    offered: stay('live', sendCompact),
    received: stay('live', sendAck),
    expected: stay('live'),
    reconciled: stay('live'),
    failed: giveUp,
    left: leave,
    closed: end,
  },
  closed: {
    opened: stay('closed'),
    'greeting-timeout': stay('closed'),
    bulk: stay('closed'),
    op: stay('closed'),
    compact: stay('closed'),
    ack: stay('closed'),
    reconcile: stay('closed'),
    bad: stay('closed'),
    offered: stay('closed'),
    received: stay('closed'),
    expected: stay('closed'),
    reconciled: stay('closed'),
    failed: stay('closed'),
    left: stay('closed'),
    closed: stay('closed'),
  },
};
