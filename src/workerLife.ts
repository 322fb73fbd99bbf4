/**
 * One worker's life: thread, Comlink proxy and stream port, which begin together and are let go of
 * together, once.
 */
import type { ReplicaApi, StreamMessage } from '../worker/api.ts';

/** A running worker. */
export interface Connection {
  readonly api: ReplicaApi;
  /** Lets go of the proxy and stops the thread. Called once. */
  release(): void;
}

/** Starts a worker. `onFailure` may be called at any time after, once or more. */
export type Connect = (onFailure: (detail: string) => void) => Connection;

export interface Life {
  readonly api: ReplicaApi;
  /** The worker's end of the stream, to be handed over in `open`. */
  readonly workerPort: MessagePort;
  /** Settles with the reason when the life ends. */
  readonly gone: Promise<string>;
  /** From now on the handlers are not called. */
  mute(): void;
  end(detail: string): void;
}

export interface LifeHandlers {
  onMessage(message: StreamMessage): void;
  /** The worker failed while this life lasted; it has ended. */
  onFailure(detail: string): void;
}

/** Throws what `connect` throws. */
export function beginLife(connect: Connect, handlers: LifeHandlers): Life {
  let resolveGone: (detail: string) => void = () => {};
  const gone = new Promise<string>((resolve) => {
    resolveGone = resolve;
  });
  const channel = new MessageChannel();
  let muted = false;
  let ended = false;
  const fail = (detail: string): void => {
    if (ended) return;
    end(detail);
    if (!muted) handlers.onFailure(detail);
  };
  channel.port1.onmessage = (event: MessageEvent<StreamMessage>) => {
    if (!muted) handlers.onMessage(event.data);
  };
  channel.port1.onmessageerror = () => fail('The worker sent a message that cannot be read.');
  const connection = connect(fail);

  const end = (detail: string): void => {
    if (ended) return;
    ended = true;
    channel.port1.onmessage = null;
    channel.port1.close();
    connection.release();
    resolveGone(detail);
  };

  return {
    api: connection.api,
    workerPort: channel.port2,
    gone,
    mute: () => {
      muted = true;
    },
    end,
  };
}
