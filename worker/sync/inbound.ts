/**
 * What waits to be dealt with from one peer: frames to decode, and ops to hand to the owner.
 *
 * Invariant 1: one frame, and one slice of ops, at a time and in order of arrival.
 * Invariant 2: a slice has at most `SLICE_OPS` ops and, beyond its first, `SLICE_CHARACTERS`.
 * Invariant 3: after `clear`, nothing is decoded or delivered.
 */

import type { Clock } from '../ports.ts';
import { decodeBinary, readTextFrame } from '../wire/codec.ts';
import type { Frame } from '../wire/frames.ts';
import {
  FRAME_OVERHEAD_BYTES,
  INBOUND_BYTES_MAX,
  READ_SLICE_CHARACTERS,
  SLICE_CHARACTERS,
  SLICE_OPS,
} from '../wire/limits.ts';
import type { OpSource } from './exchange.ts';
import { createFifo } from './fifo.ts';

type Bytes = string | Uint8Array;

/** Ops that came in one kind of frame. */
export interface Delivery {
  readonly texts: readonly string[];
  readonly frame: OpSource['frame'];
}

interface Gathered {
  readonly type: 'ops';
  readonly texts: string[];
  readonly frame: OpSource['frame'];
}

interface Task {
  readonly type: 'task';
  readonly run: () => Promise<void>;
}

export interface InboundOptions {
  readonly clock: Clock;
  onFrame(frame: Frame): void;
  /** The next slice waits for this one. */
  receive(slice: Delivery): Promise<void>;
  onOverflow(): void;
  onBroken(error: unknown): void;
}

export interface Inbound {
  push(bytes: Bytes): void;
  /** Called from `onFrame`: these ops came in that frame. */
  deliver(delivery: Delivery): void;
  /** Called from `onFrame`: runs `task` when the ops that came before are dealt with. */
  after(task: () => Promise<void>): void;
  /** Runs `then` when all that has arrived is dealt with. */
  end(then: () => void): void;
  clear(): void;
}

export function createInbound(options: InboundOptions): Inbound {
  const { clock } = options;
  const queue = createFifo<Bytes>();
  let queuedBytes = 0;
  let undelivered: (Gathered | Task)[] = [];
  let phase: 'resting' | 'working' | 'cleared' = 'resting';
  let afterwards: (() => void) | null = null;

  const isCleared = (): boolean => phase === 'cleared';

  async function work(): Promise<void> {
    for (let bytes = queue.shift(); bytes !== undefined; bytes = queue.shift()) {
      queuedBytes -= costOf(bytes);
      const frame = typeof bytes === 'string' ? await readText(bytes) : decodeBinary(bytes);
      if (isCleared()) return;
      options.onFrame(frame);
      if (isLive(queue.peek()) && mayGather(undelivered.at(-1))) continue;
      await deliverAll();
      if (isCleared()) return;
    }
    phase = 'resting';
    afterwards?.();
  }

  async function readText(text: string): Promise<Frame> {
    const reading = readTextFrame(text, READ_SLICE_CHARACTERS);
    for (;;) {
      const slice = reading.next();
      if (slice.done === true) return slice.value;
      await clock.yieldTurn();
    }
  }

  async function deliverAll(): Promise<void> {
    const deliveries = undelivered;
    undelivered = [];
    for (const next of deliveries) {
      if (next.type === 'task') {
        await next.run();
        if (isCleared()) return;
        continue;
      }
      for (const slice of slices(next.texts)) {
        await options.receive({ texts: slice, frame: next.frame });
        if (isCleared()) return;
      }
    }
  }

  return {
    push(bytes) {
      if (isCleared()) return;
      queuedBytes += costOf(bytes);
      if (queuedBytes > INBOUND_BYTES_MAX) {
        options.onOverflow();
        return;
      }
      queue.push(bytes);
      if (phase === 'working') return;
      phase = 'working';
      work().catch((error: unknown) => {
        if (!isCleared()) options.onBroken(error);
      });
    },
    deliver({ texts, frame }) {
      const last = undelivered.at(-1);
      const isRow = last?.type === 'ops' && last.frame === 'live' && frame === 'live';
      if (isRow) last.texts.push(...texts);
      else undelivered.push({ type: 'ops', texts: [...texts], frame });
    },
    after(run) {
      undelivered.push({ type: 'task', run });
    },
    end(then) {
      if (phase === 'working') afterwards = then;
      else then();
    },
    clear() {
      phase = 'cleared';
      queue.clear();
      undelivered = [];
    },
  };
}

function costOf(bytes: Bytes): number {
  return bytes.length + FRAME_OVERHEAD_BYTES;
}

function mayGather(last: Gathered | Task | undefined): boolean {
  return last === undefined || (last.type === 'ops' && last.texts.length < SLICE_OPS);
}

/** Live ops that wait in a row are delivered together: one write to the store for all of them. */
function isLive(bytes: Bytes | undefined): boolean {
  return bytes !== undefined && typeof bytes !== 'string';
}

function* slices(texts: readonly string[]): Generator<readonly string[]> {
  let slice: string[] = [];
  let characters = 0;
  for (const text of texts) {
    const isFull = slice.length >= SLICE_OPS || characters + text.length > SLICE_CHARACTERS;
    if (isFull && slice.length > 0) {
      yield slice;
      slice = [];
      characters = 0;
    }
    slice.push(text);
    characters += text.length;
  }
  if (slice.length > 0) yield slice;
}
