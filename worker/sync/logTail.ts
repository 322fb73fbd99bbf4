/**
 * What goes to a peer that takes ops in the order in which they come, as a Rust node does: the log,
 * and behind it what is new meanwhile, so that each op comes once and after its causes.
 *
 * Invariant 1: an op that was offered before the log was begun is in the log alone.
 * Invariant 2: what waits is bounded; above that it is let go and read again from the log, where also
 *   ops stand that the peer itself brought.
 */

import { OUTBOUND_BYTES_MAX, OUTBOUND_FRAMES_MAX } from '../wire/limits.ts';

type Bytes = string | Uint8Array;

export interface LogTail {
  /** Whether the op goes out behind the log; false: all is out, and it is the caller's to send. */
  take(frame: Bytes): boolean;
  /** To be called once. Each chunk is sent before the next is asked for. */
  chunks(): AsyncGenerator<Bytes>;
}

export interface LogTailDeps {
  /** Place in the log behind all that was offered so far. */
  logEnd(): number;
  encode(from: number, to: number): AsyncGenerator<Bytes>;
  /** A live frame, behind all chunks. Room for what may wait here is there. */
  send(frame: Bytes): void;
}

export function createLogTail({ logEnd, encode, send }: LogTailDeps): LogTail {
  let to = logEnd();
  let waiting: Bytes[] = [];
  let waitingBytes = 0;
  let mustReadOn = false;
  let isOver = false;

  function letGo(): void {
    waiting = [];
    waitingBytes = 0;
  }

  return {
    take(frame) {
      if (isOver || mustReadOn) return !isOver;
      waiting.push(frame);
      waitingBytes += frame.length;
      mustReadOn = waiting.length > OUTBOUND_FRAMES_MAX || waitingBytes > OUTBOUND_BYTES_MAX;
      if (mustReadOn) letGo();
      return true;
    },
    async *chunks() {
      yield* encode(0, to);
      while (mustReadOn) {
        const from = to;
        to = logEnd();
        mustReadOn = false;
        yield* encode(from, to);
      }
      isOver = true;
      for (const frame of waiting) send(frame);
      letGo();
    },
  };
}
