/**
 * ZIP215 at the speed of the platform's own Ed25519. What that accepts, ZIP215 accepts; what it
 * refuses, or cannot do, noble decides: a forged signature costs more than a good one.
 */

import type { NativeCheck, Verifier } from '../ports.ts';
import { verifySignature } from './identity.ts';

/** noble checks between two turns: about 10 ms. */
const CHECKS_PER_TURN = 16;

export function createZip215Verifier(
  checkNatively: NativeCheck,
  yieldTurn: () => Promise<void>,
): Verifier {
  return {
    async verify(checks, budget) {
      const answers: (boolean | null)[] = [...(await checkNatively(checks))];
      let asked = 0;
      for (const [index, { signature, digest, publicKey }] of checks.entries()) {
        if (answers[index] === true) continue;
        if (budget?.isSpent() === true) {
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
    },
  };
}
