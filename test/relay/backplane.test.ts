import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, describe } from 'vitest';
import { createNatsBackplane } from '../../worker/relay/backplane/natsBackplane.ts';
import { createMemoryBackplane } from '../support/memoryBackplane.ts';
import { adviseNatsServer, findNatsServer, startNatsServer } from '../support/natsServer.ts';
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
    const config = {
      backplane: [server.address],
      backplaneStream: 'test',
      backplaneReplicas: 1,
      backplaneCredentials: null,
    };
    return {
      backplane: createNatsBackplane(config, () => ''),
      async deleteStream() {
        const connection = await connect({ servers: server.address });
        await (await jetstreamManager(connection)).streams.delete('test');
        await connection.close();
      },
      stop: server.kill,
    };
  });
});
