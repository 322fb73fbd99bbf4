/**
 * Ed25519 by noble: what decides where a platform has none, or refuses. A file of its own, as browsers
 * load it only then.
 */

import { ed25519 } from '@noble/curves/ed25519.js';
import { type PublicKey, toHex } from './bytes.ts';

/** By ZIP215, as the Rust nodes verify. Wrong lengths, points and scalars are refusals. */
export function verifySignature(
  signature: Uint8Array,
  digest: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return ed25519.verify(signature, digest, publicKey, { zip215: true });
}

/** `secretKey`: 32 bytes. */
export function publicKeyOf(secretKey: Uint8Array): PublicKey {
  return toHex<PublicKey>(ed25519.getPublicKey(secretKey));
}

/** 64 bytes, as RFC 8032 has them. */
export function signDigest(digest: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return ed25519.sign(digest, secretKey);
}
