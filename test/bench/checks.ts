/** Signature checks to measure verifiers with. */

import { createBatchCheck } from '../../worker/crdt/batchCheck.ts';
import { verifySignature } from '../../worker/crdt/curve.ts';
import { examineOp, type Op } from '../../worker/crdt/op.ts';
import type { Random, SignatureCheck, Verifier } from '../../worker/ports.ts';

const RANDOM: Pick<Random, 'bytes'> = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};

/** One check an op, all of them good. */
export function checksOf(ops: readonly Pick<Op, 'bytes'>[]): readonly SignatureCheck[] {
  return ops.map(({ bytes }) => {
    const examined = examineOp(bytes, () => false);
    if (examined.type !== 'candidate') throw new Error(`an op is ${examined.type}`);
    return examined.claim;
  });
}

/** Packed ops as Playwright can hand them to a page. */
export function toBase64(ops: readonly Pick<Op, 'bytes'>[]): readonly string[] {
  return ops.map(({ bytes }) => Buffer.from(bytes).toString('base64'));
}

/** noble by itself, without a turn for anybody else. */
export function createNobleVerifier(): Verifier {
  return {
    verify: async (checks) =>
      checks.map(({ signature, digest, publicKey }) =>
        verifySignature(signature, digest, publicKey),
      ),
  };
}

/** noble in sums of a batch each, as where the platform has no Ed25519. */
export function createBatchVerifier(): Verifier {
  return { verify: createBatchCheck(RANDOM) };
}

/** Hands the checks over in batches, one at a time. Throws if one is refused. */
export async function verifyAll(
  checks: readonly SignatureCheck[],
  verifier: Verifier,
  batchSize: number,
): Promise<void> {
  for (let at = 0; at < checks.length; at += batchSize) {
    const answers = await verifier.verify(checks.slice(at, at + batchSize));
    if (answers.includes(false)) throw new Error('a good signature was refused');
  }
}
