/** The WebSockets of a world, cranked by hand. */

import type { Dialler, Socket, SocketClose, SocketHandlers } from '../../worker/ports.ts';
import { createLane, type Lane } from './lane.ts';
import type { Process } from './process.ts';

export type Frame = string | Uint8Array;

export type Parcel =
  /** The handshake reaches its end. */
  | { readonly type: 'open' }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'close'; readonly close: SocketClose };

export interface Link {
  readonly address: string;
  readonly dialler: Process;
  /** To the listener; null until the dial is answered. */
  there: Lane<Parcel> | null;
  readonly back: Lane<Parcel>;
  /** Both ends have been told that it is over, or nobody is there to be told. */
  isOver(): boolean;
  /** The network fails: of what is under way the first `kept` frames each way arrive. */
  cut(kept: number): void;
}

/** Who listens at an address. Takes the handlers of its end when it is called. */
export interface Listener {
  readonly process: Process;
  accept(connect: (handlers: SocketHandlers) => Socket): void;
}

export interface Network {
  /** null: nobody listens there any more. */
  listen(address: string, listener: Listener | null): void;
  diallerOf(process: Process): Dialler;
  links(): readonly Link[];
  /** Between this host and all others nothing passes. */
  isolate(host: string): void;
  heal(): void;
  isIsolated(host: string): boolean;
  /** The machine's connections are gone, as its process is. */
  bury(process: Process, keptFrames: number): void;
  /** Frames that processes have handed to their sockets so far, but for signs of life. */
  framesSent(): number;
}

export interface NetworkOptions {
  /** Before a frame is under way. */
  readonly onSend: (from: Process, frame: Frame) => void;
}

interface End {
  readonly process: Process;
  handlers: SocketHandlers | null;
  isClosed: boolean;
}

/** What a peer sends that has had nothing to say for a while. */
const SIGN_OF_LIFE = '{"type":"bulk","ops":[]}';

const LOST: SocketClose = { code: 1006, reason: '', clean: false };

export function createNetwork({ onSend }: NetworkOptions): Network {
  const listeners = new Map<string, Listener>();
  const isolated = new Set<string>();
  let links: LinkState[] = [];
  let framesSent = 0;

  interface LinkState extends Link {
    readonly ends: readonly End[];
  }

  function createLink(
    address: string,
    process: Process,
    handlers: SocketHandlers,
  ): { readonly link: LinkState; readonly socket: Socket } {
    const near: End = { process, handlers, isClosed: false };
    let far: End | null = null;
    const passes = (): boolean => {
      const host = far?.process.host ?? listeners.get(address)?.process.host ?? address;
      return host === process.host || !(isolated.has(host) || isolated.has(process.host));
    };
    const back = createLane<Parcel>(process, (parcel) => arrive(near, parcel), passes);

    function arrive(end: End, parcel: Parcel): void {
      if (end.isClosed) return;
      if (parcel.type === 'open') answerDial();
      else if (parcel.type === 'close') {
        end.isClosed = true;
        const other = end === near ? far : near;
        if (other?.isClosed === false) post(other, { type: 'close', close: parcel.close });
        end.handlers?.onClose(parcel.close);
      } else if (typeof parcel.frame === 'string') end.handlers?.onText(parcel.frame);
      else end.handlers?.onBinary(parcel.frame);
    }

    function post(to: End, parcel: Parcel): void {
      const lane = to === near ? back : link.there;
      if (lane?.items.at(-1)?.type !== 'close') lane?.items.push(parcel);
    }

    function answerDial(): void {
      const listener = listeners.get(address);
      if (listener === undefined || listener.process.state() !== 'running') {
        near.isClosed = true;
        near.handlers?.onClose(LOST);
        return;
      }
      const end: End = { process: listener.process, handlers: null, isClosed: false };
      far = end;
      link.there = createLane<Parcel>(listener.process, (parcel) => arrive(end, parcel), passes);
      listener.process.run(() => {
        listener.accept((handlers) => {
          end.handlers = handlers;
          return socketOf(end);
        });
        end.handlers?.onOpen();
      });
      near.handlers?.onOpen();
    }

    /** The socket of one end; before the dial is answered it can only be closed. */
    function socketOf(end: End): Socket {
      let isClosing = false;
      const other = (): End | null => (end === near ? far : near);
      const outward = (): Lane<Parcel> | null => (end === near ? link.there : back);
      const isDead = (): boolean => end.process.state() === 'dead';
      return {
        send(frame) {
          if (isClosing || end.isClosed || isDead() || other() === null) return;
          if (frame !== SIGN_OF_LIFE) framesSent += 1;
          onSend(end.process, frame);
          const to = other();
          if (to !== null) post(to, { type: 'frame', frame });
        },
        bufferedBytes: () => outward()?.items.reduce((sum, item) => sum + bytesOf(item), 0) ?? 0,
        close(code, reason) {
          if (isClosing || isDead()) return;
          isClosing = true;
          const to = other();
          if (to === null) {
            back.items.length = 0;
            post(near, { type: 'close', close: LOST });
          } else post(to, { type: 'close', close: { code, reason, clean: true } });
        },
      };
    }

    const link: LinkState = {
      address,
      dialler: process,
      there: null,
      back,
      get ends() {
        return far === null ? [near] : [near, far];
      },
      isOver: () =>
        link.ends.every((end) => end.isClosed || end.process.state() === 'dead') &&
        (far !== null || near.isClosed || process.state() === 'dead'),
      cut(kept) {
        for (const lane of [link.there, back]) {
          if (lane === null || lane.items.at(-1)?.type === 'close') continue;
          lane.items.splice(kept);
          lane.items.push({ type: 'close', close: LOST });
        }
      },
    };
    back.items.push({ type: 'open' });
    return { link, socket: socketOf(near) };
  }

  return {
    listen(address, listener) {
      if (listener === null) listeners.delete(address);
      else listeners.set(address, listener);
    },
    diallerOf: (process) => ({
      dial(address, handlers) {
        const { link, socket } = createLink(address, process, handlers);
        links.push(link);
        return socket;
      },
    }),
    links() {
      links = links.filter((link) => !link.isOver());
      return links;
    },
    isolate: (host) => isolated.add(host),
    heal: () => isolated.clear(),
    isIsolated: (host) => isolated.has(host),
    bury(process, keptFrames) {
      for (const link of links) {
        if (link.ends.some((end) => end.process === process)) link.cut(keptFrames);
      }
    },
    framesSent: () => framesSent,
  };
}

function bytesOf(parcel: Parcel): number {
  return parcel.type === 'frame' ? parcel.frame.length : 0;
}
