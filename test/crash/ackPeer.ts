import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { StreamedOp } from './opStream.ts';

/**
 * A peer over a real WebSocket that sends ops and notes which ones the relay says it has stored;
 * written from `docs/protocol.md`, without this project's own codec.
 */
export interface AckPeer {
  /** Texts of the relay's whole log, in order. */
  readLog(): Promise<readonly string[]>;
  /** Sends ops for as long as the connection lives; so many wait for their ack at most. */
  load(ops: Iterator<StreamedOp>, shape: 'live' | 'bulk'): void;
  /** Seen-keys that the relay has acknowledged. */
  readonly acked: ReadonlySet<string>;
  readonly sent: readonly StreamedOp[];
  /** After the last frame that came. */
  readonly closed: Promise<unknown>;
  close(): void;
}

const ACK_KIND = 0x01;
const KEY_BYTES = 32;
/** Ops that wait for their ack. */
const WINDOW_OPS = 64;
const BULK_OPS = 16;

/** `onAck`: after each ack, with how many ops it named. Rejects when it cannot connect. */
export async function dialAckPeer(
  address: string,
  onAck: (ops: number) => void = () => undefined,
): Promise<AckPeer> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  const closed = new Promise((done) => socket.once('close', done));
  const acked = new Set<string>();
  const sent: StreamedOp[] = [];
  const log: string[] = [];
  let finishLog = (): void => undefined;
  const logEnd = new Promise<void>((done) => {
    finishLog = done;
  });
  let isFirstFrame = true;
  let sendMore = (): void => undefined;

  const takeBulk = (frame: string): void => {
    const { ops, left = 0 } = JSON.parse(frame) as {
      readonly ops: string[];
      readonly left?: number;
    };
    log.push(...ops);
    if (!isFirstFrame && left === 0) finishLog();
    isFirstFrame = false;
  };
  const takeAck = (frame: Buffer): void => {
    for (let at = 1; at < frame.length; at += KEY_BYTES) {
      acked.add(frame.toString('hex', at, at + KEY_BYTES));
    }
    onAck((frame.length - 1) / KEY_BYTES);
    sendMore();
  };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isBinary) takeBulk(data.toString('utf8'));
    else if (data[0] === ACK_KIND) takeAck(data);
  });
  await once(socket, 'open');
  // A reset is how a killed relay looks from here.
  socket.on('error', () => undefined);
  socket.send('{"type":"bulk","ops":[],"caps":["ack1"]}');

  return {
    acked,
    sent,
    closed,
    async readLog() {
      await Promise.race([logEnd, closed]);
      return log;
    },
    load(ops, shape) {
      const count = shape === 'live' ? 1 : BULK_OPS;
      sendMore = () => {
        while (socket.readyState === WebSocket.OPEN && sent.length - acked.size < WINDOW_OPS) {
          const batch = Array.from({ length: count }, () => ops.next().value as StreamedOp);
          sent.push(...batch);
          const texts = batch.map(({ text }) => text);
          if (shape === 'bulk') socket.send(JSON.stringify({ type: 'bulk', ops: texts }));
          else for (const text of texts) socket.send(Buffer.from(`{"v":1,"op":${text}}`));
        }
      };
      sendMore();
    },
    close: () => socket.close(1000),
  };
}
