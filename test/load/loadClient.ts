import { once } from 'node:events';
import { WebSocket } from 'ws';
import { readVarint } from '../../worker/crdt/packedBytes.ts';
import { COMPACT_KIND, isCompactBulk } from '../../worker/wire/compactFrames.ts';
import { type Capability, encodeAck, encodeFirstFrame } from '../../worker/wire/frames.ts';
import { DIALLER_ACK_DELAY_MS } from '../../worker/wire/limits.ts';

/** A page as the relay meets it, as cheap as can be: it verifies, decodes and stores nothing. */
export interface LoadClient {
  readonly socket: WebSocket;
  /** Resolves when the relay's whole log has come, to the bytes of its frames. */
  readonly synced: Promise<number>;
  /** Close code, once it is closed. */
  readonly closed: Promise<number>;
  close(): void;
}

export interface LoadClientHandlers {
  /** A frame of live ops. Returns the seen-keys to acknowledge, as a page does once it has stored them. */
  onLive?: (frame: Uint8Array) => readonly string[];
}

const CAPS: readonly Capability[] = ['ack1', 'compact1'];

/** Rejects when it cannot connect. */
export async function dialLoadClient(
  address: string,
  { onLive }: LoadClientHandlers = {},
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
    if (data[0] !== COMPACT_KIND) return;
    for (const key of onLive?.(data) ?? []) ackKeys.push(key);
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
