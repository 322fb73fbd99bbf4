import { once } from 'node:events';
import { WebSocket } from 'ws';
import { readVarint } from '../../worker/crdt/packedBytes.ts';
import type { PackedOp } from '../../worker/crdt/packedOp.ts';
import { decodeBinary } from '../../worker/wire/codec.ts';
import { isCompactBulk } from '../../worker/wire/compactFrames.ts';
import { type Capability, encodeAck, encodeFirstFrame } from '../../worker/wire/frames.ts';
import { DIALLER_ACK_DELAY_MS } from '../../worker/wire/limits.ts';

/** A page as the relay meets it, as cheap as can be: it decodes frames, and verifies nothing. */
export interface LoadClient {
  readonly socket: WebSocket;
  /** Resolves when the relay's whole log has come, to the bytes of its frames. */
  readonly synced: Promise<number>;
  /** Close code, once it is closed. */
  readonly closed: Promise<number>;
  close(): void;
}

export interface LoadClientHandlers {
  onLiveOps?: (ops: readonly PackedOp[]) => void;
  /** Seen-keys that the relay has stored. */
  onAcks?: (keys: readonly string[]) => void;
  /** What is acknowledged to the relay, as a page does once it has stored it. */
  keyOf?: (op: PackedOp) => string | undefined;
}

const CAPS: readonly Capability[] = ['ack1', 'compact1'];

/** Rejects when it cannot connect. */
export async function dialLoadClient(
  address: string,
  { onLiveOps, onAcks, keyOf }: LoadClientHandlers = {},
): Promise<LoadClient> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  const closed = new Promise<number>((done) => socket.once('close', done));
  void closed.then(() => clearTimeout(ackTimer));
  let bulkBytes = 0;
  let ackKeys: string[] = [];
  let ackTimer: NodeJS.Timeout | undefined;
  const sendAcks = (): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(encodeAck(ackKeys));
    ackKeys = [];
    ackTimer = undefined;
  };
  let finish = (_bytes: number): void => undefined;
  const synced = new Promise<number>((done) => {
    finish = done;
  });
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // The first frame, which has no ops.
    if (!isBinary) return;
    if (isCompactBulk(data)) {
      bulkBytes += data.length;
      if (opsLeft(data) === 0) finish(bulkBytes);
      return;
    }
    const frame = decodeBinary(data);
    if (frame.type === 'ack') onAcks?.(frame.keys);
    if (frame.type !== 'compact') return;
    onLiveOps?.(frame.ops);
    for (const op of frame.ops) {
      const key = keyOf?.(op);
      if (key !== undefined) ackKeys.push(key);
    }
    if (ackKeys.length > 0) ackTimer ??= setTimeout(sendAcks, DIALLER_ACK_DELAY_MS);
  });
  await once(socket, 'open');
  socket.on('error', () => undefined);
  socket.send(encodeFirstFrame(CAPS));
  return { socket, synced, closed, close: () => socket.close(1000) };
}

/** So many at a time, as a crowd that comes at once would fill the queue for new connections. */
export async function dialLoadClients(
  count: number,
  dial: (index: number) => Promise<LoadClient>,
): Promise<readonly LoadClient[]> {
  const clients: LoadClient[] = [];
  for (let at = 0; at < count; at += 50) {
    const indexes = Array.from({ length: Math.min(50, count - at) }, (_, index) => at + index);
    clients.push(...(await Promise.all(indexes.map(dial))));
  }
  return clients;
}

/** Ops still to come after this frame of a bulk: to decode them all would be most of the work. */
function opsLeft(frame: Uint8Array): number {
  return readVarint({ bytes: frame, at: 3 });
}
