/**
 * ZIP215 at the speed of the platform's own Ed25519. What that accepts, ZIP215 accepts; what it
 * refuses, or cannot do, noble decides: a forged signature costs more than a good one.
 *
 * Invariant: noble has one batch at a time, in the order of the calls, so a budget is spent in order.
 * A batch that the platform accepts whole has no need of noble and does not wait for it.
 */

import type { NativeCheck, RefusalBudget, SignatureCheck, Verifier } from '../ports.ts';

/** noble checks between two turns: about 10 ms. */
const CHECKS_PER_TURN = 16;

type Answers = readonly (boolean | null)[];

/** `verifySignature` of `curve.ts`. */
export type Judge = (signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array) => boolean;

/** `loadJudge`: null, and asked again the next time, if it cannot be had now. */

export function createZip215Verifier(
  checkNatively: NativeCheck,
  loadJudge: () => Promise<Judge | null>,
  yieldTurn: () => Promise<void>,
): Verifier {
  let before: Promise<unknown> = Promise.resolve();

  async function judge(
    checks: readonly SignatureCheck[],
    accepted: readonly boolean[],
    budget?: RefusalBudget,
  ): Promise<Answers> {
    const verifySignature = await loadJudge();
    const answers: (boolean | null)[] = [...accepted];
    let asked = 0;
    for (const [index, { signature, digest, publicKey }] of checks.entries()) {
      if (answers[index] === true) continue;
      if (verifySignature === null || budget?.isSpent() === true) {
        answers[index] = null;
        continue;
      }
      if (asked > 0 && asked % CHECKS_PER_TURN === 0) await yieldTurn();
      asked += 1;
      const isValid = verifySignature(signature, digest, publicKey);
      if (!isValid) budget?.spend();
      answers[index] = isValid;
    }
    return answers;
  }

  async function verifyBehind(
    last: Promise<unknown>,
    checks: readonly SignatureCheck[],
    budget?: RefusalBudget,
  ): Promise<Answers> {
    const accepted = await checkNatively(checks);
    if (!accepted.includes(false)) return accepted;
    await last;
    return judge(checks, accepted, budget);
  }

  return {
    verify(checks, budget) {
      const verifying = verifyBehind(before, checks, budget);
      // The answers are dropped, or each batch would keep those of all before it.
      before = Promise.all([before, verifying]).then(() => undefined);
      return verifying;
    },
  };
}
