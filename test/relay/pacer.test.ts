import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Valve } from '../../worker/ports.ts';
import { nodeClock } from '../../worker/relay/nodeSystem.ts';
import { startPacer } from '../../worker/relay/pacedPeer.ts';
import { createPacer, SLOWED_MS_MAX } from '../../worker/relay/pacer.ts';
import { listenForPeers } from '../../worker/relay/webSocketServer.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';
import { startTestRelay } from '../support/startedRelay.ts';

const rates = {
  frames: { burst: 10, intervalMs: 1000 },
  ops: { burst: 100, intervalMs: 100 },
};

function start() {
  const clock = createManualClock(0);
  const did: string[] = [];
  const note = (what: string): unknown => did.push(`${what} at ${clock.nowMs() / 1000} s`);
  const pacer = createPacer({
    rates,
    clock,
    valve: {
      shut: () => note('shut'),
      open: () => note('open'),
      isShut: () => false,
    },
    onSlowed: (what) => note(`slowed by ${what}`),
    onTooFast: () => note('sent away'),
  });
  return { clock, did, pacer };
}

describe('the pace of one peer', () => {
  test('LIM6 who stays within burst and rate is never made to wait', async () => {
    const { clock, did, pacer } = start();
    pacer.note('frames', 10);
    pacer.note('ops', 100);
    for (let second = 0; second < 60; second += 1) {
      await clock.advance(1000);
      pacer.note('frames', 1);
      pacer.note('ops', 10);
    }
    expect(did).toEqual([]);
  });

  test('LIM6 who sends more is not read until the rate allows it', async () => {
    const { clock, did, pacer } = start();
    pacer.note('ops', 130);
    pacer.note('frames', 11);
    pacer.note('frames', 3);
    await clock.advance(10_000);
    expect(did).toEqual([
      'slowed by ops at 0 s',
      'shut at 0 s',
      'slowed by frames at 0 s',
      'open at 4 s',
    ]);
  });

  test('LIM6 it is told again of one who had been slower for a while', async () => {
    const { clock, did, pacer } = start();
    const told = () => did.filter((line) => line.startsWith('slowed')).length;
    pacer.note('ops', 101);
    await clock.advance(900);
    pacer.note('ops', 10);
    expect(told()).toBe(1);
    await clock.advance(5000);
    pacer.note('ops', 100);
    expect(told()).toBe(2);
  });

  test('LIM7 who is too fast for ten minutes without a second of rest is sent away', async () => {
    const { clock, did, pacer } = start();
    pacer.note('ops', 101);
    for (let waitedMs = 0; waitedMs < SLOWED_MS_MAX; waitedMs += 1000) {
      expect(did).not.toContain('sent away');
      await clock.advance(1000);
      pacer.note('ops', 11);
    }
    expect(did.at(-1)).toBe('sent away at 600 s');
    pacer.note('ops', 1000);
    pacer.stop();
    expect(did.at(-1)).toBe('sent away at 600 s');
  });

  test('LIM7 a rest ends the count of minutes', async () => {
    const { clock, did, pacer } = start();
    for (let waitedMs = 0; waitedMs < 2 * SLOWED_MS_MAX; waitedMs += SLOWED_MS_MAX / 2) {
      pacer.note('ops', 101);
      await clock.advance(SLOWED_MS_MAX / 2);
    }
    expect(did.filter((line) => line.startsWith('sent away'))).toEqual([]);
  });
});

test('LIM6 a relay slows a peer, takes all that it sends, and counts that', async () => {
  const relay = await startTestRelay({ maxOpsPerSecond: 1000, maxOpsAtOnce: 10 });
  const socket = new WebSocket(relay.address);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  const signer = createSigner(1);
  const ops = Array.from({ length: 40 }, (_, at) =>
    opText(insertOp({ signer, content: itemContent({ name: text(`story ${at}`) }) })),
  );
  socket.send('{"type":"bulk","ops":[],"caps":["ack1"]}');
  let acknowledged = 0;
  const all = new Promise<void>((done) => {
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary && data[0] === 1) acknowledged += (data.length - 1) / 32;
      if (acknowledged === ops.length) done();
    });
  });
  socket.send(JSON.stringify({ type: 'bulk', ops: ops.slice(0, 39) }));
  socket.send(JSON.stringify({ type: 'bulk', ops: ops.slice(39) }));
  await all;
  expect(await relay.hits('ops-rate')).toBe(1);
  expect(relay.told('a peer sends too fast: it is slowed')).toBe(1);
});

test('LIM7 who is sent away is closed with 1008 and told when to come again', async () => {
  const clock = createManualClock();
  const closes: unknown[] = [];
  const valve = { shut: () => {}, open: () => {}, isShut: () => false };
  const quick = { peer: 'p', clock, logger: createMemoryLogger() };
  const pacer = startPacer({ rates, valve }, quick, (...close) => closes.push(close));
  pacer.note('frames', 1000);
  await clock.advance(SLOWED_MS_MAX);
  pacer.note('frames', 1000);
  expect(closes).toEqual([[1008, 'you send too fast for too long (retry in 60 s)']]);
});

test('LIM6 what a peer sends while its valve is shut waits in the network', async () => {
  const heard: string[] = [];
  const watchers = new Set<() => void>();
  const valves: Valve[] = [];
  const listening = await listenForPeers({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1000,
    respond: (_, response) => void response.writeHead(404).end(),
    clock: nodeClock,
    admit: async ({ pipeline }) => ({
      type: 'admitted',
      accept(connect, valve) {
        valves.push(valve);
        const note = (what: string): void => {
          heard.push(`${pipeline} ${what}`);
          for (const look of watchers) look();
        };
        connect({
          onOpen: () => {},
          onText: note,
          onBinary: () => {},
          onClose: () => note('left'),
        });
      },
    }),
  });
  if (listening.type !== 'listening') throw new Error(listening.detail);
  onTestFinished(() => listening.stop());
  const until = (line: string): Promise<void> =>
    new Promise((done) => {
      watchers.add(() => heard.includes(line) && done());
    });
  const [slow, other] = ['slow', 'other'].map(
    (name) => new WebSocket(`ws://127.0.0.1:${listening.port}/crdt-sync/${name}`),
  ) as [WebSocket, WebSocket];
  await Promise.all([once(slow, 'open'), once(other, 'open')]);
  for (const valve of valves) valve.shut();
  for (const valve of valves) valve.shut();
  for (const valve of valves) valve.open();
  slow.send('1');
  valves[1]?.open();
  const otherHeard = until('other 2');
  other.send('2');
  await otherHeard;
  expect(heard).toEqual(['other 2']);
  const slowHeard = until('slow 1');
  valves[0]?.open();
  await slowHeard;
  slow.terminate();
  other.terminate();
});
