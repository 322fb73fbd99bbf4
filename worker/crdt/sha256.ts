import { sha256 as hash } from '@noble/hashes/sha2.js';

/**
 * SHA-256 of bytes, 32 bytes. The relay's build puts `worker/relay/sha256.ts` in the place of this
 * file, which hashes natively.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash(bytes);
}
