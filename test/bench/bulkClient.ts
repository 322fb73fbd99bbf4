/** A peer of the relay, over a real socket, that does one thing and measures it. */

import { WebSocket } from 'ws';
import type { OpRecord } from '../../worker/ports.ts';
import { encodeBulkChunks, encodeCompactChunks } from '../../worker/wire/bulkChunks.ts';
import { decodeBinary, decodeText } from '../../worker/wire/codec.ts';
import { type Capability, encodeFirstFrame, type Frame } from '../../worker/wire/frames.ts';

export interface BulkSent {
  /** From the first byte of the bulk handed to the socket to the ack of its last op. */
  readonly elapsedMs: number;
}

export interface BulkReceived {
  readonly ops: number;
  /** Bytes of the bulk's frames, without WebSocket's own 10 a frame. */
  readonly bytes: number;
}

/** `json`: as a Rust node sends it; `compact`: as our own peers do. */
export type BulkForm = 'json' | 'compact';

const MIB = 1024 * 1024;
const patienceMs = 120_000;

/** Sends `records` as a bulk and waits until the relay has acknowledged each. */
export async function sendBulk(
  address: string,
  records: readonly OpRecord[],
  form: BulkForm = 'compact',
): Promise<BulkSent> {
  const unacknowledged = new Set(records.map(({ key }) => key));
  // The chunks are made beforehand: what is measured is the relay.
  const chunks: (string | Uint8Array)[] = [];
  const encode = form === 'json' ? encodeBulkChunks : encodeCompactChunks;
  for await (const chunk of encode(inOneSlice(records), records.length)) {
    chunks.push(chunk);
  }
  const socket = dial(address, form === 'json' ? ['ack1'] : ['ack1', 'compact1']);
  await frames(socket, (frame) => isFirstFrame(frame));
  const startMs = performance.now();
  const acknowledged = frames(socket, (frame) => {
    if (frame.type === 'ack') for (const key of frame.keys) unacknowledged.delete(key);
    return unacknowledged.size === 0;
  });
  for (const chunk of chunks) socket.send(chunk);
  await acknowledged;
  const elapsedMs = performance.now() - startMs;
  await close(socket);
  return { elapsedMs };
}

/** Takes the relay's whole bulk. */
export async function receiveBulk(
  address: string,
  caps: readonly Capability[] = ['ack1'],
): Promise<BulkReceived> {
  let ops = 0;
  let bytes = 0;
  const socket = dial(address, caps);
  await frames(socket, (frame, frameBytes) => {
    if (!isBulk(frame) || isFirstFrame(frame)) return false;
    ops += frame.ops.length;
    bytes += frameBytes;
    return frame.left === 0;
  });
  await close(socket);
  return { ops, bytes };
}

/** Only a first frame names capabilities. */
function isFirstFrame(frame: Frame): boolean {
  return frame.type === 'bulk' && frame.caps !== null;
}

function isBulk(frame: Frame): frame is Extract<Frame, { type: 'bulk' | 'compact' }> {
  return frame.type === 'bulk' || frame.type === 'compact';
}

/** Dials and greets. */
function dial(address: string, caps: readonly Capability[]): WebSocket {
  const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 64 * MIB });
  socket.once('open', () => socket.send(encodeFirstFrame(caps)));
  return socket;
}

/** Shows each frame to `isLast`, until it says so. Rejects if the relay hangs up or falls silent. */
function frames(
  socket: WebSocket,
  isLast: (frame: Frame, frameBytes: number) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error('the relay fell silent')), patienceMs);
    const onClose = (code: number, reason: Buffer): void =>
      reject(new Error(`the relay closed the connection: ${code} ${reason}`));
    const onMessage = (data: Buffer, isBinary: boolean): void => {
      const frame = isBinary ? decodeBinary(data) : decodeText(data.toString('utf8'));
      if (!isLast(frame, data.length)) return;
      clearTimeout(patience);
      socket.off('close', onClose);
      socket.off('message', onMessage);
      resolve();
    };
    socket.on('message', onMessage);
    socket.once('close', onClose);
    socket.once('error', reject);
  });
}

function close(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.close(1000);
  });
}

async function* inOneSlice(records: readonly OpRecord[]): AsyncGenerator<readonly OpRecord[]> {
  yield records;
}
