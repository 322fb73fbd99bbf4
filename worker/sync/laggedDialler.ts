/**
 * A dialler whose connections are slow on purpose: every frame waits, in both directions, for those
 * who want to see what a bad network does to a board.
 *
 * Invariant 1: frames keep their order, whatever the lag becomes meanwhile.
 * Invariant 2: what waits to go out counts as buffered, so that a sender slows down as it would.
 * Invariant 3: without lag and with nothing waiting, calls go straight through.
 */

import type { Clock, Dialler, Socket, SocketHandlers } from '../ports.ts';
import { createFifo } from './fifo.ts';

export interface LaggedDialler extends Dialler {
  lagMs(): number;
  /** For what is sent and received from now on. */
  setLagMs(lagMs: number): void;
}

export function createLaggedDialler(dialler: Dialler, clock: Clock): LaggedDialler {
  let lagMs = 0;

  function dial(address: string, handlers: SocketHandlers): Socket {
    const inbound = createLane(clock, () => lagMs);
    const outbound = createLane(clock, () => lagMs);
    let waitingBytes = 0;
    const socket = dialler.dial(address, {
      onOpen: () => inbound.pass(handlers.onOpen),
      onText: (text) => inbound.pass(() => handlers.onText(text)),
      onBinary: (bytes) => inbound.pass(() => handlers.onBinary(bytes)),
      onClose: (close) => inbound.pass(() => handlers.onClose(close)),
    });
    return {
      send(frame) {
        waitingBytes += frame.length;
        outbound.pass(() => {
          waitingBytes -= frame.length;
          socket.send(frame);
        });
      },
      bufferedBytes: () => socket.bufferedBytes() + waitingBytes,
      close: (code, reason) => outbound.pass(() => socket.close(code, reason)),
    };
  }

  return {
    dial,
    lagMs: () => lagMs,
    setLagMs(next) {
      lagMs = next;
    },
  };
}

interface Lane {
  /** Runs `step` when its time has come, after the steps before it. */
  pass(step: () => void): void;
}

function createLane(clock: Clock, lagMs: () => number): Lane {
  const waiting = createFifo<{ readonly dueMs: number; readonly step: () => void }>();
  let isTimed = false;

  function wait(delayMs: number): void {
    if (isTimed) return;
    isTimed = true;
    clock.startTimer(delayMs, () => {
      isTimed = false;
      runDue();
    });
  }

  function runDue(): void {
    for (let next = waiting.peek(); next !== undefined; next = waiting.peek()) {
      const leftMs = next.dueMs - clock.nowMs();
      if (leftMs > 0) {
        wait(leftMs);
        return;
      }
      // First out of the queue: the step may pass another one.
      waiting.shift();
      next.step();
    }
  }

  return {
    pass(step) {
      if (waiting.size() === 0 && lagMs() === 0) {
        step();
        return;
      }
      waiting.push({ dueMs: clock.nowMs() + lagMs(), step });
      wait(lagMs());
    },
  };
}
