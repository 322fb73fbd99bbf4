import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LIMIT_SETTINGS } from '../../worker/relay/limitSettings.ts';
import { closeCodeLabel } from '../../worker/relay/metrics.ts';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG, defaultsOf } from '../../worker/relay/settings.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSigner, insertOp, itemContent, opText } from '../support/opFactory.ts';

vi.setConfig({ testTimeout: 60_000 });
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function openRelay() {
  const data = await mkdtemp(join(tmpdir(), 'metrics-'));
  endings.push(() => rm(data, { recursive: true }));
  const relay = await startRelay(
    { ...DEFAULT_CONFIG, port: 0, data },
    {
      ...{ clock: nodeClock, random: nodeRandom, logger: createMemoryLogger() },
      ...{ pageFolder: '/nowhere', version: '1.2.3' },
    },
  );
  if (relay.type !== 'running') throw new Error(relay.detail);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= relay.close());
  endings.push(close);
  const address = `127.0.0.1:${relay.port}`;
  const get = async (path: string) => (await fetch(`http://${address}${path}`)).text();
  return { address, get, close };
}

async function dial(address: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${address}/crdt-sync`);
  endings.push(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** The series of the relay's own that are not 0, without those of bytes and time. */
const seriesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('huskies_relay_') && !/ 0$|bytes|seconds|bucket/.test(line))
    .map((line) => line.replace('huskies_relay_', ''));

test('OBS5 counts connections, ops by outcome and refusals by reason', async () => {
  const relay = await openRelay();
  const socket = await dial(relay.address);
  const op = insertOp({ signer: createSigner(3), content: itemContent({}) });
  const acknowledged = once(socket, 'message');
  socket.send(JSON.stringify({ type: 'bulk', ops: [opText(op), opText(op), '{"a":1}'] }));
  await acknowledged;
  await vi.waitFor(async () => {
    expect(seriesOf(await relay.get('/metrics'))).toEqual(
      expect.arrayContaining([
        'ops_total{outcome="received"} 3',
        'ops_total{outcome="stored"} 1',
        'ops_rejected_total{reason="unparsable"} 1',
        'frames_total{direction="in"} 1',
        'connections_opened_total{end="listener"} 1',
        'admissions_total{answer="admitted"} 1',
        'verifications_total{path="native"} 1',
        'connections{end="listener"} 1',
        'append_ops_sum 1',
        'append_ops_count 1',
      ]),
    );
  });
  socket.close(4999);
  await vi.waitFor(async () => {
    const series = seriesOf(await relay.get('/metrics'));
    expect(series).toContain('connections_closed_total{code="other"} 1');
    expect(series).not.toContain('connections{end="listener"} 1');
  });
  expect(await relay.get('/metrics')).toContain('nodejs_eventloop_lag_p99_seconds');
});

test('OBS6 has a fixed set of label values, whatever peers send', () => {
  expect([1001, 4403, 4999, 3000, 0].map(closeCodeLabel)).toEqual([
    ...['1001', '4403', 'other', 'other', 'other'],
  ]);
});

test('OBS7 tells version, capabilities and limits, and of the pipelines the number alone', async () => {
  const relay = await openRelay();
  await dial(relay.address);
  expect(JSON.parse(await relay.get('/info'))).toEqual({
    version: '1.2.3',
    capabilities: expect.arrayContaining(['ack1', 'rbsr1']),
    limits: defaultsOf(LIMIT_SETTINGS),
    pipelines: 1,
  });
});

test('DRN1 a relay that ends tells each peer 1001 with a time to come again', async () => {
  const relay = await openRelay();
  const sockets = [await dial(relay.address), await dial(relay.address)];
  const closed = sockets.map((socket) => once(socket, 'close'));
  await relay.close();
  for (const [code, reason] of await Promise.all(closed)) {
    expect([code, String(reason)]).toEqual([
      1001,
      expect.stringMatching(/^the relay stops \(retry in 1 s\)$/),
    ]);
  }
  await expect(fetch(`http://${relay.address}/readyz`)).rejects.toThrow();
});
