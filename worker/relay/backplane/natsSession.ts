import {
  AckPolicy,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import type { Place, Session, StreamReader, Subscribing } from './backplane.ts';
import { errorCode, reasonOf, STREAM_NOT_FOUND } from './natsErrors.ts';
import { idOf, readMessages } from './natsMessages.ts';
import { subjectOf, subjectToken } from './subject.ts';

/** One connection to the stream. Every reading has a consumer of its own in the broker's memory. */

export interface NatsSessionDeps {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
  /** Of the stream. */
  readonly name: string;
  /** When the stream was made; nothing else tells it from another of its name. */
  readonly created: string;
}

const PUBLISH_MS = 5000;
/** A consumer that nobody asks any more is removed by the broker. */
const IDLE_CONSUMER_MS = 30_000;

export function createNatsSession(deps: NatsSessionDeps): Session {
  const { connection, manager, client, name, created } = deps;
  let endReason: string | null = null;
  let consumers = 0;
  const ended = connection
    .closed()
    .then((error) => endReason ?? (error ? reasonOf(error) : 'the connection was closed'));

  async function end(reason: string): Promise<void> {
    endReason ??= reason;
    await connection.close().catch(() => undefined);
  }

  /** After a failure: is it the stream itself? Its name is not enough, as others may have made it anew. */
  async function look(): Promise<void> {
    try {
      const info = await manager.streams.info(name);
      if (info.created !== created) await end('the stream was made anew');
    } catch (error) {
      if (errorCode(error) === STREAM_NOT_FOUND) await end('the stream is gone');
    }
  }

  async function failed(error: unknown): Promise<{ type: 'failed'; reason: string }> {
    await look();
    return { type: 'failed', reason: reasonOf(error) };
  }

  /** Ids are one list for the whole stream; the same op may be in two pipelines. */
  const idPrefix = (pipeline: string): string => `${subjectToken(pipeline)}.`;

  async function isAt(pipeline: string, { seq, id }: Place): Promise<boolean> {
    const message = await manager.streams.getMessage(name, { seq });
    if (message?.subject !== subjectOf(name, pipeline)) return false;
    return idOf(message.header, idPrefix(pipeline)) === id;
  }

  async function subscribe(
    pipeline: string,
    after: Place | null,
    reader: StreamReader,
  ): Promise<Subscribing> {
    const subject = subjectOf(name, pipeline);
    const consumer = await manager.consumers.add(name, {
      filter_subject: subject,
      ack_policy: AckPolicy.None,
      ...(after === null
        ? { deliver_policy: DeliverPolicy.All }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after.seq + 1 }),
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(IDLE_CONSUMER_MS),
    });
    // Looked at behind the consumer's making: had the stream been made anew since, it would be gone.
    await look();
    if (after !== null && !(await isAt(pipeline, after))) {
      await manager.consumers.delete(name, consumer.name);
      return { type: 'misplaced' };
    }
    consumers += 1;
    const source = {
      consumer: client.consumers.getConsumerFromInfo(consumer),
      idPrefix: idPrefix(pipeline),
      consumers,
    };
    let isCounted = true;
    const leave = (): void => {
      if (isCounted) consumers -= 1;
      isCounted = false;
    };
    const stopReading = await readMessages(source, {
      take: reader.take,
      onEnd(reason) {
        leave();
        look().then(() => {
          if (!connection.isClosed()) reader.onEnd(reason);
        });
      },
    });
    const stop = (): void => {
      leave();
      stopReading();
    };
    return { type: 'subscribed', ahead: consumer.num_pending, stop };
  }

  return {
    stream: `${name} ${created}`,
    broker: connection.getServer(),
    ended,
    async publish(pipeline, { id, bytes }) {
      try {
        const msgID = idPrefix(pipeline) + id;
        const expect = { streamName: name };
        const subject = subjectOf(name, pipeline);
        const { seq } = await client.publish(subject, bytes, {
          msgID,
          expect,
          timeout: PUBLISH_MS,
        });
        return { type: 'published', seq };
      } catch (error) {
        return failed(error);
      }
    },
    subscribe: (pipeline, after, reader) => subscribe(pipeline, after, reader).catch(failed),
    close: () => end('closed'),
  };
}
