/** Signatures as WebCrypto judges them, or where it has no Ed25519, in batches by noble. */

import type { NativeCheck } from '../ports.ts';
import { systemRandom } from './system.ts';
import { createWebCryptoCheck } from './webCryptoCheck.ts';

/** noble's curve is loaded where it is needed, and not before the first call. */
export function createPlatformCheck(): NativeCheck {
  let choosing: Promise<NativeCheck> | undefined;
  return async (checks) => {
    choosing ??= chooseCheck();
    const check = await choosing;
    return check(checks);
  };
}

async function chooseCheck(): Promise<NativeCheck> {
  if (await hasEd25519()) return createWebCryptoCheck();
  try {
    const { createBatchCheck } = await import('../crdt/batchCheck.ts');
    return createBatchCheck(systemRandom);
  } catch {
    // The script cannot be loaded; the first worker has a verifier of its own.
    return async (checks) => checks.map(() => false);
  }
}

/** Rejected are the name and, on plain http, the missing `subtle`. The key is the curve's base point. */
async function hasEd25519(): Promise<boolean> {
  const key = new Uint8Array(32).fill(0x66);
  key[0] = 0x58;
  try {
    await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}
