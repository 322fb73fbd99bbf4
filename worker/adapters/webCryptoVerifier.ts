/**
 * ZIP215 at the speed of WebCrypto. What the browser accepts, ZIP215 accepts; what it refuses, or
 * cannot do, noble decides.
 */

import { verifySignature } from '../crdt/identity.ts';
import type { Clock, Verifier } from '../ports.ts';
import { createNativeCheck, type NativeCheck } from './nativeCheck.ts';

/** noble checks between two turns: about 10 ms. */
const CHECKS_PER_TURN = 16;

export function createWebCryptoVerifier(
  clock: Clock,
  checkNatively: NativeCheck = createNativeCheck(),
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
        if (asked > 0 && asked % CHECKS_PER_TURN === 0) await clock.yieldTurn();
        asked += 1;
        const isValid = verifySignature(signature, digest, publicKey);
        if (!isValid) budget?.spend();
        answers[index] = isValid;
      }
      return answers;
    },
  };
}
