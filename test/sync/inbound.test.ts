import { describe, expect, test } from 'vitest';
import { createInbound } from '../../worker/sync/inbound.ts';
import { encodeBulk, encodeFirstFrame, encodeLiveOp } from '../../worker/wire/frames.ts';
import { connectOne } from '../support/connectedPair.ts';
import { createManualClock } from '../support/manualClock.ts';
import { makeTexts } from '../support/memoryExchange.ts';
import { settle } from '../support/settle.ts';

describe('what comes in', () => {
  test('CON7 frames are dealt with one after another, in order', async () => {
    const { pair, exchange, speaker } = connectOne('listener');
    pair.open();
    exchange.pause();
    speaker.send(encodeBulk(['{"first":1}'], 0));
    speaker.send(encodeBulk(['{"second":1}'], 0));
    await pair.flush();
    expect(exchange.receipts).toHaveLength(1);
    exchange.resume();
    await pair.flush();
    expect(exchange.texts()).toEqual(['{"first":1}', '{"second":1}']);
  });

  test('CON8 a large bulk is read in turns and handed on in slices', async () => {
    const { pair, clock, exchange, ours, speaker } = connectOne('dialler');
    const texts = makeTexts(40_000).map((text) => text.padEnd(100));
    const frame = encodeBulk(texts, 0);
    pair.open();
    speaker.send(frame);
    await pair.flush();
    expect(exchange.texts()).toEqual(texts);
    const sizes = exchange.receipts.map((receipt) => receipt.texts.length);
    expect(sizes).toEqual([...new Array(156).fill(256), 64]);
    expect(clock.turns()).toBeGreaterThanOrEqual(Math.floor(frame.length / 270_000));
    expect(ours.told.filter(({ type }) => type === 'sync')).toHaveLength(158);
  });

  test('CON8 a slice of long ops is shorter', async () => {
    const { pair, exchange, speaker } = connectOne('dialler');
    pair.open();
    speaker.send(encodeBulk(new Array(10).fill('x'.repeat(60_000)), 0));
    await pair.flush();
    expect(exchange.receipts.map(({ texts }) => texts.length)).toEqual([4, 4, 2]);
  });

  test('CON8 live ops that wait in a row are handed on together', async () => {
    const { pair, exchange, speaker } = connectOne('dialler');
    pair.open();
    exchange.pause();
    const texts = makeTexts(600);
    for (const text of texts) speaker.send(encodeLiveOp(text));
    await pair.flush();
    exchange.resume();
    await pair.flush();
    expect(exchange.receipts.map((receipt) => receipt.texts.length)).toEqual([1, 256, 256, 87]);
    expect(exchange.texts()).toEqual(texts);
  });

  test('LIM9 a peer is not read while more than 2 MiB of it wait, until less than 1 MiB does', async () => {
    const did: string[] = [];
    const release: (() => void)[] = [];
    const inbound = createInbound({
      clock: createManualClock(),
      valve: {
        shut: () => did.push('shut'),
        open: () => did.push('open'),
        isShut: () => did.at(-1) === 'shut',
      },
      onFrame: (frame) =>
        frame.type === 'bulk' && inbound.deliver({ ops: frame.ops, frame: 'bulk' }),
      receive: () => new Promise((done) => void release.push(done)),
      onOverflow: () => did.push('overflow'),
      onBroken: () => did.push('broken'),
    });
    const frame = encodeBulk(['x'.repeat(400_000)], 0);
    // The first is dealt with, so six wait: 2.4 MB.
    for (let sent = 0; sent < 7; sent += 1) {
      expect(did).toEqual([]);
      inbound.push(frame);
    }
    const after: string[] = [];
    for (let taken = 0; taken < 7; taken += 1) {
      await settle();
      after.push(did.join(' '));
      release.shift()?.();
    }
    expect(after).toEqual([
      'shut',
      'shut',
      'shut',
      'shut',
      'shut open',
      ...['shut open', 'shut open'],
    ]);
  });

  test('LIM15 a long frame is read and handed on from a place; short ones need none', async () => {
    const did: string[] = [];
    let letIn = (): void => {};
    const inbound = createInbound({
      clock: createManualClock(),
      place: {
        ready: () =>
          new Promise((done) => {
            did.push('ready?');
            letIn = done;
          }),
        leave: () => did.push('leave'),
      },
      onFrame: (frame) => {
        if (frame.type === 'bulk') inbound.deliver({ ops: frame.ops, frame: 'bulk' });
      },
      receive: async ({ ops }) => void did.push(`${ops.length} ops`),
      onOverflow: () => did.push('overflow'),
      onBroken: () => did.push('broken'),
    });
    const go = async (): Promise<void> => {
      letIn();
      await settle();
    };
    inbound.push(encodeBulk(['"short"'], 0));
    await go();
    inbound.push(encodeBulk(['x'.repeat(200_000), 'x'.repeat(200_000)], 0));
    await go();
    inbound.push(encodeBulk(['"short too"'], 0));
    for (let steps = 0; steps < 3; steps += 1) await go();
    expect(did).toEqual([
      ...['1 ops', 'ready?', 'ready?', '1 ops', 'ready?', '1 ops', 'leave', '1 ops'],
    ]);
    inbound.push(encodeBulk(['x'.repeat(200_000)], 0));
    await go();
    inbound.clear();
    expect(did.at(-1)).toBe('leave');
  });

  test('CON8 live ops and ops of a bulk are told apart', async () => {
    const { pair, exchange, speaker } = connectOne('dialler');
    pair.open();
    exchange.pause();
    speaker.send(encodeBulk(['{"a":1}'], 0));
    speaker.send(encodeBulk(['{"b":1}'], 0));
    speaker.send(encodeLiveOp('{"c":1}'));
    speaker.send(encodeLiveOp('{"d":1}'));
    speaker.send(encodeBulk(['{"e":1}'], 0));
    await pair.flush();
    exchange.resume();
    await pair.flush();
    expect(exchange.receipts.map(({ texts, source }) => [source.frame, ...texts])).toEqual([
      ['bulk', '{"a":1}'],
      ['bulk', '{"b":1}'],
      ['live', '{"c":1}', '{"d":1}'],
      ['bulk', '{"e":1}'],
    ]);
  });

  test('CON9 what has been dealt with makes room', async () => {
    const { pair, ours, speaker } = connectOne('dialler');
    pair.open();
    const megabytes32 = `{"type":"bulk","ops":[]${' '.repeat(32 * 2 ** 20)}}`;
    for (let sent = 0; sent < 5; sent += 1) {
      speaker.send(megabytes32);
      await pair.flush();
    }
    expect(ours.wire.closing()).toBeNull();
  });

  test('CON9 a peer that sends faster than its ops are checked is disconnected', async () => {
    const { pair, ours, exchange, speaker } = connectOne('dialler');
    pair.open();
    exchange.pause();
    const megabytes16 = `{"type":"bulk","ops":[]${' '.repeat(16 * 2 ** 20)}}`;
    speaker.send(encodeBulk(['{"slow":1}'], 0));
    pair.listener.deliver();
    await settle();
    for (let sent = 0; sent < 8; sent += 1) {
      expect(ours.wire.closing()).toBeNull();
      speaker.send(megabytes16);
      pair.listener.deliver();
    }
    expect(ours.wire.closing()).toEqual({ code: 1013, reason: expect.stringContaining('inbound') });
    expect(ours.logger.lines.at(-1)?.level).toBe('warn');
  });

  test('CON16 a peer that does not take its acks is not read on', async () => {
    const { pair, clock, exchange, speaker, ours } = connectOne('listener', ['x'.repeat(300_000)]);
    pair.open();
    speaker.send(encodeFirstFrame(['ack1']));
    const texts = makeTexts(40_000);
    for (let at = 0; at < texts.length; at += 1000) {
      speaker.send(encodeBulk(texts.slice(at, at + 1000), 40_000 - at - 1000));
    }
    pair.dialler.deliver();
    await clock.advance(60_000);
    const taken = exchange.texts().length - 1;
    expect(taken).toBeGreaterThan(16_384);
    expect(taken).toBeLessThanOrEqual(16_384 + 2 * 256);
    for (let round = 0; round < 10; round += 1) {
      ours.wire.deliver();
      await clock.advance(25);
    }
    expect(exchange.texts()).toHaveLength(40_001);
  });

  test('CON10 what had arrived when the peer closed is still taken', async () => {
    const { pair, ours, exchange, speaker } = connectOne('listener');
    pair.open();
    exchange.pause();
    speaker.send(encodeBulk(['{"a":1}'], 0));
    speaker.send(encodeLiveOp('{"b":1}'));
    speaker.close(1001, 'restarting');
    await pair.flush();
    expect(ours.told.at(-1)).toEqual({
      type: 'closed',
      close: { code: 1001, reason: 'restarting', clean: true },
    });
    exchange.resume();
    await settle();
    expect(exchange.texts()).toEqual(['{"a":1}', '{"b":1}']);
  });

  test('CON10 a frame that was being read when this end closed is not told', async () => {
    const { pair, ours, speaker } = connectOne('listener');
    pair.open();
    speaker.send(encodeBulk(makeTexts(40_000), 0));
    speaker.send('nonsense');
    pair.dialler.deliver();
    ours.connection.close(1000, 'bye');
    await settle();
    expect(ours.told.map(({ type }) => type)).toEqual(['open', 'closed']);
  });

  test('CON10 once this end has closed, nothing more is taken or told', async () => {
    const { pair, ours, exchange, speaker } = connectOne('listener');
    pair.open();
    exchange.pause();
    speaker.send(encodeBulk(['{"a":1}'], 0));
    speaker.send(encodeLiveOp('{"b":1}'));
    pair.dialler.deliver();
    await settle();
    ours.connection.close(1001, 'restarting');
    ours.connection.close(1000, 'again');
    exchange.resume();
    await pair.flush();
    expect(exchange.texts()).toEqual(['{"a":1}']);
    expect(ours.wire.closing()).toEqual({ code: 1001, reason: 'restarting' });
    expect(ours.told.filter(({ type }) => type === 'closed')).toEqual([
      { type: 'closed', close: { code: 1001, reason: 'restarting', clean: false } },
    ]);
  });
});
