import { describe, expect, test } from 'vitest';
import type { SocketStatus, SyncStatus } from '../../worker/api.ts';
import { AUTH_RETRY_MS, createRendezvous } from '../../worker/sync/rendezvous.ts';
import { encodeBulk, encodeFirstFrame, encodeLiveOp } from '../../worker/wire/frames.ts';
import { createHandDialler } from '../support/handDialler.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange, offerText } from '../support/memoryExchange.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { settle } from '../support/settle.ts';

const address = 'ws://relay/crdt-sync';
const tooBig = { code: 1009, reason: 'too big', clean: true };
const cut = { code: 1006, reason: '', clean: false };

/** `fraction`: what every jitter draws; the wait is that much of the step. */
function createTestRendezvous(options: { address?: string | null; fraction?: number } = {}) {
  const clock = createManualClock(0);
  const dialler = createHandDialler();
  const exchange = createMemoryExchange();
  const logger = createMemoryLogger();
  const statuses: SocketStatus[] = [];
  const syncs: SyncStatus[] = [];
  const rendezvous = createRendezvous({
    address: options.address === undefined ? address : options.address,
    dialler,
    exchange,
    clock,
    random: { bytes: (count) => new Uint8Array(count), fraction: () => options.fraction ?? 0.5 },
    logger,
    onStatus: (status) => statuses.push(status),
    onSync: (sync) => syncs.push(sync),
  });
  return { clock, dialler, exchange, logger, statuses, syncs, rendezvous };
}

type TestRendezvous = ReturnType<typeof createTestRendezvous>;

/** The peer takes the dial and sends a bulk. */
async function greet({ dialler }: TestRendezvous): Promise<void> {
  dialler.last().pair.open();
  dialler.last().peer.send(encodeBulk([], 0));
  await dialler.last().pair.flush();
}

/** So many dials fail, and each is waited for. */
async function failDials(it: TestRendezvous, count: number): Promise<void> {
  for (let failure = 0; failure < count; failure += 1) {
    it.dialler.last().end(cut);
    await it.clock.advance(it.clock.timersMs()[0] ?? 0);
  }
}

describe('dialling', () => {
  test('RDV1 without an address nothing is dialled', async () => {
    const it = createTestRendezvous({ address: null });
    it.rendezvous.start();
    it.rendezvous.wake();
    it.rendezvous.reconnect();
    it.rendezvous.disconnect();
    it.rendezvous.offer(offerText('{}'));
    await it.clock.advance(60_000);
    expect([it.dialler.dials, it.statuses]).toEqual([[], []]);
  });

  test('RDV2 the status follows a connection from the dial to the next dial', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await greet(it);
    it.dialler.last().end({ code: 1001, reason: 'restarting', clean: true });
    await it.clock.advance(500);
    expect(it.dialler.dials.map((dial) => dial.address)).toEqual([address, address]);
    expect(it.statuses).toEqual([
      { name: 'connecting' },
      { name: 'open' },
      { name: 'waiting', retryAtMs: 500, attempt: 0 },
      { name: 'connecting' },
    ]);
    expect(it.syncs).toEqual([
      { name: 'catching-up', done: 0, total: 0 },
      { name: 'live' },
      { name: 'catching-up', done: 0, total: 0 },
    ]);
  });

  test('RDV3 failed dials are repeated for ever, at growing intervals', async () => {
    const it = createTestRendezvous({ fraction: 0.999 });
    it.rendezvous.start();
    const waits: number[] = [];
    for (let failure = 0; failure < 40; failure += 1) {
      it.dialler.last().end(cut);
      const [waitMs = 0] = it.clock.timersMs();
      waits.push(waitMs);
      await it.clock.advance(waitMs);
    }
    expect(it.dialler.dials).toHaveLength(41);
    expect(waits).toEqual([999, 1998, 3996, 7992, 15_984, ...new Array(35).fill(29_970)]);
    expect(it.statuses.at(-2)).toMatchObject({ name: 'waiting', attempt: 40 });
  });

  test('RDV3 a connection that was of use and closed cleanly brings the interval back', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await failDials(it, 6);
    await greet(it);
    it.dialler.last().end({ code: 1000, reason: '', clean: true });
    expect(it.clock.timersMs()).toEqual([500]);
  });

  test('RDV3 a connection that brought nothing, or broke, leaves the interval growing', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    it.dialler.last().pair.open();
    it.dialler.last().end({ code: 1000, reason: '', clean: true });
    expect(it.clock.timersMs()).toEqual([500]);
    await it.clock.advance(500);
    await greet(it);
    it.dialler.last().end(cut);
    expect(it.clock.timersMs()).toEqual([1000]);
  });

  test('RDV4 a dial that is not answered in 20 s is given up as a failure', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await it.clock.advance(20_000);
    expect(it.dialler.last().pair.dialler.closing()).toEqual({ code: 1000, reason: 'no answer' });
    expect(it.statuses.at(-1)).toEqual({ name: 'waiting', retryAtMs: 20_500, attempt: 1 });
  });

  test('RDV4 a connection that is open is not given up', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await greet(it);
    await it.clock.advance(3_600_000);
    expect(it.statuses.at(-1)).toEqual({ name: 'open' });
  });
});

describe('logging', () => {
  const levelsOf = ({ logger }: TestRendezvous) =>
    logger.lines.filter(({ message }) => message === 'connection failed').map(({ level }) => level);

  test('RDV5 nine failures in a row are warnings, from the tenth on they are errors', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await failDials(it, 12);
    expect(levelsOf(it)).toEqual([...new Array(9).fill('warn'), ...new Array(3).fill('error')]);
    expect(it.logger.lines[9]).toEqual({
      level: 'error',
      message: 'connection failed',
      fields: { peer: address, code: 1006, reason: '', attempt: 10, delayMs: 15_000 },
    });
  });

  test('RDV5 a connection that is of use ends the row, one that only opens does not', async () => {
    const useful = createTestRendezvous();
    useful.rendezvous.start();
    await failDials(useful, 9);
    await greet(useful);
    await failDials(useful, 1);
    expect(levelsOf(useful)).toEqual(new Array(10).fill('warn'));

    const useless = createTestRendezvous();
    useless.rendezvous.start();
    await failDials(useless, 9);
    useless.dialler.last().pair.open();
    await failDials(useless, 1);
    expect(levelsOf(useless).at(-1)).toBe('error');
  });

  test('RDV6 a peer for which a frame was too big is dialled again, and the log says why', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await greet(it);
    it.dialler.last().end(tooBig);
    expect(it.statuses.at(-1)).toMatchObject({ name: 'waiting' });
    expect(it.logger.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'info: connected',
      'warn: peer says that a frame was too big',
      'info: connection closed',
    ]);
  });
});

describe('a peer that takes short frames only', () => {
  const LIMIT_BYTES = 5000;
  const long = (name: string, characters: number): string => `"${name.padEnd(characters, '.')}"`;
  const ops = Array.from({ length: 40 }, (_, number) => long(`op ${number}`, 1000));

  /** Connections until the log has come, with a peer that ends each at a frame above its limit. */
  async function syncWith(it: TestRendezvous): Promise<readonly string[]> {
    for (let dials = 1; dials < 50; dials += 1) {
      await greet(it);
      const texts = it.dialler.last().pair.dialler.sent.filter((sent) => typeof sent === 'string');
      if (texts.every((frame) => frame.length <= LIMIT_BYTES)) {
        return texts.flatMap((frame) => (JSON.parse(frame) as { ops: string[] }).ops);
      }
      it.dialler.last().end(tooBig);
      await it.clock.advance(it.clock.timersMs()[0] ?? 0);
    }
    throw new Error('it sends the same for ever');
  }

  test('RDV14 gets the log in chunks that are halved until they fit', async () => {
    const it = createTestRendezvous();
    for (const op of ops) it.exchange.append(op);
    it.rendezvous.start();
    expect(await syncWith(it)).toEqual(ops);
    expect(it.dialler.dials.length).toBeLessThanOrEqual(6);
    expect(it.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('RDV14 does not get an op that is too long by itself, with an error in the log', async () => {
    const it = createTestRendezvous();
    const tooLong = long('too long', 6000);
    for (const op of [...ops.slice(0, 20), tooLong, ...ops.slice(20)]) it.exchange.append(op);
    it.rendezvous.start();
    expect(await syncWith(it)).toEqual(ops);
    const errors = it.logger.lines.filter(({ level }) => level === 'error');
    expect(errors).toEqual([
      {
        level: 'error',
        message: 'peer takes no op of this length: such ops are not sent to it',
        fields: { peer: address, frameBytes: expect.any(Number) },
      },
    ]);
    const before = it.dialler.last().pair.dialler.sent.length;
    it.rendezvous.offer(offerText(long('longer still', 7000)));
    it.rendezvous.offer(offerText(long('short', 10)));
    const live = it.dialler.last().pair.dialler.sent.slice(before);
    expect(live).toEqual([encodeLiveOp(long('short', 10))]);
  });

  test('RDV14 is tried with everything again when the user reconnects', async () => {
    const it = createTestRendezvous();
    for (const op of ops) it.exchange.append(op);
    it.rendezvous.start();
    await syncWith(it);
    it.rendezvous.reconnect();
    await greet(it);
    expect(it.dialler.last().pair.dialler.sent).toEqual([
      encodeFirstFrame(['ack1', 'compact1']),
      encodeBulk(ops, 0),
    ]);
  });
});

describe('being refused', () => {
  test('RDV7 a close with 1008 is a refusal, and is not dialled again', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    it.dialler.last().pair.open();
    it.dialler.last().end({ code: 1008, reason: 'not you', clean: true });
    it.rendezvous.wake();
    await it.clock.advance(3_600_000);
    expect(it.dialler.dials).toHaveLength(1);
    expect(it.statuses.at(-1)).toEqual({ name: 'refused', code: 1008, reason: 'not you' });
    it.rendezvous.reconnect();
    expect(it.dialler.dials).toHaveLength(2);
  });

  test('LIM8 after a close with 1008 that says when to come again, it does', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    it.dialler.last().pair.open();
    it.dialler.last().end({ code: 1008, reason: 'too fast (retry in 60 s)', clean: true });
    await it.clock.advance(59_999);
    expect(it.dialler.dials).toHaveLength(1);
    await it.clock.advance(1001);
    expect(it.dialler.dials).toHaveLength(2);
  });

  test.each([
    [4401, 'key'],
    [4403, 'token'],
  ] as const)(
    'AUTH20 who is closed with %i waits for another %s, or for minutes',
    async (...row) => {
      const [code, asked] = row;
      const it = createTestRendezvous();
      it.rendezvous.start();
      it.dialler.last().pair.open();
      const close = { code, reason: 'not you', clean: true, asked } as const;
      it.dialler.last().end(close);
      it.rendezvous.wake();
      expect(it.statuses.at(-1)).toEqual({ name: 'needs-auth', asked, code, reason: 'not you' });
      await it.clock.advance(AUTH_RETRY_MS - 1);
      expect(it.dialler.dials).toHaveLength(1);
      const [leftMs = 0] = it.clock.timersMs();
      expect(leftMs).toBeLessThanOrEqual(AUTH_RETRY_MS + 1);
      await it.clock.advance(leftMs);
      expect(it.dialler.dials).toHaveLength(2);
      it.dialler.last().end(close);
      it.rendezvous.reconnect();
      expect(it.dialler.dials).toHaveLength(3);
      it.rendezvous.stop();
      expect(it.clock.timersMs()).toEqual([]);
    },
  );

  test('RDV8 an address that cannot be dialled is a refusal with code 0', async () => {
    const it = createTestRendezvous();
    it.dialler.breakDown(new SyntaxError('no URL'));
    it.rendezvous.start();
    await it.clock.advance(3_600_000);
    expect(it.statuses).toEqual([
      { name: 'connecting' },
      { name: 'refused', code: 0, reason: 'SyntaxError: no URL' },
    ]);
    expect(it.logger.lines.map(({ level }) => level)).toEqual(['error']);
  });
});

describe('being told', () => {
  test('RDV9 the network or a waking machine ends a wait, and nothing else', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    it.rendezvous.wake();
    expect(it.dialler.dials).toHaveLength(1);
    it.dialler.last().end(cut);
    it.rendezvous.wake();
    expect(it.dialler.dials).toHaveLength(2);
    await greet(it);
    it.rendezvous.wake();
    it.rendezvous.disconnect();
    it.rendezvous.wake();
    expect(it.dialler.dials).toHaveLength(2);
    expect(it.clock.timersMs()).toEqual([]);
  });

  test('RDV10 disconnecting closes the connection until the user reconnects', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await greet(it);
    const { pair } = it.dialler.last();
    it.rendezvous.disconnect();
    await pair.flush();
    await it.clock.advance(3_600_000);
    expect(pair.dialler.closing()).toEqual({ code: 1000, reason: 'disconnected by the user' });
    expect(it.statuses.slice(2)).toEqual([{ name: 'stopped' }]);
    it.rendezvous.reconnect();
    expect(it.statuses.at(-1)).toEqual({ name: 'connecting' });
  });

  test('RDV11 the user may reconnect at any time, and what the old connection says no longer counts', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await greet(it);
    const old = it.dialler.last();
    it.rendezvous.reconnect();
    await greet(it);
    old.end(cut);
    await settle();
    expect(old.pair.dialler.closing()).toEqual({ code: 1000, reason: 'dialling again' });
    expect(it.statuses.map(({ name }) => name)).toEqual([
      'connecting',
      'open',
      'connecting',
      'open',
    ]);
    // No timer of the old connection runs, and of the new one the look for signs of life alone.
    expect(it.clock.timersMs()).toEqual([15_000]);
  });

  test('RDV12 after stop nothing is dialled, sent or timed', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    await greet(it);
    const { pair } = it.dialler.last();
    it.rendezvous.stop();
    it.rendezvous.offer(offerText('{}'));
    it.rendezvous.reconnect();
    it.rendezvous.wake();
    await it.clock.advance(3_600_000);
    expect(it.dialler.dials).toHaveLength(1);
    expect(pair.dialler.closing()).toEqual({ code: 1000, reason: 'closing' });
    expect(it.clock.timersMs()).toEqual([]);
  });

  test('RDV13 a new op goes to the connection that is open', async () => {
    const it = createTestRendezvous();
    it.rendezvous.start();
    const frame = offerText('{"a":1}');
    it.rendezvous.offer(frame);
    await greet(it);
    it.rendezvous.offer(frame);
    expect(it.dialler.last().pair.dialler.sent.slice(2)).toEqual([frame.json()]);
  });
});
