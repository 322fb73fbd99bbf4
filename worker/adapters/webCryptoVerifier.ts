import { createZip215Verifier, type Judge } from '../crdt/zip215Verifier.ts';
import type { Clock, NativeCheck, Verifier } from '../ports.ts';
import { createWebCryptoCheck } from './webCryptoCheck.ts';

/**
 * ZIP215 by WebCrypto and noble. Pages on plain http have no WebCrypto and get noble alone. Noble is
 * loaded for the first signature that WebCrypto does not accept.
 */
export function createWebCryptoVerifier(
  clock: Clock,
  check: NativeCheck = createWebCryptoCheck(),
): Verifier {
  return createZip215Verifier(check, loadJudge, clock.yieldTurn);
}

async function loadJudge(): Promise<Judge | null> {
  try {
    return (await import('../crdt/curve.ts')).verifySignature;
  } catch {
    // The network is gone, and nothing has kept it.
    return null;
  }
}
