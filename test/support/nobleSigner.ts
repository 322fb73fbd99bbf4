/** Ed25519 signing with noble: the same in every realm, and deterministic (RFC 8032). */

import { ed25519 } from '@noble/curves/ed25519.js';
import { type PublicKey, toHex } from '../../worker/crdt/bytes.ts';
import type { Signer } from '../../worker/ports.ts';

/** `secretKey`: 32 bytes. */
export function createNobleSigner(secretKey: Uint8Array): Signer {
  return {
    publicKey: toHex<PublicKey>(ed25519.getPublicKey(secretKey)),
    sign: async (digest) => ed25519.sign(digest, secretKey),
  };
}
