/**
 * ZIP215 at the speed of WebCrypto. What the browser accepts, ZIP215 accepts; what it refuses, or
 * cannot do, noble decides. Pages on plain http have no WebCrypto and get noble alone.
 */

import { verifySignature } from '../crdt/identity.ts';
import type { Clock, SignatureCheck, Verifier } from '../ports.ts';

/** noble checks between two turns: about 10 ms. */
const CHECKS_PER_TURN = 16;
/** Signers are few; a flood of them empties the cache and costs them its speed. */
const CACHED_KEYS_MAX = 1024;

export function createWebCryptoVerifier(clock: Clock): Verifier {
  const keys = new Map<string, Promise<CryptoKey | null>>();

  function importKey(publicKey: Uint8Array): Promise<CryptoKey | null> {
    const name = publicKey.join();
    const known = keys.get(name);
    if (known !== undefined) return known;
    if (keys.size >= CACHED_KEYS_MAX) keys.clear();
    const imported = crypto.subtle
      .importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify'])
      .catch(() => null);
    keys.set(name, imported);
    return imported;
  }

  async function acceptsNatively(check: SignatureCheck): Promise<boolean> {
    const key = await importKey(check.publicKey);
    if (key === null) return false;
    return crypto.subtle
      .verify('Ed25519', key, check.signature.slice(), check.digest.slice())
      .catch(() => false);
  }

  return {
    async verify(checks, budget) {
      const answers: (boolean | null)[] = crypto.subtle
        ? await Promise.all(checks.map(acceptsNatively))
        : checks.map(() => false);
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
