import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Signer, SocketClose, SocketHandlers } from '../../worker/ports.ts';
import { createDoor } from '../../worker/relay/access/door.ts';
import { createLivePasses } from '../../worker/relay/access/livePasses.ts';
import { hashToken } from '../../worker/relay/access/tokens.ts';
import { createAdmission } from '../../worker/relay/admission.ts';
import { NO_METRICS } from '../../worker/relay/metrics.ts';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { createKeySeats, type Seat } from '../../worker/relay/seats.ts';
import { DEFAULT_CONFIG } from '../../worker/relay/settings.ts';
import { createWebSocketDialler } from '../../worker/relay/webSocketDialler.ts';
import { createAccessDialler } from '../../worker/sync/accessDialler.ts';
import { GATE_TIMEOUT_MS } from '../../worker/sync/gate.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { startTestRelay } from '../support/startedRelay.ts';

const ann = createNobleSigner(new Uint8Array(32).fill(1));
const bob = createNobleSigner(new Uint8Array(32).fill(2));
const keyOf = ({ publicKey }: Signer): string =>
  `[[key]]\nname = "one"\nkey = "${publicKey}"\nrole = "write"\npipelines = "*"\n`;
const tokenOf = (token: string): string =>
  `[[token]]\nname = "one"\nsha256 = "${hashToken(token)}"\nrole = "write"\npipelines = ["default"]\n`;

/** Resolves to how it was closed, or, once the relay has sent its first frame, to how to leave. */
function dial(address: string, signer: Signer): Promise<SocketClose | (() => void)> {
  return new Promise((done) => {
    const dialler = createAccessDialler(createWebSocketDialler(1e6, nodeClock), {
      signer: () => signer,
      token: () => null,
    });
    const leave = (): void => socket.close(1000, '');
    const socket = dialler.dial(address, {
      onOpen: () => socket.send('{"type":"bulk","ops":[],"caps":[]}'),
      onText: () => done(leave),
      onBinary: () => undefined,
      onClose: done,
    });
    onTestFinished(leave);
  });
}

test('LIM11 there is room for so many connections with one key', () => {
  const hits: string[] = [];
  const metrics = { ...NO_METRICS, count: (_: string, label: string) => void hits.push(label) };
  const seats = createKeySeats({ maxConnectionsPerKey: 2 }, metrics);
  const keys = ['a', 'a', 'a', 'b'];
  const taken: Seat[] = keys.map((key) => seats.take(key));
  expect(taken.map(({ type }) => type)).toEqual(['taken', 'taken', 'full', 'taken']);
  expect(hits).toEqual(['connections-per-key']);
  for (const seat of taken) if (seat.type === 'taken') seat.free();
  expect(keys.map((key) => seats.take(key).type)).toEqual(['taken', 'taken', 'full', 'taken']);
});

test('LIM11 a key with as many connections as it may have is told when to come again', async () => {
  const config = { auth: 'keys', maxConnectionsPerKey: 1 } as const;
  const relay = await startTestRelay(config, keyOf(ann) + keyOf(bob));
  const first = await dial(relay.address, ann);
  expect(first).toBeTypeOf('function');
  expect(await dial(relay.address, bob)).toBeTypeOf('function');
  expect(await dial(`${relay.address}/other`, ann)).toMatchObject({
    code: 1013,
    reason: 'this key has as many connections as it may have (retry in 30 s)',
  });
  expect(await relay.hits('connections-per-key')).toBe(1);
  if (typeof first === 'function') first();
  await expect.poll(() => dial(relay.address, ann)).toBeTypeOf('function');
});

test('LIM12 who is not let in, or fails too often, is counted', async () => {
  const relay = await startTestRelay({ auth: 'token' }, tokenOf('right'));
  const closeOf = async (address: string, token: string): Promise<unknown> => {
    const socket = new WebSocket(address, { headers: { Authorization: `Bearer ${token}` } });
    return (await once(socket, 'close'))[0];
  };
  expect(await closeOf(relay.address, 'wrong')).toBe(4401);
  expect(await closeOf(`${relay.address}/other`, 'right')).toBe(4403);
  expect([
    await relay.counted('access_failures_total{answer="unauthenticated"}'),
    await relay.counted('access_failures_total{answer="forbidden"}'),
  ]).toEqual([1, 1]);
  const long = new WebSocket(relay.address);
  await once(long, 'open');
  long.send('x'.repeat(1_000_000));
  expect((await once(long, 'close'))[0]).toBe(4401);
  expect(await relay.hits('unauthenticated-bytes')).toBe(1);
});

test('LIM12 who does not show in time who it is, or failed too often, is counted', async () => {
  const clock = createManualClock();
  const counted: string[] = [];
  const metrics = {
    ...NO_METRICS,
    count: (name: string, label: string) => void counted.push(`${name} ${label}`),
  };
  const logger = createMemoryLogger();
  const none = { names: [], entriesOf: () => [], tokenHashes: [] };
  const door = createDoor({
    file: { list: () => none, onChange: () => {}, close: () => {} },
    rule: 'token',
    publicHosts: [],
    verifier: { verify: async () => [] },
    clock,
    random: createSeededRandom('door'),
  });
  const unused = (): never => {
    throw new Error('nobody is let in');
  };
  const admit = createAdmission({
    pipelines: { open: unused, count: () => 0, recheckSigners: unused, close: unused },
    door,
    passes: createLivePasses(door),
    allowedOrigins: [],
    limits: { ...DEFAULT_CONFIG, isOwnMachine: false },
    clock,
    logger,
    metrics,
  });
  const ask = (authorization: string | undefined) =>
    admit({
      ...{ pipeline: 'default', remote: '10.0.0.1:5', address: '10.0.0.1', reached: 'relay:3001' },
      ...{ origin: undefined, host: 'relay:3001', authorization },
    });
  const silent = await ask(undefined);
  const closes: number[] = [];
  if (silent.type === 'admitted') {
    const connect = ({ onOpen }: SocketHandlers) => {
      onOpen();
      return { send: () => {}, bufferedBytes: () => 0, close: (code: number) => closes.push(code) };
    };
    silent.accept(connect, { shut: () => {}, open: () => {}, isShut: () => false });
  }
  await clock.advance(GATE_TIMEOUT_MS);
  expect([closes, counted]).toEqual([
    [4401],
    ['access_failures unauthenticated', 'limit_hits unauthenticated-time'],
  ]);
  counted.length = 0;
  for (let tries = 0; tries < 11; tries += 1) await ask('Bearer wrong');
  expect(counted).toEqual([
    ...new Array(10).fill('access_failures unauthenticated'),
    'limit_hits failed-attempts',
  ]);
});
