/**
 * What became of a batch of untrusted ops, up to the signature: limits → parse or unpack → shape → seen?
 * → id → signature. Replica and relay take ops in through this and nothing else. Never rejects.
 */

import type { SeenKey } from './crdt/bytes.ts';
import { examineOp, type Op, type RejectReason, type SignatureClaim } from './crdt/op.ts';
import type { ReceivedOp } from './crdt/packedOp.ts';
import type { RefusalBudget, Verifier } from './ports.ts';

export interface IntakeResult {
  /** New ops whose signature holds, once each, in the order in which they came. */
  readonly verified: readonly Op[];
  /** Keys of ops that were known before. */
  readonly known: readonly SeenKey[];
  /** Invalid for ever. What was not looked at, as the budget was spent, is in none of the three. */
  readonly rejected: readonly { readonly reason: RejectReason; readonly detail: string }[];
}

interface Candidate {
  readonly op: Op;
  readonly claim: SignatureClaim;
}

export async function takeIn(
  ops: readonly ReceivedOp[],
  isKnown: (key: SeenKey) => boolean,
  verifier: Verifier,
  refusals?: RefusalBudget,
): Promise<IntakeResult> {
  const candidates = new Map<SeenKey, Candidate>();
  const known: SeenKey[] = [];
  const rejected: { reason: RejectReason; detail: string }[] = [];
  for (const received of ops) {
    const examined = examineOp(received, isKnown);
    if (examined.type === 'candidate') candidates.set(examined.op.key, examined);
    else if (examined.type === 'duplicate') known.push(examined.key);
    else rejected.push({ reason: examined.reason, detail: examined.detail });
  }
  const waiting = [...candidates.values()];
  const answers = await verifier.verify(
    waiting.map(({ claim }) => claim),
    refusals,
  );
  const verified: Op[] = [];
  for (const [index, { op }] of waiting.entries()) {
    if (answers[index] === true) verified.push(op);
    if (answers[index] !== false) continue;
    rejected.push({ reason: 'wrong-signature', detail: 'the signer did not sign this' });
  }
  return { verified, known, rejected };
}
