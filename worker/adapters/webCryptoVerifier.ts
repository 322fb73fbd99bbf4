import { createZip215Verifier } from '../crdt/zip215Verifier.ts';
import type { Clock, NativeCheck, Verifier } from '../ports.ts';
import { createWebCryptoCheck } from './webCryptoCheck.ts';

/** ZIP215 by WebCrypto and noble. Pages on plain http have no WebCrypto and get noble alone. */
export function createWebCryptoVerifier(
  clock: Clock,
  check: NativeCheck = createWebCryptoCheck(),
): Verifier {
  return createZip215Verifier(check, clock.yieldTurn);
}
