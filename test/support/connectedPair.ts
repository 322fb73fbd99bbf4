/** Two owners, joined by a hand-cranked socket pair and a clock that stands still. */

import type { SyncStatus } from '../../worker/api.ts';
import type { SocketClose } from '../../worker/ports.ts';
import { type Connection, createConnection } from '../../worker/sync/connection.ts';
import type { OpExchange } from '../../worker/sync/exchange.ts';
import type { End } from '../../worker/sync/session.ts';
import type { BadFrame } from '../../worker/wire/frames.ts';
import { createManualClock, type ManualClock } from './manualClock.ts';
import { createMemoryExchange } from './memoryExchange.ts';
import { createMemoryLogger, type MemoryLogger } from './memoryLogger.ts';
import { createSocketPair, deaf, type PairEnd, type SocketPair } from './socketPair.ts';

export interface ConnectedEnd {
  readonly connection: Connection;
  readonly wire: PairEnd;
  readonly logger: MemoryLogger;
  /** What the connection told its owner, oldest first. */
  readonly told: readonly Told[];
}

export type Told =
  | { readonly type: 'open' | 'heard' }
  | { readonly type: 'sync'; readonly sync: SyncStatus }
  | { readonly type: 'bad'; readonly reason: BadFrame }
  | { readonly type: 'closed'; readonly close: SocketClose };

export interface ConnectedPair extends SocketPair {
  readonly left: ConnectedEnd;
  readonly right: ConnectedEnd;
}

/** `left` dials. Nothing is open yet. */
export function connectPair(
  clock: ManualClock,
  left: OpExchange,
  right: OpExchange,
): ConnectedPair {
  const pair = createSocketPair();
  return {
    ...pair,
    left: connectEnd({ clock, exchange: left, wire: pair.dialler, end: 'dialler' }),
    right: connectEnd({ clock, exchange: right, wire: pair.listener, end: 'listener' }),
  };
}

/** One end of ours; the test speaks for the other. */
export function connectEnd(options: {
  readonly clock: ManualClock;
  readonly exchange: OpExchange;
  readonly wire: PairEnd;
  readonly end: End;
}): ConnectedEnd {
  const logger = createMemoryLogger();
  const told: Told[] = [];
  const connection = createConnection({
    peer: options.end === 'dialler' ? 'listener' : 'dialler',
    end: options.end,
    connect: options.wire.connect,
    exchange: options.exchange,
    clock: options.clock,
    logger,
    onOpen: () => told.push({ type: 'open' }),
    onHeard: () => told.push({ type: 'heard' }),
    onSync: (sync) => told.push({ type: 'sync', sync }),
    onBadFrame: (reason) => told.push({ type: 'bad', reason }),
    onClosed: (close) => told.push({ type: 'closed', close }),
  });
  return { connection, wire: options.wire, logger, told };
}

/** One of our ends at a wire whose other end the test holds. `speaker` is that other end. */
export function connectOne(end: End, texts: readonly string[] = []) {
  const pair = createSocketPair();
  const clock = createManualClock();
  const exchange = createMemoryExchange(texts);
  const ours = connectEnd({ clock, exchange, wire: pair[end], end });
  const speaker = pair[end === 'dialler' ? 'listener' : 'dialler'].connect(deaf);
  return { pair, clock, exchange, ours, speaker };
}
