import { WebSocket } from 'ws';
import type { Clock, Dialler } from '../ports.ts';
import { createSocket, keepAlive, listen } from './webSocketPort.ts';

/** No answer for this long: the dial failed. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Dials nodes for the rendezvous client. `maxFrameBytes`: a longer frame ends the connection. */
export function createWebSocketDialler(maxFrameBytes: number, clock: Clock): Dialler {
  return {
    dial(address, handlers) {
      const webSocket = new WebSocket(address, {
        perMessageDeflate: false,
        maxPayload: maxFrameBytes,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      });
      webSocket.on('upgrade', ({ socket }) => keepAlive(webSocket, socket, clock));
      webSocket.on('open', () => handlers.onOpen());
      listen(webSocket, handlers);
      return createSocket(webSocket);
    },
  };
}
