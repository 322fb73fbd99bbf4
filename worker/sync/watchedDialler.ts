/** A dialler that lets somebody see what goes over its connections, and counts it. */

import type { Clock, Dialler } from '../ports.ts';

export interface Watcher {
  onFrame(direction: 'in' | 'out', frame: string | Uint8Array): void;
  onClosed(): void;
}

/** What went over the connection that was opened last. */
export interface WatchedConnection {
  readonly openedAtMs: number;
  readonly received: { frames: number; bytes: number };
  readonly sent: { frames: number; bytes: number };
}

export interface WatchedDialler extends Dialler {
  /** null: none is open. */
  connection(): WatchedConnection | null;
}

export function createWatchedDialler(
  dialler: Dialler,
  clock: Clock,
  watcher: Watcher,
): WatchedDialler {
  let open: WatchedConnection | null = null;

  return {
    connection: () => open,
    dial(address, handlers) {
      const own: { connection: WatchedConnection | null } = { connection: null };
      const note = (direction: 'in' | 'out', frame: string | Uint8Array): void => {
        const traffic = direction === 'in' ? own.connection?.received : own.connection?.sent;
        if (traffic === undefined) return;
        traffic.frames += 1;
        traffic.bytes += frame.length;
        // What a connection that was left still says is not heard.
        if (own.connection === open) watcher.onFrame(direction, frame);
      };
      const end = (): void => {
        if (own.connection === null || own.connection !== open) return;
        open = null;
        watcher.onClosed();
      };
      const socket = dialler.dial(address, {
        onOpen() {
          const none = (): { frames: number; bytes: number } => ({ frames: 0, bytes: 0 });
          own.connection = { openedAtMs: clock.nowMs(), received: none(), sent: none() };
          open = own.connection;
          handlers.onOpen();
        },
        onText(text) {
          note('in', text);
          handlers.onText(text);
        },
        onBinary(bytes) {
          note('in', bytes);
          handlers.onBinary(bytes);
        },
        onClose(close) {
          end();
          handlers.onClose(close);
        },
      });
      return {
        send(frame) {
          note('out', frame);
          socket.send(frame);
        },
        bufferedBytes: socket.bufferedBytes,
        close(code, reason) {
          end();
          socket.close(code, reason);
        },
      };
    },
  };
}
