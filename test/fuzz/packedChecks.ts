/** What must hold for packed ops and the frames of them, whatever their bytes. */

import { isDeepStrictEqual } from 'node:util';
import type { Examination, examineOp } from '../../worker/crdt/op.ts';
import { opText, type PackedOp, unpackOp } from '../../worker/crdt/packedOp.ts';
import { encodeCompact, readCompact } from '../../worker/wire/compactFrames.ts';
import type { Frame } from '../../worker/wire/frames.ts';

type Demand = (isTrue: boolean, what: string) => void;

/** The outcome, for counting. A packed op is judged as its text is. */
export function checkPacked(bytes: Uint8Array, examine: typeof examineOp, demand: Demand): string {
  const packed = bytes as PackedOp;
  const examined = examine(packed, () => false);
  if (unpackOp(bytes).type === 'unreadable') {
    demand(examined.type === 'rejected', 'takes a packed op that cannot be read');
  } else {
    const asText = examine(opText(packed), () => false);
    demand(isDeepStrictEqual(gist(examined), gist(asText)), 'a packed op is another as text');
  }
  if (examined.type === 'duplicate') return 'packed duplicate';
  if (examined.type === 'rejected') {
    demand(examined.detail.length < 400, 'a rejection has a long detail');
    return `packed ${examined.reason}`;
  }
  const again = examine(examined.op.bytes, (key) => key === examined.op.key);
  demand(again.type === 'duplicate', 'a packed op that is seen is no duplicate');
  return `packed ${examined.op.type}`;
}

/** The words of a rejection may differ. */
function gist(examined: Examination): unknown {
  return examined.type === 'rejected' ? examined.reason : examined;
}

export function checkCompactFrame(
  bytes: Uint8Array,
  frame: Extract<Frame, { readonly type: 'compact' }>,
  demand: Demand,
): void {
  demand(isDeepStrictEqual(readInSlices(bytes), frame), 'slices change the frame');
  const again = readInSlices(encodeCompact(frame));
  demand(isDeepStrictEqual(again, frame), 'a compact frame does not read back');
}

function readInSlices(bytes: Uint8Array): Frame {
  const reading = readCompact(bytes, 40);
  for (;;) {
    const slice = reading.next();
    if (slice.done === true) return slice.value;
  }
}
