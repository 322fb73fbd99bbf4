/**
 * The two ends of one connection, cranked by hand: a frame arrives, is lost or arrives twice only
 * when the test says so. Until then it counts as buffered by the end that sent it.
 */

import type { Socket, SocketHandlers } from '../../worker/ports.ts';
import { settle } from './settle.ts';

export type PairFrame = string | Uint8Array;

export interface PairEnd {
  /** As `Dialler.dial` has it: takes the handlers, gives the socket. */
  connect(handlers: SocketHandlers): Socket;
  /** Every frame this end has sent so far. */
  readonly sent: readonly PairFrame[];
  /** Frames on their way to the other end. */
  underWay(): number;
  /** The next frames reach the other end; all, if no count is given. */
  deliver(count?: number): void;
  /** The next frame is lost. */
  drop(): void;
  /** The next frame will arrive twice. */
  duplicate(): void;
  /** How this end closed; null: it has not. */
  closing(): { readonly code: number; readonly reason: string } | null;
}

export interface SocketPair {
  readonly dialler: PairEnd;
  readonly listener: PairEnd;
  /** The handshake is done. */
  open(): void;
  /** Delivers in both directions, and lets both ends work, until nothing is under way. */
  flush(): Promise<void>;
  /** The network dies: what is under way is lost, and no closing handshake is done. */
  cut(): void;
}

/** Of an end that the test speaks for and does not listen with; `sent` of the other end has it all. */
export const deaf: SocketHandlers = {
  onOpen: () => {},
  onText: () => {},
  onBinary: () => {},
  onClose: () => {},
};

export function createSocketPair(): SocketPair {
  const dialler = createEnd();
  const listener = createEnd();
  let isOpen = false;
  let isOver = false;

  function createSide(own: EndState, other: EndState): PairEnd {
    const arrive = (frame: PairFrame | undefined): void => {
      if (frame === undefined || isOver) return;
      if (typeof frame === 'string') other.handlers?.onText(frame);
      else other.handlers?.onBinary(frame);
    };
    return {
      connect(handlers) {
        own.handlers = handlers;
        return {
          send(frame) {
            if (own.closing !== null || isOver || !isOpen) return;
            own.sent.push(frame);
            own.wire.push(frame);
          },
          bufferedBytes: () => own.wire.reduce((bytes, frame) => bytes + frame.length, 0),
          close(code, reason) {
            if (own.closing === null && !isOver) own.closing = { code, reason };
          },
        };
      },
      sent: own.sent,
      underWay: () => own.wire.length,
      deliver(count = own.wire.length) {
        for (let done = 0; done < count; done += 1) arrive(own.wire.shift());
        if (own.wire.length === 0 && own.closing !== null && !isOver) {
          isOver = true;
          for (const { handlers } of [other, own]) {
            handlers?.onClose({ ...own.closing, clean: true });
          }
        }
      },
      drop() {
        own.wire.shift();
      },
      duplicate() {
        own.wire.splice(0, 0, ...own.wire.slice(0, 1));
      },
      closing: () => own.closing,
    };
  }

  const pair: SocketPair = {
    dialler: createSide(dialler, listener),
    listener: createSide(listener, dialler),
    open() {
      isOpen = true;
      listener.handlers?.onOpen();
      dialler.handlers?.onOpen();
    },
    async flush() {
      const isBusy = () =>
        !isOver && [dialler, listener].some((end) => end.wire.length > 0 || end.closing !== null);
      await settle();
      while (isBusy()) {
        pair.dialler.deliver();
        pair.listener.deliver();
        await settle();
      }
    },
    cut() {
      if (isOver) return;
      isOver = true;
      for (const { handlers, wire } of [dialler, listener]) {
        wire.length = 0;
        handlers?.onClose({ code: 1006, reason: '', clean: false });
      }
    },
  };
  return pair;
}

interface EndState {
  handlers: SocketHandlers | null;
  readonly sent: PairFrame[];
  readonly wire: PairFrame[];
  closing: { readonly code: number; readonly reason: string } | null;
}

function createEnd(): EndState {
  return { handlers: null, sent: [], wire: [], closing: null };
}
