import { expect, test } from 'vitest';
import type { OpRecord } from '../../worker/ports.ts';
import { NO_METRICS } from '../../worker/relay/metrics.ts';
import { createPace } from '../../worker/relay/pacedPeer.ts';
import { acceptPeer } from '../../worker/relay/peers.ts';
import type { Peer } from '../../worker/relay/pipelineRelay.ts';
import { DEFAULT_CONFIG, type RelayConfig } from '../../worker/relay/settings.ts';
import type { OpExchange } from '../../worker/sync/exchange.ts';
import { encodeBulk } from '../../worker/wire/frames.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange, makeTexts, offerText } from '../support/memoryExchange.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createSocketPair, deaf } from '../support/socketPair.ts';

/** A peer that the test speaks for, and what is counted of it. */
function accept(config: Partial<RelayConfig> = {}, exchange: OpExchange = createMemoryExchange()) {
  const clock = createManualClock();
  const pair = createSocketPair();
  const counted: string[] = [];
  const joined: Peer[] = [];
  acceptPeer({
    pipeline: {
      exchange,
      join: (_, peer) => void joined.push(peer),
      leave: () => {},
      take: async () => null,
      hasStored: () => false,
      recheckSigners: () => {},
      close: async () => {},
    },
    peer: 'p',
    connect: pair.listener.connect,
    pace: {
      ...createPace({ ...DEFAULT_CONFIG, ...config }, clock, NO_METRICS),
      valve: { shut: () => {}, open: () => {}, isShut: () => false },
    },
    clock,
    logger: createMemoryLogger(),
    metrics: {
      ...NO_METRICS,
      count: (name: string, label: string) => void counted.push(`${name} ${label}`),
    },
  });
  const speaker = pair.dialler.connect(deaf);
  pair.open();
  return { clock, pair, speaker, counted, peer: joined[0] };
}

test('LIM13 a connection may bring as many wrong signatures a minute as is set, after 64 at once', async () => {
  const exchange: OpExchange = {
    ...createMemoryExchange(),
    async receive(ops, { refusals }) {
      for (const _ of ops) refusals?.spend();
      return { stored: [] as OpRecord['key'][] };
    },
  };
  const it = accept({ maxWrongSignaturesPerMinute: 6 }, exchange);
  it.speaker.send(encodeBulk(makeTexts(63), 0));
  await it.pair.flush();
  await it.clock.advance(9000);
  expect([it.pair.listener.closing(), it.counted]).toEqual([null, []]);
  it.speaker.send(encodeBulk(makeTexts(1), 0));
  await it.pair.flush();
  const reason = 'peer sends too many ops with wrong signatures (retry in 60 s)';
  expect(it.pair.listener.closing()).toEqual({ code: 1013, reason });
  expect(it.counted).toEqual(['limit_hits wrong-signatures']);
});

test('LIM14 a peer that lags behind is cut off and counted', async () => {
  const it = accept();
  it.speaker.send(encodeBulk([], 0));
  await it.pair.flush();
  const op = offerText(makeTexts(1)[0]!.padEnd(1024));
  for (let offered = 0; it.pair.listener.closing() === null && offered < 3000; offered += 1) {
    it.peer?.offer(op);
  }
  expect(it.pair.listener.closing()?.code).toBe(1013);
  expect(it.counted).toEqual(['limit_hits outbound-queue']);
});
