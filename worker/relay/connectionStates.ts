import type { SocketHandlers } from '../ports.ts';
import type { GaugeLabel, Metrics } from './metrics.ts';

/** How far those who dialled this relay are, as a gauge. A connection is named by its request. */

export type ConnectionState = GaugeLabel<'connection_states'>;

export interface ConnectionStates {
  /** It is `opening` until `admitted` resolves. */
  during<Result>(admitted: Promise<Result>): Promise<Result>;
  /** The handlers of its socket: it has this state from its opening to its end. */
  follow(request: object, state: ConnectionState, handlers: SocketHandlers): SocketHandlers;
  /** Who it is is known. */
  letIn(request: object): void;
  /** The relay ends, and with it all that are open. */
  drain(): void;
}

export function createConnectionStates(metrics: Metrics): ConnectionStates {
  const states = new Map<object, ConnectionState>();
  const move = (state: ConnectionState, by: number): void =>
    metrics.move('connection_states', state, by);
  const set = (request: object, state: ConnectionState | null): void => {
    const before = states.get(request);
    if (before !== undefined) move(before, -1);
    if (state === null) states.delete(request);
    else states.set(request, state);
    if (state !== null) move(state, 1);
  };
  return {
    async during(admitted) {
      move('opening', 1);
      const admission = await admitted;
      move('opening', -1);
      return admission;
    },
    follow: (request, state, handlers) => ({
      ...handlers,
      onOpen() {
        set(request, state);
        handlers.onOpen();
      },
      onClose(close) {
        set(request, null);
        handlers.onClose(close);
      },
    }),
    letIn(request) {
      // It may have gone, or not be open yet.
      if (states.get(request) === 'unauthenticated') set(request, 'open');
    },
    drain() {
      for (const request of states.keys()) set(request, 'draining');
    },
  };
}
