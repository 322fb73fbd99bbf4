import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { verifySignature } from '../crdt/identity.ts';
import type { RefusalBudget, SignatureCheck, Verifier } from '../ports.ts';

/**
 * ZIP215 at the speed of node:crypto. OpenSSL accepts a subset of what ZIP215 accepts, so its yes
 * counts and its no is asked again of noble: a forged signature costs more than a good one.
 */

/** Turns of the event loop are given away after this many. */
const SLICE_CHECKS = 32;
/** Signers are few; a flood of them empties the cache and costs them its speed. */
const CACHED_KEYS_MAX = 1024;
/** Header of an Ed25519 public key in SubjectPublicKeyInfo form (RFC 8410, section 4). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

export function createNodeVerifier(yieldTurn: () => Promise<void>): Verifier {
  const keys = new Map<string, KeyObject>();

  const keyOf = (bytes: Uint8Array): KeyObject => {
    const name = Buffer.from(bytes).toString('hex');
    const known = keys.get(name);
    if (known !== undefined) return known;
    const der = Buffer.concat([SPKI_HEADER, bytes]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (keys.size >= CACHED_KEYS_MAX) keys.clear();
    keys.set(name, key);
    return key;
  };
  const acceptsNatively = ({ publicKey, digest, signature }: SignatureCheck): boolean => {
    try {
      return verify(null, digest, keyOf(publicKey), signature);
    } catch {
      // OpenSSL cannot read the key; whether it is one is for ZIP215 to say.
      return false;
    }
  };
  const check = (claim: SignatureCheck, budget?: RefusalBudget): boolean | null => {
    if (acceptsNatively(claim)) return true;
    if (budget?.isSpent() === true) return null;
    const isValid = verifySignature(claim.signature, claim.digest, claim.publicKey);
    if (!isValid) budget?.spend();
    return isValid;
  };

  return {
    async verify(checks, budget) {
      const answers: (boolean | null)[] = [];
      for (const claim of checks) {
        if (answers.length > 0 && answers.length % SLICE_CHECKS === 0) await yieldTurn();
        answers.push(check(claim, budget));
      }
      return answers;
    },
  };
}
