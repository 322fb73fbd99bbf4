/**
 * What waits to go out to one peer. Live frames go first and at once; acks and the chunks of the
 * bulk follow while the socket is not congested, and are made only then. Acks may be gathered first.
 *
 * Invariant 1: live frames keep their order, and none is left out: a full queue ends the connection.
 * Invariant 2: one chunk of the bulk is in memory at a time.
 * Invariant 3: after `close`, nothing is sent, read or timed.
 */

import type { Clock, Socket, Timer } from '../ports.ts';
import { encodeAck } from '../wire/frames.ts';
import {
  ACK_BACKLOG_MAX,
  ACK_KEYS_MAX,
  CONGESTED_BYTES,
  DRAIN_POLL_MS,
  OUTBOUND_BYTES_MAX,
  OUTBOUND_FRAMES_MAX,
} from '../wire/limits.ts';
import { createFifo } from './fifo.ts';

type Bytes = string | Uint8Array;

export interface OutboundOptions {
  readonly socket: Socket;
  readonly clock: Clock;
  /** How long acks wait for others to go with them; 0: they go at once. */
  readonly ackDelayMs: number;
  /** A live frame found no room; it is not sent. */
  onOverflow(): void;
  /** The bulk could not be read to its end. */
  onBroken(error: unknown): void;
}

export interface Outbound {
  /** A frame that must not wait behind acks and bulk. */
  send(frame: Bytes): void;
  sendAcks(keys: readonly string[]): void;
  /** Behind the bulks before it. Takes the generator over and returns it on `close`. */
  sendBulk(chunks: AsyncGenerator<Bytes>): void;
  /** Resolves when there is room for further acks, or on `close`. */
  ackRoom(): Promise<void>;
  /** Resolves when no live frame and no ack waits, or on `close`. Bulks are not waited for. */
  flush(): Promise<void>;
  close(): void;
}

export function createOutbound(options: OutboundOptions): Outbound {
  const { socket, clock, ackDelayMs } = options;
  const live = createFifo<Bytes>();
  let liveBytes = 0;
  let ackKeys: string[] = [];
  let areAcksDue = false;
  let ackTimer: Timer | null = null;
  let ackWaiters: (() => void)[] = [];
  let flushWaiters: (() => void)[] = [];
  const bulks = createFifo<AsyncGenerator<Bytes>>();
  /** Of the bulk in front: asked for, and not sent. */
  let nextChunk: Promise<IteratorResult<Bytes>> | null = null;
  let poll: Timer | null = null;
  let phase: 'resting' | 'pumping' | 'closed' = 'resting';

  const isClosed = (): boolean => phase === 'closed';
  const isCongested = (): boolean => socket.bufferedBytes() > CONGESTED_BYTES;

  function takeLive(): Bytes | undefined {
    const frame = live.shift();
    liveBytes -= frame?.length ?? 0;
    return frame;
  }

  function takeAcks(): Uint8Array | undefined {
    if (!areAcksDue || ackKeys.length === 0) return undefined;
    const keys = ackKeys.slice(0, ACK_KEYS_MAX);
    ackKeys = ackKeys.slice(ACK_KEYS_MAX);
    areAcksDue = ackKeys.length > 0;
    if (ackKeys.length <= ACK_BACKLOG_MAX) wakeAckWaiters();
    return encodeAck(keys);
  }

  function sendGatheredAcks(): void {
    ackTimer?.cancel();
    ackTimer = null;
    areAcksDue = ackKeys.length > 0;
    run();
  }

  function wakeAckWaiters(): void {
    const waiters = ackWaiters;
    ackWaiters = [];
    for (const wake of waiters) wake();
  }

  function wakeFlushWaiters(): void {
    const waiters = flushWaiters;
    flushWaiters = [];
    for (const wake of waiters) wake();
  }

  /** Never settles when the outbound closes meanwhile: nothing may go on then. */
  function nextPoll(): Promise<undefined> {
    return new Promise((resolve) => {
      poll = clock.startTimer(DRAIN_POLL_MS, () => resolve(undefined));
    });
  }

  /** Sends until nothing waits; runs once at a time, and without a pause as long as there is room. */
  async function pump(): Promise<void> {
    if (phase !== 'resting') return;
    phase = 'pumping';
    while (!isClosed()) {
      if (isCongested()) {
        await nextPoll();
        continue;
      }
      const frame = takeLive() ?? takeAcks();
      if (frame === undefined) wakeFlushWaiters();
      const bulk = bulks.peek();
      if (frame !== undefined) {
        socket.send(frame);
      } else if (bulk !== undefined) {
        nextChunk ??= bulk.next();
        const chunk = await Promise.race([nextChunk, nextPoll()]);
        if (isClosed()) return;
        poll?.cancel();
        // The chunk has to wait for its turn; what came meanwhile does not wait for it.
        if (chunk === undefined) continue;
        nextChunk = null;
        if (chunk.done === true) bulks.shift();
        else socket.send(chunk.value);
        await clock.yieldTurn();
      } else {
        phase = 'resting';
        return;
      }
    }
  }

  function run(): void {
    pump().catch((error: unknown) => {
      if (!isClosed()) options.onBroken(error);
    });
  }

  return {
    send(frame) {
      if (isClosed()) return;
      if (live.size() === 0 && !isCongested()) {
        socket.send(frame);
        return;
      }
      if (live.size() >= OUTBOUND_FRAMES_MAX || liveBytes + frame.length > OUTBOUND_BYTES_MAX) {
        options.onOverflow();
        return;
      }
      live.push(frame);
      liveBytes += frame.length;
      run();
    },
    sendAcks(keys) {
      if (isClosed()) return;
      for (const key of keys) ackKeys.push(key);
      if (ackDelayMs === 0 || ackKeys.length >= ACK_KEYS_MAX) sendGatheredAcks();
      else ackTimer ??= clock.startTimer(ackDelayMs, sendGatheredAcks);
    },
    sendBulk(chunks) {
      if (isClosed()) return;
      bulks.push(chunks);
      run();
    },
    async ackRoom() {
      if (isClosed() || ackKeys.length <= ACK_BACKLOG_MAX) return;
      await new Promise<void>((resolve) => {
        ackWaiters.push(resolve);
      });
    },
    async flush() {
      if (isClosed() || (live.size() === 0 && ackKeys.length === 0)) return;
      const flushed = new Promise<void>((resolve) => {
        flushWaiters.push(resolve);
      });
      sendGatheredAcks();
      await flushed;
    },
    close() {
      phase = 'closed';
      poll?.cancel();
      ackTimer?.cancel();
      live.clear();
      ackKeys = [];
      wakeAckWaiters();
      wakeFlushWaiters();
      for (let bulk = bulks.shift(); bulk !== undefined; bulk = bulks.shift()) {
        bulk.return(undefined).catch(() => {
          // The log failed while it was given back; nobody waits for it any more.
        });
      }
    },
  };
}
