import type { Socket as Stream } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import type { Clock, Socket, SocketHandlers, Valve } from '../ports.ts';
import { UNAUTHENTICATED } from '../sync/gate.ts';
import { startKeepAlive } from './keepAlive.ts';

/**
 * A `ws` WebSocket as the ports have it. What the peer does wrong (a frame over the limit, invalid
 * UTF-8, a reset) arrives as an `error` in front of the closing; it becomes the reason of the close.
 * `beforeWrite` is called before each frame.
 */
export function createSocket(webSocket: WebSocket, beforeWrite = () => {}): Socket {
  return {
    send(frame) {
      if (webSocket.readyState !== WebSocket.OPEN) return;
      beforeWrite();
      webSocket.send(frame);
    },
    bufferedBytes: () => webSocket.bufferedAmount,
    close(code, reason) {
      webSocket.close(code, reason);
      // Its answer would not be read.
      if (webSocket.isPaused) cutSoon(webSocket);
    },
  };
}

/** How long a closing peer has to answer before its connection is cut. */
export const CLOSE_TIMEOUT_MS = 2000;

export function cutSoon(webSocket: WebSocket): void {
  const cut = setTimeout(() => webSocket.terminate(), CLOSE_TIMEOUT_MS);
  webSocket.once('close', () => clearTimeout(cut));
}

export function createValve(webSocket: WebSocket): Valve {
  let shuts = 0;
  return {
    shut() {
      shuts += 1;
      if (shuts === 1) webSocket.pause();
    },
    open() {
      shuts -= 1;
      if (shuts === 0) webSocket.resume();
    },
    isShut: () => shuts > 0,
  };
}

/** To be called in the turn that the WebSocket was made in: a frame may come with the handshake. */
export function listen(webSocket: WebSocket, handlers: SocketHandlers): void {
  let fault = '';
  webSocket.on('error', (error) => {
    fault = error.message;
  });
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    // `binaryType` is 'nodebuffer', so the data is one Buffer.
    const bytes = data as Buffer;
    if (isBinary) handlers.onBinary(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    else handlers.onText(bytes.toString('utf8'));
  });
  webSocket.on('close', (code, reason) => {
    const clean = fault === '' && code !== 1006;
    handlers.onClose({ code, reason: fault || reason.toString('utf8'), clean });
  });
}

/** Cuts the connection when its peer is gone. `stream`: what the WebSocket runs over. */
export function keepAlive(
  webSocket: WebSocket,
  stream: Stream,
  clock: Clock,
  intervalMs?: number,
): void {
  const alive = startKeepAlive({
    clock,
    ...(intervalMs !== undefined && { intervalMs }),
    bytesRead: () => stream.bytesRead,
    isDeaf: () => webSocket.isPaused,
    ping: () => webSocket.ping(),
    drop() {
      webSocket.emit('error', new Error('no answer to two pings'));
      webSocket.terminate();
    },
  });
  webSocket.on('close', alive.stop);
}

/** `ws` takes whole frames, as long as anybody's may be, before it gives one. */
export function boundBytes(
  webSocket: WebSocket,
  stream: Stream,
  bytesMax: () => number,
  onTooMany: () => void,
): void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    const most = bytesMax();
    if (bytes <= most && most !== Infinity) return;
    stream.off('data', count);
    if (bytes <= most) return;
    onTooMany();
    webSocket.pause();
    webSocket.close(UNAUTHENTICATED, 'show first who you are, in a short frame');
    cutSoon(webSocket);
  };
  stream.on('data', count);
}
