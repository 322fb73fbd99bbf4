import { describe, expect, test } from 'vitest';
import { BEAT_MS, createLiveness, SILENCE_MAX_MS } from '../../worker/sync/liveness.ts';
import { connectEnd, connectPair } from '../support/connectedPair.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange } from '../support/memoryExchange.ts';
import { createSocketPair } from '../support/socketPair.ts';

function watch(isExpected: boolean) {
  const clock = createManualClock();
  const told: string[] = [];
  const liveness = createLiveness({
    clock,
    isExpected: () => isExpected,
    sendBeat() {
      told.push('beat');
      liveness.noteSent();
    },
    onSilent: () => told.push('silent'),
  });
  return { clock, told, liveness };
}

describe('one end', () => {
  test('LIVE1 sends a beat when it has sent nothing for half a minute', async () => {
    const { clock, told, liveness } = watch(true);
    await clock.advance(BEAT_MS - 1);
    const before = [...told];
    await clock.advance(1);
    liveness.noteHeard();
    liveness.noteSent();
    await clock.advance(BEAT_MS - 1);
    expect([before, told]).toEqual([[], ['beat']]);
  });

  test('LIM10 does not take a peer that it does not read for one that is gone', async () => {
    const clock = createManualClock();
    let isDeaf = true;
    const told: string[] = [];
    createLiveness({
      clock,
      isExpected: () => true,
      isDeaf: () => isDeaf,
      sendBeat: () => undefined,
      onSilent: () => told.push('silent'),
    });
    await clock.advance(10 * SILENCE_MAX_MS);
    expect(told).toEqual([]);
    isDeaf = false;
    await clock.advance(SILENCE_MAX_MS + BEAT_MS);
    expect(told).not.toEqual([]);
  });

  test('LIVE2 gives up a peer that it has not heard for longer than two beats', async () => {
    const { clock, told, liveness } = watch(true);
    await clock.advance(SILENCE_MAX_MS - 1);
    const before = told.includes('silent');
    await clock.advance(1);
    liveness.stop();
    expect([before, told.at(-1), clock.timersMs()]).toEqual([false, 'silent', []]);
  });

  test('LIVE2 expects nothing of a peer that is not of our own kind', async () => {
    const { clock, told } = watch(false);
    await clock.advance(10 * SILENCE_MAX_MS);
    expect(told).toEqual([]);
  });
});

describe('a connection', () => {
  test('LIVE1 two ends that have nothing to say stay connected', async () => {
    const clock = createManualClock();
    const pair = connectPair(clock, createMemoryExchange(), createMemoryExchange());
    pair.open();
    await pair.flush();
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(60_000);
      await pair.flush();
    }
    expect([pair.left.wire.closing(), pair.right.wire.closing()]).toEqual([null, null]);
    expect(pair.left.told.at(-1)).toEqual({ type: 'sync', sync: { name: 'live' } });
  });

  test('LIVE2 an end whose peer is gone without a word closes, and says why', async () => {
    const clock = createManualClock();
    const pair = connectPair(clock, createMemoryExchange(), createMemoryExchange());
    pair.open();
    await pair.flush();
    await clock.advance(SILENCE_MAX_MS);
    expect(pair.left.wire.closing()).toEqual({
      code: 4408,
      reason: 'peer is silent: the connection counts as lost',
    });
    expect(clock.timersMs()).toEqual([]);
  });

  test('LIVE3 after a sleep the dead connection is noticed at once when asked', async () => {
    const clock = createManualClock();
    let nowMs = clock.nowMs();
    const sleeping = { ...clock, nowMs: () => nowMs };
    const pair = connectPair(sleeping, createMemoryExchange(), createMemoryExchange());
    pair.open();
    await pair.flush();
    pair.left.connection.checkLiveness();
    const awake = pair.left.wire.closing();
    nowMs += 8 * 60 * 60 * 1000;
    pair.left.connection.checkLiveness();
    expect([awake, pair.left.wire.closing()?.code]).toEqual([null, 4408]);
  });

  test('LIVE4 a Rust peer may be silent for ever', async () => {
    const clock = createManualClock();
    const wire = createSocketPair();
    const end = connectEnd({
      clock,
      exchange: createMemoryExchange(),
      wire: wire.dialler,
      end: 'dialler',
    });
    const peer = wire.listener.connect({
      onOpen: () => {},
      onText: () => {},
      onBinary: () => {},
      onClose: () => {},
    });
    wire.open();
    peer.send('{"type":"bulk","ops":[]}');
    await wire.flush();
    await clock.advance(60 * 60 * 1000);
    expect([end.wire.closing(), end.wire.sent.length]).toEqual([null, 2]);
  });
});
