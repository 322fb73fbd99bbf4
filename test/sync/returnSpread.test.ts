import { expect, test } from 'vitest';
import type { SocketHandlers } from '../../worker/ports.ts';
import { createDrain } from '../../worker/relay/drain.ts';
import { createRendezvous } from '../../worker/sync/rendezvous.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange } from '../support/memoryExchange.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

const PEERS = 1000;
/** Before the first dial that was not answered is given up. */
const SECONDS = 20;

/**
 * How many of 1,000 peers find the relay in each second after it went. `farewell`: the reason of the
 * close for one of them; null: it crashed. It takes nobody for `awayMs`.
 */
async function arrivals(farewell: (() => string) | null, awayMs: number) {
  const clock = createManualClock(0);
  const random = createSeededRandom('storm');
  const connected: SocketHandlers[] = [];
  const bySecond = new Array<number>(SECONDS).fill(0);
  const dialler = {
    dial(_address: string, handlers: SocketHandlers) {
      const nowMs = clock.nowMs();
      if (nowMs === 0) connected.push(handlers);
      else if (nowMs >= awayMs) bySecond[Math.floor(nowMs / 1000)]! += 1;
      else clock.startTimer(0, () => handlers.onClose({ code: 1006, reason: '', clean: false }));
      return { send: () => undefined, bufferedBytes: () => 0, close: () => undefined };
    },
  };
  const peers = Array.from({ length: PEERS }, () =>
    createRendezvous({
      ...{ address: 'ws://relay/crdt-sync', dialler, clock, random },
      ...{ exchange: createMemoryExchange(), logger: createMemoryLogger() },
    }),
  );
  for (const peer of peers) peer.start();
  for (const { onClose } of connected) {
    if (farewell === null) onClose({ code: 1006, reason: '', clean: false });
    else onClose({ code: 1001, reason: farewell(), clean: true });
  }
  await clock.advance(SECONDS * 1000);
  for (const peer of peers) peer.stop();
  return bySecond;
}

test.each([
  { awayMs: 500, mostInASecond: 80 },
  { awayMs: 5000, mostInASecond: 150 },
])('DRN10 1,000 peers come back spread after $awayMs ms', async ({ awayMs, mostInASecond }) => {
  const random = createSeededRandom('drain');
  const clock = createManualClock(0);
  const drain = createDrain({ clock, random, logger: createMemoryLogger() });
  const bySecond = await arrivals(() => drain.farewell(PEERS), awayMs);
  expect(Math.max(...bySecond)).toBeLessThan(mostInASecond);
});
