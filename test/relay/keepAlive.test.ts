import { expect, test } from 'vitest';
import { PING_INTERVAL_MS, startKeepAlive } from '../../worker/relay/keepAlive.ts';
import { createManualClock } from '../support/manualClock.ts';

function start() {
  const clock = createManualClock(0);
  const did: string[] = [];
  let bytes = 0;
  const alive = startKeepAlive({
    clock,
    bytesRead: () => bytes,
    ping: () => did.push(`ping at ${clock.nowMs() / 1000} s`),
    drop: () => did.push(`drop at ${clock.nowMs() / 1000} s`),
  });
  return {
    clock,
    did,
    alive,
    hear: () => {
      bytes += 1;
    },
  };
}

test('SRV17 a peer that says nothing to two pings is dropped at the third', async () => {
  const it = start();
  await it.clock.advance(10 * PING_INTERVAL_MS);
  expect(it.did).toEqual(['ping at 30 s', 'ping at 60 s', 'drop at 90 s']);
  expect(it.clock.timersMs()).toEqual([]);
});

test('SRV17 a single byte in an interval keeps a peer, and the count begins anew', async () => {
  const it = start();
  await it.clock.advance(60_000);
  it.hear();
  await it.clock.advance(60_000);
  it.hear();
  await it.clock.advance(90_000);
  expect(it.did).toEqual([
    'ping at 30 s',
    'ping at 60 s',
    'ping at 90 s',
    'ping at 120 s',
    'ping at 150 s',
    'ping at 180 s',
    'drop at 210 s',
  ]);
});

test('SRV17 after stopping nothing is sent or timed', async () => {
  const it = start();
  await it.clock.advance(30_000);
  it.alive.stop();
  await it.clock.advance(300_000);
  expect([it.did, it.clock.timersMs()]).toEqual([['ping at 30 s'], []]);
});

test('LIM10 a peer that is not read is not taken for one that is gone', async () => {
  const clock = createManualClock(0);
  const did: string[] = [];
  let isDeaf = true;
  startKeepAlive({
    clock,
    bytesRead: () => 0,
    isDeaf: () => isDeaf,
    ping: () => did.push('ping'),
    drop: () => did.push('drop'),
  });
  await clock.advance(10 * PING_INTERVAL_MS);
  expect(did).toEqual(new Array(10).fill('ping'));
  isDeaf = false;
  await clock.advance(2 * PING_INTERVAL_MS);
  expect(did.at(-1)).toBe('drop');
});
