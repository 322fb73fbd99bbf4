/**
 * What waits to be dealt with from one peer: frames to decode, and ops to hand to the owner.
 *
 * Invariant 1: one frame at a time, in order of arrival; of its slices of ops one more than the owner
 *   is done with.
 * Invariant 2: a slice has at most `SLICE_OPS` ops and, beyond its first, `SLICE_CHARACTERS` of text or bytes.
 * Invariant 3: after `clear`, nothing is decoded or delivered.
 */

import type { ReceivedOp } from '../crdt/packedOp.ts';
import type { Clock, Valve } from '../ports.ts';
import { decodeBinary, readTextFrame } from '../wire/codec.ts';
import { COMPACT_KIND, isCompactBulk, readCompact } from '../wire/compactFrames.ts';
import type { Frame } from '../wire/frames.ts';
import {
  BULK_CHUNK_BYTES,
  FRAME_OVERHEAD_BYTES,
  INBOUND_BYTES_MAX,
  READ_SLICE_BYTES,
  READ_SLICE_CHARACTERS,
  SLICE_CHARACTERS,
  SLICE_OPS,
} from '../wire/limits.ts';
import type { OpSource } from './exchange.ts';
import { createFifo } from './fifo.ts';

/** A peer for which more waits is not read from, where it can be made to wait, until less is left. */
const SHUT_BYTES = 2 * BULK_CHUNK_BYTES;
const OPEN_BYTES = BULK_CHUNK_BYTES;

type Bytes = string | Uint8Array;

/** Ops that came in one kind of frame. */
export interface Delivery {
  readonly ops: readonly ReceivedOp[];
  readonly frame: OpSource['frame'];
}

interface Gathered {
  readonly type: 'ops';
  readonly ops: ReceivedOp[];
  readonly frame: OpSource['frame'];
}

interface Task {
  readonly type: 'task';
  readonly run: () => Promise<void>;
}

/** Among those who read long frames at once. */
export interface BulkPlace {
  /** Resolves when there is a place; to be called again before each further step. */
  ready(): Promise<void>;
  leave(): void;
}

export interface InboundOptions {
  readonly clock: Clock;
  /** Where a long frame waits for its turn. Absent: it has it at once. */
  readonly place?: BulkPlace;
  /** Shut while enough waits. Absent: all that the peer sends is taken, up to `INBOUND_BYTES_MAX`. */
  readonly valve?: Valve;
  onFrame(frame: Frame): void;
  /** The slice after the next waits for this one. */
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
  const { clock, valve, place } = options;
  const queue = createFifo<Bytes>();
  let queuedBytes = 0;
  let undelivered: (Gathered | Task)[] = [];
  let phase: 'resting' | 'working' | 'cleared' = 'resting';
  let afterwards: (() => void) | null = null;
  let isShut = false;
  let isBulk = false;

  const isCleared = (): boolean => phase === 'cleared';

  function turnValve(): void {
    const isEnough = queuedBytes > (isShut ? OPEN_BYTES : SHUT_BYTES);
    if (isEnough === isShut) return;
    isShut = isEnough;
    if (isEnough) valve?.shut();
    else valve?.open();
  }

  async function work(): Promise<void> {
    for (let bytes = queue.shift(); bytes !== undefined; bytes = queue.shift()) {
      queuedBytes -= costOf(bytes);
      turnValve();
      if (place !== undefined && isLong(bytes)) {
        isBulk = true;
        await place.ready();
        if (isCleared()) return;
      }
      const frame = isShort(bytes) ? decodeBinary(bytes) : await readOn(readLong(bytes));
      if (isCleared()) return;
      options.onFrame(frame);
      if (isLive(queue.peek()) && mayGather(undelivered.at(-1))) continue;
      await deliverAll();
      if (isCleared()) return;
      if (isBulk) place?.leave();
      isBulk = false;
    }
    phase = 'resting';
    afterwards?.();
  }

  async function readOn(reading: Generator<undefined, Frame, undefined>): Promise<Frame> {
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
      await deliverSlices(next);
      if (isCleared()) return;
    }
  }

  /** The owner can check the signatures of one slice while it stores the one before. */
  async function deliverSlices({ ops, frame }: Delivery): Promise<void> {
    let before = Promise.resolve();
    for (const slice of slices(ops)) {
      if (isBulk) await place?.ready();
      if (isCleared()) return;
      const underWay = options.receive({ ops: slice, frame });
      underWay.catch(() => {}); // Awaited below, unless the one before failed.
      await before;
      await clock.yieldTurn();
      if (isCleared()) return;
      before = underWay;
    }
    await before;
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
      turnValve();
      if (phase === 'working') return;
      phase = 'working';
      work().catch((error: unknown) => {
        if (!isCleared()) options.onBroken(error);
      });
    },
    deliver({ ops, frame }) {
      const last = undelivered.at(-1);
      const isRow = last?.type === 'ops' && last.frame === 'live' && frame === 'live';
      if (isRow) for (const op of ops) last.ops.push(op);
      else undelivered.push({ type: 'ops', ops: [...ops], frame });
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
      if (isBulk) place?.leave();
      queue.clear();
      undelivered = [];
    },
  };
}

/** Whether it is read in one go: all but texts and long compact frames. */
function isShort(bytes: Bytes): bytes is Uint8Array {
  if (typeof bytes === 'string') return false;
  return bytes[0] !== COMPACT_KIND || bytes.length <= READ_SLICE_BYTES;
}

/** Whether it waits for its turn. */
function isLong(bytes: Bytes): boolean {
  return bytes.length > READ_SLICE_BYTES && !isShort(bytes);
}

function readLong(bytes: Bytes): Generator<undefined, Frame, undefined> {
  return typeof bytes === 'string'
    ? readTextFrame(bytes, READ_SLICE_CHARACTERS)
    : readCompact(bytes, READ_SLICE_BYTES);
}

function costOf(bytes: Bytes): number {
  return bytes.length + FRAME_OVERHEAD_BYTES;
}

function mayGather(last: Gathered | Task | undefined): boolean {
  return last === undefined || (last.type === 'ops' && last.ops.length < SLICE_OPS);
}

/** Live ops that wait in a row are delivered together: one write to the store for all of them. */
function isLive(bytes: Bytes | undefined): boolean {
  return bytes !== undefined && typeof bytes !== 'string' && !isCompactBulk(bytes);
}

function* slices(ops: readonly ReceivedOp[]): Generator<readonly ReceivedOp[]> {
  let slice: ReceivedOp[] = [];
  let characters = 0;
  for (const op of ops) {
    const isFull = slice.length >= SLICE_OPS || characters + op.length > SLICE_CHARACTERS;
    if (isFull && slice.length > 0) {
      yield slice;
      slice = [];
      characters = 0;
    }
    slice.push(op);
    characters += op.length;
  }
  if (slice.length > 0) yield slice;
}
