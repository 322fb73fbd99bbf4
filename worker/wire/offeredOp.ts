/** A live op in each form that a peer may take it in, made once for all peers, when it is asked for. */

import { opText, type PackedOp } from '../crdt/packedOp.ts';
import { encodeCompact } from './compactFrames.ts';
import { encodeLiveOp, type LiveFrame } from './frames.ts';

export interface OfferedOp {
  /** For a Rust node, and any other that did not name `compact1`. */
  json(): LiveFrame;
  compact(): LiveFrame;
}

export function offerOp(op: PackedOp): OfferedOp {
  let json: LiveFrame | null = null;
  let compact: LiveFrame | null = null;
  return {
    json() {
      json ??= encodeLiveOp(opText(op));
      return json;
    },
    compact() {
      compact ??= encodeCompact({ ops: [op], left: null }) as LiveFrame;
      return compact;
    },
  };
}
