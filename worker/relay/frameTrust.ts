import type { Socket, SocketHandlers } from '../ports.ts';
import type { Pass } from './access/door.ts';

/**
 * How long a peer's frames may be. A Rust node sends its whole log as one frame, so whoever may bring
 * ops and has shown who they are may send long ones. Ends of ours send at most `BULK_CHUNK_BYTES`.
 */

export interface FrameLimits {
  /** Of trusted peers. */
  readonly maxFrameBytes: number;
  /** Of all others. */
  readonly maxStrangerFrameBytes: number;
  /** Nobody has said who may connect: this machine alone can, and is trusted. */
  readonly isOwnMachine: boolean;
}

export function frameBytesOf({ role, shown }: Pass, limits: FrameLimits): number {
  const isKnown = shown !== null || limits.isOwnMachine;
  return isKnown && role !== 'read' ? limits.maxFrameBytes : limits.maxStrangerFrameBytes;
}

/** RFC 6455: Message Too Big. */
const TOO_BIG = 1009;

interface Ends {
  connect(handlers: SocketHandlers): Socket;
  close(code: number, reason: string): void;
}

/** For one whose frames were not bounded before it was known who it is. */
export function boundFrames(
  ends: Ends,
  bytesMax: number,
  onTooLong: () => void,
): (handlers: SocketHandlers) => Socket {
  let isOver = false;
  const take = (length: number, pass: () => void): void => {
    if (isOver) return;
    isOver = length > bytesMax;
    if (!isOver) {
      pass();
      return;
    }
    onTooLong();
    ends.close(TOO_BIG, `you may send at most ${bytesMax} bytes in a message`);
  };
  return (handlers) =>
    ends.connect({
      ...handlers,
      onText: (text) => take(text.length, () => handlers.onText(text)),
      onBinary: (bytes) => take(bytes.length, () => handlers.onBinary(bytes)),
    });
}
