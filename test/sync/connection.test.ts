import { describe, expect, test } from 'vitest';
import { opText, packText, type ReceivedOp } from '../../worker/crdt/packedOp.ts';
import type { Socket, SocketHandlers } from '../../worker/ports.ts';
import { createConnection } from '../../worker/sync/connection.ts';
import type { OpSource } from '../../worker/sync/exchange.ts';
import { encodeCompact } from '../../worker/wire/compactFrames.ts';
import { encodeAck, encodeBulk, encodeFirstFrame, encodeLiveOp } from '../../worker/wire/frames.ts';
import { connectEnd, connectOne, connectPair } from '../support/connectedPair.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange, keyOf, makeTexts, offerText } from '../support/memoryExchange.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { textOf } from '../support/opRecords.ts';
import { settle } from '../support/settle.ts';
import { createSocketPair, deaf } from '../support/socketPair.ts';

function compactBulk(...texts: readonly string[]): Uint8Array {
  return encodeCompact({ ops: texts.map(packText), left: 0 });
}

describe('two of our ends', () => {
  test('CON1 both ends greet, give their logs, and hold the same ops in the end', async () => {
    const clock = createManualClock();
    const left = createMemoryExchange(['{"a":1}', '{"both":1}']);
    const right = createMemoryExchange(['{"both":1}', '{"b":"é"}']);
    const pair = connectPair(clock, left, right);
    pair.open();
    await pair.flush();
    // The end that dialled gathers its acks.
    await clock.advance(1000);
    expect(pair.left.wire.sent).toEqual([
      encodeFirstFrame(['ack1', 'compact1']),
      compactBulk('{"a":1}', '{"both":1}'),
      encodeAck(['{"both":1}', '{"b":"é"}'].map(keyOf)),
    ]);
    expect(pair.right.wire.sent).toEqual([
      encodeFirstFrame(['ack1', 'compact1']),
      compactBulk('{"both":1}', '{"b":"é"}'),
      encodeAck(['{"a":1}', '{"both":1}'].map(keyOf)),
    ]);
    expect(new Set(left.texts())).toEqual(new Set(right.texts()));
    expect(pair.right.told).toEqual([
      { type: 'open' },
      { type: 'heard' },
      { type: 'sync', sync: { name: 'catching-up', done: 0, total: 2 } },
      { type: 'sync', sync: { name: 'live' } },
    ]);
  });

  test('CON2 what an end has stored is acknowledged to the other, and only then', async () => {
    const clock = createManualClock();
    const left = createMemoryExchange(['{"a":1}']);
    const right = createMemoryExchange();
    const pair = connectPair(clock, left, right);
    right.pause();
    pair.open();
    await pair.flush();
    expect(left.acknowledgedKeys).toEqual([]);
    right.resume();
    await pair.flush();
    expect(left.acknowledgedKeys).toEqual([keyOf('{"a":1}')]);
  });

  test('CON3 a new op goes out at once, packed where both ends named compact1', async () => {
    const clock = createManualClock();
    const [left, right] = [createMemoryExchange(), createMemoryExchange()];
    const pair = connectPair(clock, left, right);
    pair.open();
    await pair.flush();
    const text = textOf(left.append('{"seq" : 1.0}'));
    pair.left.connection.offer(offerText(text));
    expect(pair.left.wire.sent.at(-1)).toEqual(
      encodeCompact({ ops: [packText('{"seq" : 1.0}')], left: null }),
    );
    await pair.flush();
    expect(right.receipts.at(-1)).toEqual({
      texts: ['{"seq" : 1.0}'],
      source: { peer: 'dialler', frame: 'live' },
    });
  });

  test('CON3 an op that was made before the log goes out is in the log, and not sent twice', async () => {
    const clock = createManualClock();
    const [left, right] = [createMemoryExchange(), createMemoryExchange()];
    const pair = connectPair(clock, left, right);
    pair.open();
    pair.left.connection.offer(offerText(textOf(left.append('{"early":1}'))));
    await pair.flush();
    expect(right.receipts).toEqual([
      { texts: ['{"early":1}'], source: { peer: 'dialler', frame: 'bulk' } },
    ]);
  });

  test('CON4 several peers get the same bytes, and one that leaves meanwhile harms nobody', async () => {
    const clock = createManualClock();
    const hub = createMemoryExchange();
    const peers = [0, 1, 2].map(() => createMemoryExchange());
    const pairs = peers.map((peer) => connectPair(clock, peer, hub));
    for (const pair of pairs) {
      pair.open();
      await pair.flush();
    }
    const frame = offerText(textOf(hub.append('{"news":1}')));
    pairs.forEach((pair, index) => {
      if (index === 1) pair.cut();
      pair.right.connection.offer(frame);
    });
    for (const pair of pairs) await pair.flush();
    expect(pairs[0]?.right.wire.sent.at(-1)).toBe(frame.compact());
    expect(pairs[2]?.right.wire.sent.at(-1)).toBe(frame.compact());
    expect(peers.map((peer) => peer.texts())).toEqual([['{"news":1}'], [], ['{"news":1}']]);
  });
});

describe('a peer that is no end of ours', () => {
  test('CON20 a peer without compact1 gets and gives texts alone, as a Rust node', async () => {
    const { pair, ours, exchange, speaker } = connectOne('listener', ['{"own":1}']);
    pair.open();
    speaker.send(encodeBulk([], 0));
    await pair.flush();
    ours.connection.offer(offerText('{"new":1}'));
    speaker.send(encodeCompact({ ops: [packText('{"packed":1}')], left: null }));
    await pair.flush();
    expect(ours.wire.sent.slice(1)).toEqual([
      encodeBulk(['{"own":1}'], 0),
      encodeLiveOp('{"new":1}'),
    ]);
    expect(ours.told.at(-1)).toEqual({ type: 'bad', reason: 'unexpected-compact' });
    expect(exchange.receipts).toEqual([]);
  });

  test('CON5 a peer that dials and sends its bulk at once, as a Rust node, gets the whole log', async () => {
    const { pair, ours, exchange, speaker } = connectOne('listener', ['{"own":1}']);
    pair.open();
    speaker.send(encodeBulk(['{"rust":1}'], 0));
    await pair.flush();
    expect(ours.wire.sent).toEqual([
      encodeFirstFrame(['ack1', 'compact1']),
      encodeBulk(['{"own":1}'], 0),
    ]);
    expect(exchange.receipts).toEqual([
      { texts: ['{"rust":1}'], source: { peer: 'dialler', frame: 'bulk' } },
    ]);
    expect(ours.told.at(-1)).toEqual({ type: 'sync', sync: { name: 'live' } });
  });

  test('CON5 a peer that dials and says nothing gets the log after a second', async () => {
    const { pair, clock, ours } = connectOne('listener', ['{"own":1}']);
    pair.open();
    await clock.advance(999);
    expect(ours.wire.sent).toEqual([]);
    await clock.advance(1);
    expect(ours.wire.sent).toEqual([
      encodeFirstFrame(['ack1', 'compact1']),
      encodeBulk(['{"own":1}'], 0),
    ]);
    // The greeting timer is gone; what runs is the look for signs of life.
    expect(clock.timersMs()).toEqual([14_000]);
  });

  test('CON5 a peer that was dialled and says nothing gets the log after five seconds', async () => {
    const { pair, clock, ours } = connectOne('dialler', ['{"own":1}']);
    pair.open();
    await clock.advance(4999);
    expect(ours.wire.sent).toEqual([encodeFirstFrame(['ack1', 'compact1'])]);
    await clock.advance(1);
    expect(ours.wire.sent).toEqual([
      encodeFirstFrame(['ack1', 'compact1']),
      encodeBulk(['{"own":1}'], 0),
    ]);
  });

  test('CON6 a bad frame is counted and logged, and the connection goes on', async () => {
    const { pair, ours, exchange, speaker } = connectOne('listener');
    pair.open();
    for (const frame of [
      'nonsense',
      '',
      '{"type":"bulk","ops":[1]}',
      '{"type":"hello"}',
      new Uint8Array(),
      Uint8Array.of(0xff, 0x00),
      new TextEncoder().encode('{"v":9}'),
      encodeAck(['00'.repeat(32)]),
    ]) {
      speaker.send(frame);
    }
    speaker.send(encodeBulk(['garbage', '{"good":1}'], 0));
    speaker.send(encodeLiveOp('{"live":1}'));
    await pair.flush();
    const reasons = [
      'unparsable',
      'unparsable',
      'unparsable',
      'unknown-type',
      'unknown-kind',
      'unknown-kind',
      'unknown-version',
      'unexpected-ack',
    ];
    expect(ours.told.flatMap((it) => (it.type === 'bad' ? [it.reason] : []))).toEqual(reasons);
    expect(ours.logger.lines.map(({ level, fields }) => [level, fields['reason']])).toEqual(
      reasons.map((reason) => ['warn', reason]),
    );
    expect(exchange.texts()).toEqual(['garbage', '{"good":1}', '{"live":1}']);
    expect(ours.wire.closing()).toBeNull();
  });

  test('CON6 a flood of bad frames does not flood the log', async () => {
    const { pair, ours, speaker } = connectOne('listener');
    pair.open();
    for (let sent = 0; sent < 100; sent += 1) speaker.send('nonsense');
    await pair.flush();
    expect(ours.told.filter(({ type }) => type === 'bad')).toHaveLength(100);
    expect(ours.logger.lines).toHaveLength(17);
    expect(ours.logger.lines.at(-1)?.message).toBe(
      'further frames like that from this peer are only counted',
    );
  });
});

describe('owner and socket', () => {
  test.each(['receive', 'readLog', 'acknowledged'] as const)(
    'CON11 an owner that throws from %s ends the connection, not the process',
    async (method) => {
      const pair = createSocketPair();
      const clock = createManualClock();
      const exchange = {
        ...createMemoryExchange(),
        [method]: () => {
          throw new Error('disk on fire');
        },
      };
      const ours = connectEnd({ clock, exchange, wire: pair.listener, end: 'listener' });
      const speaker = pair.dialler.connect(deaf);
      pair.open();
      speaker.send(encodeFirstFrame(['ack1']));
      speaker.send(encodeBulk(['{"a":1}'], 0));
      speaker.send(encodeAck(['00'.repeat(32)]));
      await pair.flush();
      expect(ours.wire.closing()).toMatchObject({ code: 1011 });
      expect(ours.logger.lines.map(({ level, fields }) => [level, fields['detail']])).toEqual([
        ['error', 'Error: disk on fire'],
        ['error', undefined],
      ]);
    },
  );

  test('CON12 a socket may call its handlers while it is made', async () => {
    const sent: (string | Uint8Array)[] = [];
    const exchange = createMemoryExchange();
    const closed: number[] = [];
    createConnection({
      peer: 'hasty',
      end: 'listener',
      exchange,
      clock: createManualClock(),
      logger: createMemoryLogger(),
      connect(handlers: SocketHandlers): Socket {
        handlers.onOpen();
        handlers.onText(encodeBulk(['{"a":1}'], 0));
        handlers.onClose({ code: 1006, reason: '', clean: false });
        return { send: (frame) => sent.push(frame), bufferedBytes: () => 0, close: () => {} };
      },
      onClosed: ({ code }) => closed.push(code),
    });
    await settle();
    expect(exchange.texts()).toEqual(['{"a":1}']);
    expect(closed).toEqual([1006]);
    expect(sent).toEqual([]);
  });
});

describe('wrong signatures', () => {
  test('CON19 a peer whose wrong signatures spend the budget is told so and cut off, once', async () => {
    const clock = createManualClock();
    const exchange = createMemoryExchange();
    const judged: string[] = [];
    const owner = {
      ...exchange,
      async receive(ops: readonly ReceivedOp[], source: OpSource) {
        for (const op of ops) {
          if (source.refusals?.isSpent() === true) continue;
          judged.push(typeof op === 'string' ? op : opText(op));
          source.refusals?.spend();
        }
        return { stored: [] };
      },
    };
    const pair = connectPair(clock, createMemoryExchange(makeTexts(600)), owner);
    pair.open();
    await pair.flush();
    const reason = 'peer sends too many ops with wrong signatures (retry in 60 s)';
    expect(pair.right.wire.closing()).toEqual({ code: 1013, reason });
    expect(judged).toEqual(makeTexts(64));
    expect(pair.right.logger.lines).toEqual([
      { level: 'warn', message: reason, fields: { peer: 'dialler' } },
    ]);
  });
});
