/**
 * `huskies-web/protocol`: ops as they go over the wire, for programs that read or check them without
 * a replica. Runs wherever ES2023 runs. docs/protocol.md has the wire.
 */
import { verifySignature } from './crdt/curve.ts';
import { examineOp, type Op, type Rejection } from './crdt/op.ts';

export type { Op, Rejection, RejectReason } from './crdt/op.ts';
export { encodeSignedOp, parseSignedOp, type SignedOp } from './crdt/signedOp.ts';
export { decodeBinary, decodeText } from './wire/codec.ts';
export { encodeBulk, encodeLiveOp, type Frame } from './wire/frames.ts';

/** An op's text, checked as a replica checks it: limits, shape, id and signature. Never throws. */
export function checkOp(text: string): Op | Rejection {
  const examination = examineOp(text, () => false);
  if (examination.type !== 'candidate') {
    if (examination.type === 'rejected') return examination;
    throw new Error('Nothing was seen before.');
  }
  const { op, claim } = examination;
  if (verifySignature(claim.signature, claim.digest, claim.publicKey)) return op;
  return { type: 'rejected', reason: 'wrong-signature', detail: 'the signature does not hold' };
}
