/** Signatures as WebCrypto judges them. */

import type { NativeCheck, SignatureCheck } from '../ports.ts';

/** Signers are few; a flood of them empties the cache and costs them its speed. */
const CACHED_KEYS_MAX = 1024;

/** In this thread. Without WebCrypto, as on pages on plain http, nothing is accepted. */
export function createWebCryptoCheck(): NativeCheck {
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

  async function accepts({ publicKey, digest, signature }: SignatureCheck): Promise<boolean> {
    const key = await importKey(publicKey);
    if (key === null) return false;
    return crypto.subtle
      .verify('Ed25519', key, signature.slice(), digest.slice())
      .catch(() => false);
  }

  return async (checks) =>
    crypto.subtle ? Promise.all(checks.map(accepts)) : checks.map(() => false);
}
