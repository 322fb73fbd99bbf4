import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Socket, SocketHandlers } from '../../worker/ports.ts';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { createPageResponder } from '../../worker/relay/pageFiles.ts';
import { createWebSocketDialler } from '../../worker/relay/webSocketDialler.ts';
import {
  type Admission,
  listenForPeers,
  parseSyncPath,
} from '../../worker/relay/webSocketServer.ts';
import { handshake } from '../support/rawWebSocket.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Heard = string | readonly number[] | { readonly closed: number; readonly clean: boolean };

interface Peer {
  readonly pipeline: string;
  readonly socket: Socket;
  readonly heard: Heard[];
  readonly closed: Promise<void>;
}

/** A server that notes what its peers send, and echoes texts. */
async function serve(
  options: {
    maxFrameBytes?: number;
    admission?: Exclude<Admission, { type: 'admitted' }>;
    pingIntervalMs?: number;
  } = {},
) {
  const peers: Peer[] = [];
  const listening = await listenForPeers({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: options.maxFrameBytes ?? 1000,
    respond: createPageResponder('/nowhere', { frameAncestors: [] }),
    clock: nodeClock,
    ...(options.pingIntervalMs !== undefined && { pingIntervalMs: options.pingIntervalMs }),
    admit: async ({ pipeline }) =>
      options.admission ?? {
        type: 'admitted',
        accept: (connectPeer) => peers.push(note(pipeline, connectPeer)),
      },
  });
  if (listening.type !== 'listening') throw new Error(listening.detail);
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= listening.stop());
  cleanUps.push(stop);
  const { port, shut } = listening;
  return {
    port,
    peers,
    shut,
    stop,
    http: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}`,
  };
}

function note(pipeline: string, connectPeer: (handlers: SocketHandlers) => Socket): Peer {
  const heard: Heard[] = [];
  let end = (): void => undefined;
  const closed = new Promise<void>((done) => {
    end = done;
  });
  const socket = connectPeer({
    onOpen: () => heard.push('(open)'),
    onText: (text) => {
      heard.push(text);
      socket.send(`echo ${text}`);
    },
    onBinary: (bytes) => heard.push([...bytes]),
    onClose: ({ code, clean }) => {
      heard.push({ closed: code, clean });
      end();
    },
  });
  return { pipeline, socket, heard, closed };
}

async function dial(address: string): Promise<WebSocket> {
  const client = new WebSocket(address);
  client.on('error', () => undefined);
  cleanUps.push(async () => client.terminate());
  await once(client, 'open');
  return client;
}

const statusOfUpgrade = (address: string): Promise<number | undefined> =>
  new Promise((done) => {
    const client = new WebSocket(address);
    client.on('error', () => undefined);
    client.on('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      done(statusCode);
    });
  });

describe('sync paths', () => {
  test.each([
    ['/crdt-sync', 'default'],
    ['/crdt-sync?token=1', 'default'],
    ['/crdt-sync/my-pipeline-2', 'my-pipeline-2'],
    [`/crdt-sync/${'a'.repeat(64)}`, 'a'.repeat(64)],
    [`/crdt-sync/${'a'.repeat(65)}`, undefined],
    ['/crdt-sync/', undefined],
    ['/crdt-sync/Upper', undefined],
    ['/crdt-sync/a/b', undefined],
    ['/crdt-sync/%61', undefined],
    ['/crdt-syncs', undefined],
    ['/', undefined],
    ['', undefined],
  ])('SRV1 reads the path %j as pipeline %j', (path, pipeline) => {
    expect(parseSyncPath(path)).toBe(pipeline);
  });

  test('SRV2 answers an upgrade elsewhere with 404 and one it cannot serve now with 503', async () => {
    const server = await serve();
    expect(await statusOfUpgrade(`${server.ws}/elsewhere`)).toBe(404);
    const full = await serve({ admission: { type: 'unavailable' } });
    expect(await statusOfUpgrade(`${full.ws}/crdt-sync`)).toBe(503);
    expect([...server.peers, ...full.peers]).toEqual([]);
  });
});

describe('sockets', () => {
  test('SRV3 hands texts and bytes of a peer on in order, and sends what it is given', async () => {
    const server = await serve();
    const client = await dial(`${server.ws}/crdt-sync/team`);
    client.send('größer');
    client.send(Uint8Array.of(123, 0, 255));
    client.send('last');
    const [echo] = await once(client, 'message');
    expect(String(echo)).toBe('echo größer');
    client.close(1000);
    const [peer] = server.peers;
    await peer?.closed;
    expect(peer?.pipeline).toBe('team');
    expect(peer?.heard).toEqual([
      '(open)',
      'größer',
      [123, 0, 255],
      'last',
      { closed: 1000, clean: true },
    ]);
  });

  test('SRV4 does nothing when a closed socket is used', async () => {
    const server = await serve();
    const client = await dial(`${server.ws}/crdt-sync`);
    client.terminate();
    const [peer] = server.peers;
    await peer?.closed;
    peer?.socket.send('too late');
    peer?.socket.close(1000, 'again');
    expect(peer?.socket.bufferedBytes()).toBe(0);
    expect(peer?.heard).toEqual(['(open)', { closed: 1006, clean: false }]);
  });

  test('SRV5 closes a peer with 1009 over a frame that is too long, and only that one', async () => {
    const server = await serve({ maxFrameBytes: 1000 });
    const other = await dial(`${server.ws}/crdt-sync`);
    const client = await dial(`${server.ws}/crdt-sync`);
    client.send('x'.repeat(1001));
    const [code] = await once(client, 'close');
    expect(code).toBe(1009);
    await server.peers[1]?.closed;
    expect(server.peers[1]?.heard).toEqual(['(open)', { closed: 1006, clean: false }]);
    other.send('y'.repeat(1000));
    const [echo] = await once(other, 'message');
    expect(String(echo)).toBe(`echo ${'y'.repeat(1000)}`);
  });

  test('SRV15 closes with 1008 and a reason where trying again changes nothing', async () => {
    const server = await serve({
      admission: { type: 'refused', code: 1008, reason: 'no room for you' },
    });
    const client = await dial(`${server.ws}/crdt-sync`);
    const [code, reason] = await once(client, 'close');
    expect([code, String(reason), server.peers]).toEqual([1008, 'no room for you', []]);
  });

  test('SRV16 cuts a peer that answers no ping, and keeps one that answers and says no more', async () => {
    const server = await serve({ pingIntervalMs: 40 });
    const answering = await dial(`${server.ws}/crdt-sync`);
    let pings = 0;
    const severalPings = new Promise<void>((done) => {
      answering.on('ping', () => {
        pings += 1;
        if (pings === 8) done();
      });
    });
    const silent = await dial(`${server.ws}/crdt-sync`);
    silent.pause();
    await Promise.all([server.peers[1]?.closed, severalPings]);
    expect(server.peers.map(({ heard }) => heard)).toEqual([
      ['(open)'],
      ['(open)', { closed: 1006, clean: false }],
    ]);
  });

  test('SRV6 survives a peer that breaks the WebSocket protocol or leaves in a handshake', async () => {
    const server = await serve();
    const reset = connect(server.port, '127.0.0.1');
    await once(reset, 'connect');
    reset.write('GET /crdt-sync HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    reset.resetAndDestroy();
    const client = await dial(`${server.ws}/crdt-sync`);
    // A frame with reserved bits, as no peer may send it.
    (client as unknown as { _socket: NodeJS.WritableStream })._socket.write(
      Buffer.from([0xff, 0xff, 0xff]),
    );
    await once(client, 'close');
    const next = await dial(`${server.ws}/crdt-sync`);
    next.send('still here');
    expect(String((await once(next, 'message'))[0])).toBe('echo still here');
  });

  test('SRV7 tells every peer 1001 when it stops, and takes no more', async () => {
    const server = await serve();
    const clients = await Promise.all([1, 2].map(() => dial(`${server.ws}/crdt-sync`)));
    const closes = clients.map((client) => once(client, 'close'));
    await server.stop();
    const codes = (await Promise.all(closes)).map(([code, reason]) => [code, String(reason)]);
    expect(codes).toEqual([
      [1001, 'the relay stops'],
      [1001, 'the relay stops'],
    ]);
    await expect(fetch(server.http)).rejects.toThrow('fetch failed');
  });

  test('DRN8 answers on a connection that is open when it takes no more, but upgrades none', async () => {
    const server = await serve();
    const stream = connect(server.port, '127.0.0.1');
    let heard = '';
    stream.setEncoding('latin1').on('data', (text) => {
      heard += text;
    });
    const answered = async (request: string): Promise<string> => {
      heard = '';
      stream.write(request);
      while (!heard.includes('\r\n\r\n')) await once(stream, 'data');
      return heard.split('\r\n', 1)[0]!;
    };
    const ask = handshake('/', { Upgrade: null, Connection: 'keep-alive' });
    expect(await answered(ask)).toBe('HTTP/1.1 503 Service Unavailable');
    server.shut();
    await expect(fetch(server.http)).rejects.toThrow('fetch failed');
    expect(await answered(ask)).toBe('HTTP/1.1 503 Service Unavailable');
    expect(await answered(handshake('/crdt-sync'))).toBe('HTTP/1.1 503 Service Unavailable');
    expect(server.peers).toEqual([]);
  });

  test('SRV8 says in a sentence why it cannot listen', async () => {
    const { port } = await serve();
    const admit = async (): Promise<Admission> => ({ type: 'unavailable' });
    const respond = createPageResponder('/nowhere', { frameAncestors: [] });
    const busy = { maxFrameBytes: 1000, respond, clock: nodeClock, admit, port };
    expect(await listenForPeers({ ...busy, host: '127.0.0.1' })).toEqual({
      type: 'refused',
      detail: `port ${port} on 127.0.0.1 is in use`,
    });
    expect(await listenForPeers({ ...busy, host: '203.0.113.1' })).toEqual({
      type: 'refused',
      detail: '203.0.113.1 is no address of this machine',
    });
  });

  test('SRV9 tells the end that dials about opening, frames and every way to fail', async () => {
    const server = await serve();
    const dialled = (address: string) => {
      const dialler = createWebSocketDialler(1000, nodeClock);
      return note('', (handlers) => dialler.dial(address, handlers));
    };
    const peer = dialled(`${server.ws}/crdt-sync`);
    const refused = dialled(`${server.ws}/elsewhere`);
    const unreachable = dialled('ws://127.0.0.1:1/crdt-sync');
    await Promise.all([refused.closed, unreachable.closed]);
    expect([refused.heard, unreachable.heard]).toEqual([
      [{ closed: 1006, clean: false }],
      [{ closed: 1006, clean: false }],
    ]);
    await server.stop();
    await peer.closed;
    expect(peer.heard).toEqual(['(open)', { closed: 1001, clean: true }]);
  });
});
