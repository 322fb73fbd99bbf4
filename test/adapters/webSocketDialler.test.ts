// @vitest-environment jsdom
import { ws } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import { webSocketDialler } from '../../worker/adapters/webSocketDialler.ts';
import type { Status, StreamMessage } from '../../worker/api.ts';
import { type Leader, openLeader } from '../../worker/leader.ts';
import type { SocketHandlers } from '../../worker/ports.ts';
import { encodeFirstFrame, OWN_CAPABILITIES } from '../../worker/wire/frames.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import { nobleVerifier } from '../support/openedReplica.ts';
import { dumpRecords, textOf } from '../support/opRecords.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

const ADDRESS = 'ws://relay.test/crdt-sync';
const relay = ws.link(ADDRESS);
const server = setupServer();

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

interface Client {
  readonly leader: Leader;
  readonly clock: ManualClock;
  status(): Status | undefined;
}

async function openClient(): Promise<Client> {
  const messages: StreamMessage[] = [];
  const clock = createManualClock();
  const leader = await openLeader({
    options: { pipeline: 'default', address: ADDRESS },
    role: 'leader',
    store: createMemoryOpStore(),
    createMemoryStore: createMemoryOpStore,
    onFenced: () => {},
    onDamaged: () => {},
    createSigner: async (secretKey) => createNobleSigner(secretKey),
    verifier: nobleVerifier,
    dialler: webSocketDialler,
    clock,
    random: createSeededRandom('client'),
    logger: createMemoryLogger(),
    onMessage: (message) => messages.push(message),
  });
  return {
    leader,
    clock,
    status: () => messages.flatMap((one) => (one.type === 'status' ? [one.status] : [])).at(-1),
  };
}

test('DIAL1 greets the server, takes its bulk and sends an edit as a binary frame', async () => {
  const received: unknown[] = [];
  server.use(
    relay.addEventListener('connection', ({ client }) => {
      client.addEventListener('message', ({ data }) => {
        received.push(data);
        if (received.length > 1) return;
        const ops = dumpRecords(3).map(textOf);
        client.send(JSON.stringify({ type: 'bulk', ops }));
      });
    }),
  );
  const { leader, status } = await openClient();
  await vi.waitFor(() => expect(status()?.sync).toEqual({ name: 'live' }));
  const snapshot = leader.snapshot()[0];
  const shown = snapshot?.type === 'snapshot' ? snapshot.items.length : 0;
  await leader.command({ type: 'add', fields: { name: 'From the page' } });
  await vi.waitFor(() => expect(received.length).toBe(3));
  await leader.close();
  const live = new TextDecoder().decode(received[2] as ArrayBuffer);
  expect(received[0]).toBe(encodeFirstFrame(OWN_CAPABILITIES, { since: 0 }));
  expect(received[1]).toBe('{"type":"bulk","ops":[]}');
  expect([shown, live.startsWith('{"v":1,"op":{"author":['), live.includes('"type"')]).toEqual([
    3,
    true,
    false,
  ]);
});

test('DIAL2 dials again after a close, and tells when', async () => {
  let connections = 0;
  server.use(
    relay.addEventListener('connection', ({ client }) => {
      connections += 1;
      client.send('{"type":"bulk","ops":[]}');
      if (connections === 1) client.close(1001, 'restarting');
    }),
  );
  const { leader, clock, status } = await openClient();
  await vi.waitFor(() => expect(status()?.socket.name).toBe('waiting'));
  await clock.advance(1_000);
  await vi.waitFor(() => expect(status()?.socket.name).toBe('open'));
  await leader.close();
  expect(connections).toBe(2);
});

test('DIAL3 does not dial again when the server will not have it', async () => {
  server.use(
    relay.addEventListener('connection', ({ client }) => client.close(1008, 'not on the list')),
  );
  const { leader, status } = await openClient();
  await vi.waitFor(() => expect(status()?.socket.name).toBe('refused'));
  await leader.close();
  expect(status()?.socket).toEqual({ name: 'refused', code: 1008, reason: 'not on the list' });
});

test('DIAL4 sends nothing on a socket that is not open, and a close code that a page may use', async () => {
  const closed = vi.fn();
  server.use(
    relay.addEventListener('connection', ({ client }) => {
      client.addEventListener('close', ({ code, reason }) => closed(code, reason));
    }),
  );
  const opened = vi.fn();
  const handlers: SocketHandlers = {
    onOpen: opened,
    onText: () => {},
    onBinary: () => {},
    onClose: () => {},
  };
  const socket = webSocketDialler.dial(ADDRESS, handlers);
  socket.send('too early');
  await vi.waitFor(() => expect(opened).toHaveBeenCalled());
  socket.close(1013, 'queue is full');
  await vi.waitFor(() => expect(closed).toHaveBeenCalledWith(4013, 'queue is full'));
  socket.send('too late');
});
