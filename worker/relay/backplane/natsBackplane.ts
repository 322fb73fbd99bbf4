import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { MAX_OP_BYTES } from '../../crdt/op.ts';
import type { ReadTextFile } from '../configFile.ts';
import type { Backplane, Connecting } from './backplane.ts';
import type { BackplaneConfig } from './backplaneSettings.ts';
import { readCredentials } from './natsCredentials.ts';
import { errorCode, reasonOf, STREAM_NOT_FOUND } from './natsErrors.ts';
import { createNatsSession } from './natsSession.ts';
import { subjectsOf } from './subject.ts';

/**
 * The backplane in NATS JetStream. A connection that breaks is not mended but ends its session: what
 * became of the stream meanwhile has to be looked at anew.
 */

const CONNECT_MS = 5000;
/** A cluster without a leader does not answer; it is better asked again. */
const REQUEST_MS = 2000;
/** The client gives up on a silent broker after three of these. */
const PING_EVERY_MS = 5000;
/** Room for subject and headers beside the op. */
const MESSAGE_BYTES_MAX = MAX_OP_BYTES + 1024;

export function createNatsBackplane(
  config: BackplaneConfig,
  readTextFile: ReadTextFile,
): Backplane {
  return {
    async connect() {
      let connection: NatsConnection | null = null;
      try {
        const opening = await open(config, readTextFile);
        if (typeof opening === 'string') return { type: 'failed', reason: opening };
        connection = opening;
        return await begin(connection, config);
      } catch (error) {
        await connection?.close().catch(() => undefined);
        return { type: 'failed', reason: reasonOf(error) };
      }
    },
  };
}

/** A text: why not. */
async function open(
  config: BackplaneConfig,
  readTextFile: ReadTextFile,
): Promise<NatsConnection | string> {
  const path = config.backplaneCredentials;
  // Read each time, as it may have been replaced.
  const credentials = path === null ? null : readCredentials(path, readTextFile);
  if (credentials?.type === 'refused') return credentials.detail;
  const isTls = config.backplane.some((address) => address.startsWith('tls:'));
  return connect({
    servers: config.backplane.map((address) => new URL(address).host),
    name: 'huskies-web relay',
    reconnect: false,
    timeout: CONNECT_MS,
    pingInterval: PING_EVERY_MS,
    maxPingOut: 2,
    ...(isTls && { tls: {} }),
    ...(credentials !== null && { authenticator: credentials.authenticator }),
  });
}

async function begin(connection: NatsConnection, config: BackplaneConfig): Promise<Connecting> {
  const name = config.backplaneStream;
  const manager = await jetstreamManager(connection, { timeout: REQUEST_MS });
  await provideStream(manager, config);
  const { created } = await manager.streams.info(name);
  const client = jetstream(connection, { timeout: REQUEST_MS });
  const session = createNatsSession({ connection, manager, client, name, created });
  return { type: 'connected', session };
}

/** Relays that start together all make it, and all the same. */
async function provideStream(manager: JetStreamManager, config: BackplaneConfig): Promise<void> {
  const name = config.backplaneStream;
  try {
    const { config: found } = await manager.streams.info(name);
    const subjects = subjectsOf(name);
    if (!found.subjects.includes(subjects)) {
      throw new Error(`stream ${name} is somebody else's: it does not keep ${subjects}`);
    }
  } catch (error) {
    if (errorCode(error) !== STREAM_NOT_FOUND) throw error;
    await manager.streams.add({
      name,
      subjects: [subjectsOf(name)],
      num_replicas: config.backplaneReplicas,
      max_msg_size: MESSAGE_BYTES_MAX,
    });
  }
}
