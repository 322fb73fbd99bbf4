import { type WebSocket, WebSocketServer } from 'ws';

export interface Upgraders {
  /** The one whose connections end with 1009 over a frame of more bytes. */
  of(frameBytes: number): WebSocketServer;
  /** Open connections of them all. */
  clients(): readonly WebSocket[];
}

/** `ws` has one bound of frames a server. */
export function createUpgraders(): Upgraders {
  const servers = new Map<number, WebSocketServer>();
  return {
    of(frameBytes: number): WebSocketServer {
      const known = servers.get(frameBytes);
      if (known !== undefined) return known;
      const server = new WebSocketServer({
        noServer: true,
        perMessageDeflate: false,
        // Otherwise `ws` agrees to the first subprotocol that is offered, whatever it is.
        handleProtocols: () => false,
        maxPayload: frameBytes,
      });
      servers.set(frameBytes, server);
      return server;
    },
    clients: (): readonly WebSocket[] => [...servers.values()].flatMap((one) => [...one.clients]),
  };
}
