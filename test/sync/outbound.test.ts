import { describe, expect, test } from 'vitest';
import { decodeBinary, decodeText } from '../../worker/wire/codec.ts';
import { encodeAck, type Frame } from '../../worker/wire/frames.ts';
import { BULK_CHUNK_BYTES } from '../../worker/wire/limits.ts';
import { connectPair } from '../support/connectedPair.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange, offerText } from '../support/memoryExchange.ts';
import { textOf } from '../support/opRecords.ts';
import { settle } from '../support/settle.ts';
import { CONGESTED, createTestOutbound, key } from '../support/testOutbound.ts';

async function* chunks(...frames: readonly string[]): AsyncGenerator<string> {
  yield* frames;
}

async function* failingLog(): AsyncGenerator<string> {
  yield 'a';
  throw new Error('disk on fire');
}

describe('live frames', () => {
  test('LIM15 a bulk that waits for its turn holds up neither live frames nor acks', async () => {
    const { clock, stub, outbound } = createTestOutbound();
    let turn = (): void => {};
    async function* waiting(): AsyncGenerator<string> {
      await new Promise<void>((done) => {
        turn = done;
      });
      yield 'bulk';
    }
    outbound.sendBulk(waiting());
    await settle();
    outbound.sendAcks([key(1)]);
    stub.buffer(CONGESTED);
    outbound.send('live');
    await clock.advance(25);
    expect(stub.sent).toEqual([]);
    stub.buffer(0);
    await clock.advance(25);
    expect(stub.sent).toEqual(['live', encodeAck([key(1)])]);
    turn();
    await settle();
    expect(stub.sent.at(-1)).toBe('bulk');
  });

  test('CON13 a frame goes out at once, and one for a congested socket when it has drained', async () => {
    const { clock, stub, outbound } = createTestOutbound();
    outbound.send('one');
    stub.buffer(CONGESTED);
    outbound.send('two');
    outbound.send('three');
    await clock.advance(1000);
    expect(stub.sent).toEqual(['one']);
    stub.buffer(CONGESTED - 1);
    await clock.advance(25);
    expect(stub.sent).toEqual(['one', 'two', 'three']);
    expect(clock.timersMs()).toEqual([]);
  });

  test('CON13 a frame does not overtake those that still wait for a socket that has drained', async () => {
    const { clock, stub, outbound } = createTestOutbound();
    stub.buffer(CONGESTED);
    outbound.send('one');
    stub.buffer(0);
    outbound.send('two');
    await clock.advance(25);
    expect(stub.sent).toEqual(['one', 'two']);
  });

  test('CON13 live frames go before acks', async () => {
    const { clock, stub, outbound } = createTestOutbound();
    stub.buffer(CONGESTED);
    outbound.sendAcks([key(1)]);
    outbound.send('live');
    stub.buffer(0);
    await clock.advance(25);
    expect(stub.sent).toEqual(['live', encodeAck([key(1)])]);
  });

  test('CON14 the frame for which a queue of 1,024 has no room is an overflow', () => {
    const { stub, events, outbound } = createTestOutbound();
    stub.buffer(CONGESTED);
    for (let sent = 0; sent < 1024; sent += 1) outbound.send('x');
    expect(events).toEqual([]);
    outbound.send('x');
    expect(events).toEqual(['overflow']);
  });

  test('CON14 the frame for which a queue of 1 MiB has no room is an overflow', () => {
    const { stub, events, outbound } = createTestOutbound();
    stub.buffer(CONGESTED);
    for (let sent = 0; sent < 16; sent += 1) outbound.send(new Uint8Array(64 * 1024));
    expect(events).toEqual([]);
    outbound.send('x');
    expect(events).toEqual(['overflow']);
  });

  test('CON14 frames that have gone out make room', async () => {
    const { clock, stub, events, outbound } = createTestOutbound();
    for (let round = 0; round < 3; round += 1) {
      stub.buffer(CONGESTED);
      for (let sent = 0; sent < 16; sent += 1) outbound.send(new Uint8Array(64 * 1024));
      stub.buffer(0);
      await clock.advance(25);
    }
    expect(events).toEqual([]);
    expect(stub.sent).toHaveLength(48);
  });
});

describe('bulk', () => {
  test('CON15 the next chunk is made when the socket has drained, and live frames go before it', async () => {
    const { clock, stub, outbound } = createTestOutbound();
    let made = 0;
    async function* log(): AsyncGenerator<string> {
      for (const chunk of ['a', 'b', 'c']) {
        made += 1;
        yield chunk;
      }
    }
    stub.buffer(CONGESTED);
    outbound.sendBulk(log());
    await clock.advance(1000);
    expect(made).toBe(0);
    outbound.send('live');
    stub.buffer(0);
    await clock.advance(25);
    expect(stub.sent).toEqual(['live', 'a', 'b', 'c']);
  });

  test('CON15 a live frame does not wait for a chunk that is being read', async () => {
    const { stub, outbound } = createTestOutbound();
    let open = (): void => {};
    const reading = new Promise<void>((resolve) => {
      open = resolve;
    });
    async function* log(): AsyncGenerator<string> {
      await reading;
      yield 'chunk';
    }
    outbound.sendBulk(log());
    await settle();
    outbound.send('live');
    expect(stub.sent).toEqual(['live']);
    open();
    await settle();
    expect(stub.sent).toEqual(['live', 'chunk']);
  });

  test('CON15 a log that cannot be read is told to the owner', async () => {
    const { events, outbound } = createTestOutbound();
    outbound.sendBulk(failingLog());
    await settle();
    expect(events).toEqual(['Error: disk on fire']);
  });

  test('CON15 a chunk that was being read when the connection closed is not sent', async () => {
    const { stub, outbound } = createTestOutbound();
    let open = (): void => {};
    const reading = new Promise<void>((resolve) => {
      open = resolve;
    });
    async function* log(): AsyncGenerator<string> {
      await reading;
      yield 'chunk';
    }
    outbound.sendBulk(log());
    await settle();
    outbound.close();
    open();
    await settle();
    expect(stub.sent).toEqual([]);
  });

  test('CON15 closing gives the log back and stops every timer', async () => {
    const { clock, stub, outbound } = createTestOutbound();
    let isGivenBack = false;
    async function* log(): AsyncGenerator<string> {
      try {
        yield 'a';
        yield 'b';
      } finally {
        isGivenBack = true;
      }
    }
    outbound.sendBulk(log());
    stub.buffer(0);
    await Promise.resolve();
    stub.buffer(CONGESTED);
    await settle();
    expect(clock.timersMs()).toEqual([25]);
    outbound.close();
    expect(clock.timersMs()).toEqual([]);
    outbound.send('late');
    outbound.sendAcks([key(1)]);
    outbound.sendBulk(chunks('late'));
    await clock.advance(1000);
    expect(stub.sent).toEqual(['a']);
    expect(isGivenBack).toBe(true);
    expect(clock.timersMs()).toEqual([]);
  });
});

describe('a lagging peer', () => {
  const opsOf = (frames: readonly (string | Uint8Array)[]): number =>
    frames
      .map((bytes): Frame => (typeof bytes === 'string' ? decodeText(bytes) : decodeBinary(bytes)))
      .reduce((count, it) => count + ('ops' in it ? it.ops.length : 0), 0);

  test('CON17 a log of 8 MiB waits for a slow peer in the log, and is no overflow', async () => {
    const clock = createManualClock();
    const texts = Array.from({ length: 160 }, (_, index) => `${index}`.padEnd(52_000, 'x'));
    const hub = createMemoryExchange(texts);
    const peer = createMemoryExchange();
    const pair = connectPair(clock, peer, hub);
    pair.open();
    pair.left.wire.deliver();
    await clock.advance(60_000);
    const waiting = pair.right.wire.sent.slice(1);
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.length).toBeLessThanOrEqual(BULK_CHUNK_BYTES);
    expect(pair.right.wire.closing()).toBeNull();
    while (opsOf(pair.right.wire.sent) < texts.length) {
      pair.right.wire.deliver();
      await clock.advance(25);
    }
    await pair.flush();
    expect(peer.texts()).toEqual(texts);
  });

  test('CON17 a peer that lags behind live ops is cut off, and catches up by the bulk when it is back', async () => {
    const clock = createManualClock();
    const hub = createMemoryExchange();
    const peers = { quick: createMemoryExchange(), slow: createMemoryExchange() };
    const quick = connectPair(clock, peers.quick, hub);
    const slow = connectPair(clock, peers.slow, hub);
    for (const pair of [quick, slow]) {
      pair.open();
      await pair.flush();
    }
    for (let index = 0; index < 1500; index += 1) {
      const frame = offerText(textOf(hub.append(`{"op":"${`${index}`.padEnd(1500, 'x')}"}`)));
      quick.right.connection.offer(frame);
      slow.right.connection.offer(frame);
      quick.right.wire.deliver();
    }
    await quick.flush();
    expect(quick.right.told.filter(({ type }) => type === 'closed')).toEqual([]);
    expect(peers.quick.texts()).toEqual(hub.texts());
    expect(slow.right.told.at(-1)).toEqual({
      type: 'closed',
      close: {
        code: 1013,
        reason: 'peer lags behind: its outbound queue is full',
        clean: false,
      },
    });
    expect(slow.right.logger.lines.at(-1)).toEqual({
      level: 'warn',
      message: 'peer lags behind: its outbound queue is full',
      fields: { peer: 'dialler' },
    });
    slow.cut();
    const again = connectPair(clock, peers.slow, hub);
    again.open();
    for (let round = 0; round < 10; round += 1) {
      await again.flush();
      await clock.advance(25);
    }
    expect(new Set(peers.slow.texts())).toEqual(new Set(hub.texts()));
  });
});

describe('flushing', () => {
  test('DRN7 ends when live frames and acks have gone to the socket, though a bulk waits', async () => {
    const { clock, stub, outbound } = createTestOutbound();
    await outbound.flush();
    stub.buffer(CONGESTED);
    outbound.sendBulk(chunks('bulk'));
    outbound.send('live');
    outbound.sendAcks([key(1)]);
    const sentAtFlush: number[] = [];
    const flushing = outbound.flush().then(() => sentAtFlush.push(stub.sent.length));
    await settle();
    expect(sentAtFlush).toEqual([]);
    stub.buffer(0);
    await clock.advance(25);
    await flushing;
    expect([sentAtFlush, stub.sent.slice(0, 2)]).toEqual([[2], ['live', encodeAck([key(1)])]]);
  });

  test('DRN7 ends when the connection is closed', async () => {
    const { stub, outbound } = createTestOutbound();
    stub.buffer(CONGESTED);
    outbound.send('live');
    const flushing = outbound.flush();
    outbound.close();
    await flushing;
    expect(stub.sent).toEqual([]);
  });
});
