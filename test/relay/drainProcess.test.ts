import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { decodeBinary } from '../../worker/wire/codec.ts';
import { dialRaw } from '../support/rawWebSocket.ts';
import { RELAY_FROM_SOURCE, startRelayChild } from '../support/relayChild.ts';
import { readRustDump } from '../support/rustDump.ts';

// A process of its own, real sockets and a real disk, on a machine that other tests share.
vi.setConfig({ testTimeout: 60_000 });

const FIRST_FRAME = JSON.stringify({ type: 'bulk', ops: [], caps: ['ack1'] });
const END_MAX_MS = 10_000;

test('DRN9 ends with 0 in 10 s though peers neither answer nor read, and keeps what it acknowledged', async () => {
  const data = await mkdtemp(join(tmpdir(), 'drain-'));
  const relay = startRelayChild(RELAY_FROM_SOURCE, data);
  const address = await relay.address;
  const port = Number(new URL(address).port);
  const { ops } = readRustDump();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    expect(await ask(agent, port)).toEqual({ status: 200, body: 'ready\n' });
    const mute = await dialRaw(port, '/crdt-sync');
    const stuck = new WebSocket(address);
    await once(stuck, 'open');
    stuck.send(FIRST_FRAME);
    stuck.pause();
    const writer = new WebSocket(address);
    const acked = new Set<string>();
    writer.on('message', (data: Buffer, isBinary) => {
      const frame = isBinary ? decodeBinary(data) : null;
      if (frame?.type === 'ack') for (const key of frame.keys) acked.add(key);
    });
    const left = once(writer, 'close');
    await once(writer, 'open');
    writer.send(FIRST_FRAME);
    writer.send(JSON.stringify({ type: 'bulk', ops }));
    while (acked.size === 0) await once(writer, 'message');

    const beganMs = performance.now();
    process.kill(relay.pid, 'SIGTERM');
    await relay.logged('stopping');
    expect(await ask(agent, port)).toEqual({ status: 503, body: 'draining\n' });
    const late = connect(port, '127.0.0.1');
    expect((await once(late, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
    const [code, reason] = await left;
    expect([code, String(reason)]).toEqual([1001, 'the relay stops (retry in 1 s)']);
    expect(await relay.ended).toEqual([0, null]);
    expect(performance.now() - beganMs).toBeLessThan(END_MAX_MS);
    expect(mute.heard.at(-1)).toMatch(/^(end|reset)$/);
    stuck.terminate();

    const opening = await openLevelOpLog(data);
    if (opening.type === 'refused') throw new Error(opening.detail);
    const pipeline = await opening.opLog.openPipeline('default');
    if (pipeline.type === 'failed') throw new Error(pipeline.detail);
    const stored = new Set<string>();
    for await (const slice of pipeline.log.read(0)) for (const { key } of slice) stored.add(key);
    expect([...acked].sort()).toEqual([...stored].sort());
    await opening.opLog.close();
  } finally {
    agent.destroy();
    await relay.end('SIGKILL');
    await rm(data, { recursive: true });
  }
});

/** `/readyz`, on the agent's one connection. */
async function ask(agent: Agent, port: number) {
  const request = get({ agent, port, host: '127.0.0.1', path: '/readyz' });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, body };
}
