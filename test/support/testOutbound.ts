import { createOutbound } from '../../worker/sync/outbound.ts';
import { createManualClock } from './manualClock.ts';

/** A socket that takes frames and lets the test say how many bytes it still buffers. */
function createStubSocket() {
  const sent: (string | Uint8Array)[] = [];
  let bufferedBytes = 0;
  return {
    sent,
    buffer(bytes: number): void {
      bufferedBytes = bytes;
    },
    socket: {
      send: (frame: string | Uint8Array) => {
        sent.push(frame);
      },
      bufferedBytes: () => bufferedBytes,
      close: () => {},
    },
  };
}

/** `ackDelayMs`: as `createOutbound` has it. */
export function createTestOutbound(ackDelayMs = 0) {
  const clock = createManualClock();
  const stub = createStubSocket();
  const events: string[] = [];
  const outbound = createOutbound({
    socket: stub.socket,
    clock,
    ackDelayMs,
    onOverflow: () => events.push('overflow'),
    onBroken: (error) => events.push(String(error)),
  });
  return { clock, stub, events, outbound };
}

/** Bytes that wait, above which a socket counts as congested. */
export const CONGESTED = 256 * 1024 + 1;

/** A seen-key like no other. */
export const key = (index: number): string => index.toString(16).padStart(64, '0');
