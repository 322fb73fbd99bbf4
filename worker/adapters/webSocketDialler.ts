/** Dials with the browser's WebSocket. */

import type { Dialler, SocketHandlers } from '../ports.ts';

/** Throws what `new WebSocket` throws: a bad address, or `ws:` from an `https:` page. */
export const webSocketDialler: Dialler = {
  dial(address: string, handlers: SocketHandlers) {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => handlers.onOpen();
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') handlers.onText(data);
      else handlers.onBinary(new Uint8Array(data));
    };
    socket.onclose = ({ code, reason, wasClean }) => {
      handlers.onClose({ code, reason, clean: wasClean });
    };
    return {
      send(frame) {
        if (socket.readyState === WebSocket.OPEN) socket.send(frame as string);
      },
      bufferedBytes: () => socket.bufferedAmount,
      close: (code, reason) => socket.close(closeCode(code), reason),
    };
  },
};

/** A page may close with 1000 or 3000–4999 only (https://websockets.spec.whatwg.org/#dom-websocket-close). */
function closeCode(code: number): number {
  return code === 1000 || (code >= 3000 && code <= 4999) ? code : code + 3000;
}
