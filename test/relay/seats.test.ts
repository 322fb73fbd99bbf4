import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Metrics, NO_METRICS } from '../../worker/relay/metrics.ts';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { createSeats, type Seat, type Seats } from '../../worker/relay/seats.ts';
import { listenForPeers } from '../../worker/relay/webSocketServer.ts';
import { readRetryHintMs } from '../../worker/sync/retryHint.ts';

interface ListenOptions {
  readonly seats?: Seats;
  readonly headTimeoutMs?: number;
  readonly onLimit?: (limit: string) => void;
}

async function listen(options: ListenOptions) {
  const listening = await listenForPeers({
    ...options,
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1000,
    respond: (_, response) => void response.writeHead(404).end(),
    clock: nodeClock,
    admit: async () => ({
      type: 'admitted',
      accept: (connectPeer) => {
        const ignore = (): void => undefined;
        connectPeer({ onOpen: ignore, onText: ignore, onBinary: ignore, onClose: ignore });
      },
    }),
  });
  if (listening.type !== 'listening') throw new Error(listening.detail);
  onTestFinished(() => listening.stop());
  return listening.port;
}

const free = (seat: Seat): void => {
  if (seat.type === 'taken') seat.free();
};

test('LIM1 there is room for so many connections, and for so many from one address', () => {
  const hits: string[] = [];
  const metrics: Metrics = { ...NO_METRICS, count: (name, label) => hits.push(`${name} ${label}`) };
  const seats = createSeats({ maxConnections: 4, maxConnectionsPerAddress: 2 }, metrics);
  const addresses = ['10.0.0.1', '::ffff:10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
  const taken = addresses.map((address) => seats.take(address));
  expect(taken.map(({ type }) => type)).toEqual([
    ...['taken', 'taken', 'full', 'taken', 'taken', 'full'],
  ]);
  expect(hits).toEqual(['limit_hits connections-per-address', 'limit_hits connections']);
  taken.forEach(free);
  expect(addresses.map((address) => seats.take(address).type)).toEqual(
    taken.map(({ type }) => type),
  );
});

test('LIM1 on this machine, where a proxy may be, only the number of all counts', () => {
  const seats = createSeats({ maxConnections: 3, maxConnectionsPerAddress: 1 }, NO_METRICS);
  const addresses = ['127.0.0.1', '::1', '127.0.0.1', '127.0.0.1'];
  const types = addresses.map((address) => seats.take(address).type);
  expect(types).toEqual(['taken', 'taken', 'taken', 'full']);
});

test('LIM2 who finds no room is told when to come again, and gets in when somebody has left', async () => {
  const seats = createSeats({ maxConnections: 1, maxConnectionsPerAddress: 1 }, NO_METRICS);
  const address = `ws://127.0.0.1:${await listen({ seats })}/crdt-sync`;
  const first = new WebSocket(address);
  await once(first, 'open');
  const second = new WebSocket(address);
  const [code, reason] = (await once(second, 'close')) as [number, Buffer];
  expect([code, readRetryHintMs(String(reason))]).toEqual([1013, 30_000]);
  first.terminate();
  const third = await untilOpen(address);
  third.terminate();
});

test('LIM2 a handshake that ends before it is answered leaves its room', async () => {
  const seats = createSeats({ maxConnections: 1, maxConnectionsPerAddress: 1 }, NO_METRICS);
  const port = await listen({ seats });
  const stream = connect(port, '127.0.0.1');
  await once(stream, 'connect');
  stream.write(
    [
      'GET /crdt-sync HTTP/1.1',
      ...['Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    ].join('\r\n'),
    () => stream.resetAndDestroy(),
  );
  await once(stream, 'close');
  (await untilOpen(`ws://127.0.0.1:${port}/crdt-sync`)).terminate();
});

test('LIM3 a request whose head does not come is cut off', async () => {
  const hits: string[] = [];
  const port = await listen({ headTimeoutMs: 50, onLimit: (limit) => hits.push(limit) });
  const stream = connect(port, '127.0.0.1');
  let answer = '';
  stream.on('data', (bytes) => {
    answer += String(bytes);
  });
  stream.write('GET / HTTP/1.1\r\nHost: x\r\n');
  await once(stream, 'close');
  expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 408 Request Timeout');
  expect(hits).toEqual(['request-head']);
});

/** The other end may not know yet that somebody has left. */
async function untilOpen(address: string): Promise<WebSocket> {
  for (;;) {
    const socket = new WebSocket(address);
    await once(socket, 'open');
    // A socket that was taken answers; one that was sent away is closed.
    const ended = once(socket, 'close').then(() => false);
    const answered = once(socket, 'pong').then(() => true);
    socket.ping();
    if (await Promise.race([ended, answered])) return socket;
  }
}
