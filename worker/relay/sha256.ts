import { createHash } from 'node:crypto';

/** SHA-256 of bytes, 32 bytes: `worker/crdt/sha256.ts` by node:crypto, some five times as fast. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
