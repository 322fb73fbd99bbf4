import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { verifySignature } from '../crdt/curve.ts';
import { createZip215Verifier } from '../crdt/zip215Verifier.ts';
import type { NativeCheck, SignatureCheck, Verifier } from '../ports.ts';
import { type Metrics, NO_METRICS } from './metrics.ts';

/** Signers are few; a flood of them empties the cache and costs them its speed. */
const CACHED_KEYS_MAX = 1024;
/** Header of an Ed25519 public key in SubjectPublicKeyInfo form (RFC 8410, section 4). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

/** ZIP215 by node:crypto and noble. OpenSSL works in libuv's threads, beside all else. */
export function createNodeVerifier(
  yieldTurn: () => Promise<void>,
  metrics: Metrics = NO_METRICS,
): Verifier {
  const check = createNodeCheck();
  const counted: NativeCheck = async (checks) => {
    const answers = await check(checks);
    const native = answers.filter((accepted) => accepted).length;
    metrics.count('verifications', 'native', native);
    metrics.count('verifications', 'slow', answers.length - native);
    return answers;
  };
  return createZip215Verifier(counted, async () => verifySignature, yieldTurn);
}

function createNodeCheck(): NativeCheck {
  const keys = new Map<string, KeyObject>();

  function keyOf(bytes: Uint8Array): KeyObject {
    const name = Buffer.from(bytes).toString('hex');
    const known = keys.get(name);
    if (known !== undefined) return known;
    const der = Buffer.concat([SPKI_HEADER, bytes]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (keys.size >= CACHED_KEYS_MAX) keys.clear();
    keys.set(name, key);
    return key;
  }

  const accepts = ({ publicKey, digest, signature }: SignatureCheck): Promise<boolean> =>
    new Promise((resolve) => {
      try {
        verify(null, digest, keyOf(publicKey), signature, (error, isValid) =>
          resolve(error === null && isValid),
        );
      } catch {
        // OpenSSL cannot read the key; whether it is one is for ZIP215 to say.
        resolve(false);
      }
    });

  return (checks) => Promise.all(checks.map(accepts));
}
