/** Signing what a command takes. */

import type { Signature } from './crdt/bytes.ts';
import { toHex } from './crdt/bytes.ts';
import { sealOp } from './crdt/emit.ts';
import type { Op } from './crdt/op.ts';
import { type Draft, type Refusal, refuse } from './pipeline.ts';
import type { Signer } from './ports.ts';

export type SignedDrafts = { readonly type: 'signed'; readonly ops: readonly Op[] } | Refusal;

/**
 * One op a draft. Where a signature exists already, seq is raised and the op signed again, as a
 * signature names an op in `depends_on`.
 */
export async function signDrafts(
  drafts: readonly Draft[],
  signer: Signer,
  hasSignature: (signature: Signature) => boolean,
): Promise<SignedDrafts> {
  const ops: Op[] = [];
  for (const draft of drafts) {
    const op = await signDraft(draft, signer, hasSignature);
    if (op.type === 'refused') return op;
    ops.push(op);
  }
  return { type: 'signed', ops };
}

async function signDraft(
  draft: Draft,
  signer: Signer,
  hasSignature: (signature: Signature) => boolean,
): Promise<Op | Refusal> {
  for (let seq = draft.seq; seq <= Number.MAX_SAFE_INTEGER; seq += 1) {
    const unsigned = draft.at(seq);
    const signature = await signer.sign(unsigned.digest);
    if (hasSignature(toHex(signature))) continue;
    const op = sealOp(unsigned, signature);
    return op.type === 'rejected' ? refuse('bad-value', op.detail) : op;
  }
  return refuse('seq-exhausted', 'every seq up to the last one is in use');
}
