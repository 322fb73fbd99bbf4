import { describe, expect, test } from 'vitest';
import { decodeBinary } from '../../worker/wire/codec.ts';
import { encodeAck } from '../../worker/wire/frames.ts';
import { ACK_BACKLOG_MAX, ACK_KEYS_MAX } from '../../worker/wire/limits.ts';
import { settle } from '../support/settle.ts';
import { CONGESTED, createTestOutbound, key } from '../support/testOutbound.ts';

describe('acks', () => {
  test('CON16 acks go out in frames of at most 4,096 keys', async () => {
    const { stub, outbound } = createTestOutbound();
    const keys = Array.from({ length: ACK_KEYS_MAX + 1 }, (_, index) => key(index));
    outbound.sendAcks(keys);
    await settle();
    expect(stub.sent.map((frame) => decodeBinary(frame as Uint8Array))).toEqual([
      { type: 'ack', keys: keys.slice(0, ACK_KEYS_MAX) },
      { type: 'ack', keys: keys.slice(ACK_KEYS_MAX) },
    ]);
  });

  test('CON16 acks are no overflow: they wait together, and past a bound so does their sender', async () => {
    const { clock, stub, events, outbound } = createTestOutbound();
    stub.buffer(CONGESTED);
    for (let index = 0; index < ACK_BACKLOG_MAX; index += 1) outbound.sendAcks([key(index)]);
    const passed: string[] = [];
    await outbound.ackRoom();
    passed.push('full');
    outbound.sendAcks([key(ACK_BACKLOG_MAX)]);
    void outbound.ackRoom().then(() => passed.push('room again'));
    await clock.advance(1000);
    expect(passed).toEqual(['full']);
    stub.buffer(0);
    await clock.advance(25);
    expect(passed).toEqual(['full', 'room again']);
    expect(stub.sent).toHaveLength(5);
    expect(events).toEqual([]);
  });

  test('CON22 gathered acks go out together after their time, when many wait, or on a flush', async () => {
    const { clock, stub, outbound } = createTestOutbound(1000);
    const sent: number[] = [];
    const note = (): unknown => sent.push(stub.sent.length);
    outbound.sendAcks([key(1)]);
    await clock.advance(600);
    outbound.sendAcks([key(2)]);
    await clock.advance(399);
    note();
    await clock.advance(1);
    note();
    expect(stub.sent).toEqual([encodeAck([key(1), key(2)])]);
    outbound.sendAcks(Array.from({ length: ACK_KEYS_MAX }, (_, index) => key(index)));
    await settle();
    note();
    outbound.sendAcks([key(3)]);
    await outbound.flush();
    note();
    expect(stub.sent.at(-1)).toEqual(encodeAck([key(3)]));
    outbound.sendAcks([key(4)]);
    outbound.close();
    expect(sent).toEqual([0, 1, 2, 3]);
    expect(clock.timersMs()).toEqual([]);
  });

  test('CON16 closing lets a sender of acks go', async () => {
    const { stub, outbound } = createTestOutbound();
    stub.buffer(CONGESTED);
    outbound.sendAcks(Array.from({ length: ACK_BACKLOG_MAX + 1 }, (_, index) => key(index)));
    const room = outbound.ackRoom();
    outbound.close();
    await expect(room).resolves.toBeUndefined();
  });
});
