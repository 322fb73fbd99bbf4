/** What a frame is, for somebody who watches. A long one is not read: that would cost a second reading. */

import type { FrameEntry, FrameKind } from './api.ts';
import { decodeBinary, decodeText } from './wire/codec.ts';
import { COMPACT_KIND } from './wire/compactFrames.ts';
import { ACK_KIND, type Frame } from './wire/frames.ts';
import { RECONCILE_KIND } from './wire/reconcileFrames.ts';

export type FrameDescription = Pick<FrameEntry, 'kind' | 'ops' | 'detail'>;

const READ_BYTES_MAX = 64 * 1024;

export function describeFrame(frame: string | Uint8Array): FrameDescription {
  if (frame.length > READ_BYTES_MAX) return describeLong(frame);
  return describeRead(typeof frame === 'string' ? decodeText(frame) : decodeBinary(frame));
}

const LONG_KINDS: ReadonlyMap<number | undefined, FrameKind> = new Map([
  [ACK_KIND, 'ack'],
  [COMPACT_KIND, 'bulk'],
  [RECONCILE_KIND, 'reconcile'],
]);

function describeLong(frame: string | Uint8Array): FrameDescription {
  if (typeof frame === 'string') return { kind: 'bulk', ops: null, detail: 'text' };
  const kind = LONG_KINDS.get(frame[0]) ?? 'unknown';
  return { kind, ops: null, detail: kind === 'bulk' ? 'packed' : '' };
}

function describeRead(frame: Frame): FrameDescription {
  switch (frame.type) {
    case 'bulk':
      return describeBulk(frame);
    case 'op':
      return { kind: 'op', ops: 1, detail: 'text' };
    case 'compact': {
      const kind = frame.left === null ? 'op' : 'bulk';
      return { kind, ops: frame.ops.length, detail: 'packed' };
    }
    case 'ack':
      return { kind: 'ack', ops: frame.keys.length, detail: '' };
    case 'reconcile':
      return { kind: 'reconcile', ops: 0, detail: frame.message.type };
    case 'bad':
      return { kind: 'unknown', ops: 0, detail: `${frame.reason}: ${frame.detail}` };
  }
}

function describeBulk({ ops, caps, left }: Extract<Frame, { type: 'bulk' }>): FrameDescription {
  // A greeting's text is of the peer's making.
  if (caps !== null) {
    return { kind: 'greeting', ops: ops.length, detail: caps.join(' ').slice(0, 200) };
  }
  const isBeat = ops.length === 0 && left === 0;
  return { kind: isBeat ? 'beat' : 'bulk', ops: ops.length, detail: isBeat ? '' : 'text' };
}
