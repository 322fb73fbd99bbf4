/** A live op in each form that a peer may take it in, made once for all peers, when it is asked for. */

import { opText } from '../crdt/packedOp.ts';
import type { OpRecord } from '../ports.ts';
import { encodeCompact } from './compactFrames.ts';
import { encodeLiveOp, type LiveFrame } from './frames.ts';

export interface OfferedOp {
  readonly key: string;
  /** For a Rust node, and any other that did not name `compact1`. */
  json(): LiveFrame;
  compact(): LiveFrame;
}

export function offerOp({ key, bytes }: OpRecord): OfferedOp {
  let json: LiveFrame | null = null;
  let compact: LiveFrame | null = null;
  return {
    key,
    json() {
      json ??= encodeLiveOp(opText(bytes));
      return json;
    },
    compact() {
      compact ??= encodeCompact({ ops: [bytes], left: null }) as LiveFrame;
      return compact;
    },
  };
}
