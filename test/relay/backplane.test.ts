import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, describe, expect, test } from 'vitest';
import type { StreamedOp, StreamReader } from '../../worker/relay/backplane/backplane.ts';
import { createNatsBackplane } from '../../worker/relay/backplane/natsBackplane.ts';
import { createMemoryBackplane } from '../support/memoryBackplane.ts';
import {
  adviseNatsServer,
  findNatsServer,
  type NatsServer,
  startNatsServer,
} from '../support/natsServer.ts';
import { describeBackplane } from './backplaneContract.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe('in memory', () => {
  describeBackplane(async () => {
    const backplane = createMemoryBackplane();
    return {
      backplane,
      deleteStream: async () => backplane.deleteStream(),
      stop: async () => backplane.lose(),
    };
  });
});

const program = findNatsServer();
if (program === null) adviseNatsServer();

describe.skipIf(program === null)('in NATS', () => {
  describeBackplane(async () => {
    const server = await startNatsServer(program!);
    cleanUps.push(server.dispose);
    return {
      backplane: createNatsBackplane(configOf(server), () => ''),
      async deleteStream() {
        const connection = await connect({ servers: server.address });
        await (await jetstreamManager(connection)).streams.delete('test');
        await connection.close();
      },
      stop: server.kill,
    };
  });

  test('BPL15 a message that somebody else put there, with any id or none, is read as one', async () => {
    const server = await startNatsServer(program!);
    cleanUps.push(server.dispose);
    const backplane = createNatsBackplane(configOf(server), () => '');
    const outcome = await backplane.connect();
    if (outcome.type === 'failed') throw new Error(outcome.reason);
    const { session } = outcome;
    const connection = await connect({ servers: server.address });
    const client = jetstream(connection);
    await client.publish('test.v1.default', 'no id');
    await client.publish('test.v1.default', '', { msgID: 'strange' });
    const read: StreamedOp[] = [];
    await new Promise<void>((done) => {
      const reader: StreamReader = {
        async take(ops) {
          read.push(...ops);
          if (read.length === 2) done();
        },
        onEnd: () => undefined,
      };
      void session.subscribe('default', null, reader);
    });
    const bytes = [new TextEncoder().encode('no id'), new Uint8Array()];
    expect(read).toEqual([
      { seq: 1, id: '?', bytes: bytes[0] },
      { seq: 2, id: '?strange', bytes: bytes[1] },
    ]);
    for (const { seq, id } of read) {
      const reader = { take: async () => undefined, onEnd: () => undefined };
      const answer = await session.subscribe('default', { seq, id }, reader);
      expect(answer).toMatchObject({ type: 'subscribed', ahead: 2 - seq });
    }
    await connection.close();
    await session.close();
  });
});

const configOf = ({ address }: NatsServer) => ({
  backplane: [address],
  backplaneStream: 'test',
  backplaneReplicas: 1,
  backplaneCredentials: null,
});
