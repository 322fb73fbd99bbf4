import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { PackedOp } from '../../crdt/packedOp.ts';
import type { StreamedOp, StreamReader } from './backplane.ts';
import { reasonOf } from './natsErrors.ts';

/**
 * Hands the messages of a consumer on, all that are there at a time.
 *
 * Invariant: at most two times `MESSAGES_MAX` are in memory: those that the reader works on and wait
 * here, and those that the broker was asked for.
 */

const ID_HEADER = 'Nats-Msg-Id';

const MESSAGES_MAX = 256;
const PULL_MS = 60_000;
/** A broker that took the consumer with it is noticed after two to three heartbeats. */
const HEARTBEAT_MIN_MS = 2000;
const HEARTBEAT_MAX_MS = 25_000;
/** Each costs broker and relay some 50 µs; so a connection with many consumers has them less often. */
const HEARTBEAT_PER_CONSUMER_MS = 5;

/** What tells that the consumer, or its stream, may not be there any more. */
const TROUBLES: readonly string[] = [
  'heartbeats_missed',
  'consumer_deleted',
  'consumer_not_found',
  'stream_not_found',
  'no_responders',
  'exceeded_limits',
];

export interface MessageSource {
  readonly consumer: Consumer;
  /** What stands before each id. */
  readonly idPrefix: string;
  /** On the same connection. */
  readonly consumers: number;
}

/** Resolves to how it is stopped. */
export async function readMessages(
  { consumer, idPrefix, consumers }: MessageSource,
  reader: StreamReader,
): Promise<() => void> {
  const heartbeatMs = Math.max(HEARTBEAT_MIN_MS, consumers * HEARTBEAT_PER_CONSUMER_MS);
  const messages = await consumer.consume({
    max_messages: MESSAGES_MAX,
    expires: PULL_MS,
    idle_heartbeat: Math.min(heartbeatMs, HEARTBEAT_MAX_MS),
    abort_on_missing_resource: true,
  });
  let isOver = false;
  let waiting: StreamedOp[] = [];
  let wakeTaker: (() => void) | null = null;
  let wakeSource: (() => void) | null = null;

  function stop(): void {
    isOver = true;
    messages.stop();
    wakeTaker?.();
    wakeSource?.();
  }

  function end(reason: string): void {
    if (isOver) return;
    stop();
    reader.onEnd(reason);
  }

  async function gather(): Promise<void> {
    let delivered = 0;
    for await (const message of messages) {
      if (isOver) return;
      delivered += 1;
      if (message.info.deliverySequence !== delivered) return end('messages were lost on the way');
      waiting.push(streamedOf(message, idPrefix));
      wakeTaker?.();
      while (waiting.length >= MESSAGES_MAX && !isOver) {
        await new Promise<void>((wake) => {
          wakeSource = wake;
        });
      }
    }
    end('the broker ended it');
  }

  async function hand(): Promise<void> {
    while (!isOver) {
      if (waiting.length === 0) {
        await new Promise<void>((wake) => {
          wakeTaker = wake;
        });
        continue;
      }
      const ops = waiting;
      waiting = [];
      wakeSource?.();
      await reader.take(ops);
    }
  }

  gather().catch((error: unknown) => end(reasonOf(error)));
  hand().catch((error: unknown) => end(reasonOf(error)));
  watch(messages, end);
  return stop;
}

function watch(messages: ConsumerMessages, end: (reason: string) => void): void {
  const look = async (): Promise<void> => {
    for await (const { type } of messages.status()) {
      if (TROUBLES.includes(type)) end(type.replaceAll('_', ' '));
    }
  };
  look().catch((error: unknown) => end(reasonOf(error)));
}

/** The bytes are copied: the client's own are a piece of what came over the socket. */
function streamedOf({ seq, headers, data }: JsMsg, idPrefix: string): StreamedOp {
  return { seq, id: idOf(headers, idPrefix), bytes: new Uint8Array(data) as PackedOp };
}

/** As it was published here; another one, or none, of whoever published it. */
export function idOf(headers: MsgHdrs | undefined, idPrefix: string): string {
  const id = headers?.get(ID_HEADER) ?? '';
  return id.startsWith(idPrefix) ? id.slice(idPrefix.length) : `?${id}`;
}
