/** A dialler whose every dial waits for the test to open, answer or refuse it. */

import type { Dialler, Socket, SocketClose } from '../../worker/ports.ts';
import { createSocketPair, deaf, type SocketPair } from './socketPair.ts';

export interface Dial {
  readonly address: string;
  readonly pair: SocketPair;
  /** What the peer sends through. */
  readonly peer: Socket;
  /** The dial, or the connection it became, ends like this. */
  end(close: SocketClose): void;
}

export interface HandDialler extends Dialler {
  readonly dials: readonly Dial[];
  /** The latest. */
  last(): Dial;
  /** Every later dial throws. */
  breakDown(error: Error): void;
}

export function createHandDialler(): HandDialler {
  const dials: Dial[] = [];
  let broken: Error | null = null;
  return {
    dials,
    last() {
      const dial = dials.at(-1);
      if (dial === undefined) throw new Error('nothing was dialled');
      return dial;
    },
    breakDown(error) {
      broken = error;
    },
    dial(address, handlers) {
      if (broken !== null) throw broken;
      const pair = createSocketPair();
      dials.push({
        address,
        pair,
        peer: pair.listener.connect(deaf),
        end: (close) => handlers.onClose(close),
      });
      return pair.dialler.connect(handlers);
    },
  };
}
