import type { Socket, SocketHandlers } from '../../worker/ports.ts';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { listenForPeers } from '../../worker/relay/webSocketServer.ts';

/** Most bytes of a message. */
export const MESSAGE_BYTES_MAX = 128 * 1024;

export interface Served {
  /** `open`, then how the handlers were told that it closed. */
  readonly states: string[];
  readonly closed: Promise<void>;
}

export interface EchoServer {
  readonly port: number;
  /** By the port of the peer. */
  readonly served: ReadonlyMap<number, Served>;
  stop(): Promise<void>;
}

/** The server of the relay on a free port, with handlers that send every message back as it came. */
export async function startEchoServer(): Promise<EchoServer> {
  const served = new Map<number, Served>();
  const listening = await listenForPeers({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: MESSAGE_BYTES_MAX,
    respond: (_, response) => void response.writeHead(404).end(),
    clock: nodeClock,
    admit: async ({ remote }) => ({
      type: 'admitted',
      accept: (connect) => void served.set(Number(remote.split(':')[1]), echo(connect)),
    }),
  });
  if (listening.type !== 'listening') throw new Error(listening.detail);
  return { port: listening.port, served, stop: listening.stop };
}

function echo(connect: (handlers: SocketHandlers) => Socket): Served {
  const states: string[] = [];
  let end = (): void => undefined;
  const closed = new Promise<void>((done) => {
    end = done;
  });
  const socket = connect({
    onOpen: () => states.push('open'),
    onText: (text) => socket.send(text),
    onBinary: (bytes) => socket.send(bytes),
    onClose: ({ code, clean }) => {
      states.push(`closed ${code}${clean ? '' : ' by a fault'}`);
      end();
    },
  });
  return { states, closed };
}
