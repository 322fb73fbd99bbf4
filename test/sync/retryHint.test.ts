import { expect, test } from 'vitest';
import { createRendezvous } from '../../worker/sync/rendezvous.ts';
import { readRetryHintMs, withRetryHint } from '../../worker/sync/retryHint.ts';
import { createHandDialler } from '../support/handDialler.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange } from '../support/memoryExchange.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';

test('DRN5 a hint is 1 to 999 whole seconds at the end of the reason; else there is none', () => {
  expect(withRetryHint('the relay stops', 12)).toBe('the relay stops (retry in 12 s)');
  const read = (seconds: string) => readRetryHintMs(`full (retry in ${seconds} s)`);
  expect([read('1'), read('12'), read('999')]).toEqual([1000, 12_000, 999_000]);
  for (const wrong of ['0', '-1', '1.5', '1000', '1e3', '']) expect(read(wrong)).toBe(null);
  expect(readRetryHintMs('(retry in 3 s)')).toBe(null);
  expect(readRetryHintMs('a (retry in 3 s) b')).toBe(null);
});

test.each([
  { reason: 'the relay stops (retry in 12 s)', clean: true, waitsMs: 12_500 },
  { reason: 'the relay stops', clean: true, waitsMs: 500 },
])('DRN6 the end that dials waits as $reason asks', async ({ reason, clean, waitsMs }) => {
  const clock = createManualClock(0);
  const dialler = createHandDialler();
  const rendezvous = createRendezvous({
    address: 'ws://relay/crdt-sync',
    ...{ dialler, clock, exchange: createMemoryExchange(), logger: createMemoryLogger() },
    random: { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 },
  });
  rendezvous.start();
  dialler.last().end({ code: 1001, reason, clean });
  expect(clock.timersMs()).toEqual([waitsMs]);
  await clock.advance(waitsMs);
  expect(dialler.dials.length).toBe(2);
  rendezvous.stop();
});
