/** Ed25519 signing by WebCrypto where it signs as noble does (RFC 8032), and by noble elsewhere. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { type PublicKey, toHex } from '../crdt/bytes.ts';
import type { Signer } from '../ports.ts';

/** Header of an Ed25519 private key in PKCS #8 form (RFC 8410, section 7). */
const PKCS8_HEADER = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

type Sign = (digest: Uint8Array) => Promise<Uint8Array>;

/** `secretKey`: 32 bytes. */
export function createWebCryptoSigner(secretKey: Uint8Array): Signer {
  const signWithNoble: Sign = async (digest) => ed25519.sign(digest, secretKey);
  const choosing = nativeSign(secretKey)
    .then((native) => chooseSign(native, signWithNoble))
    .catch(() => signWithNoble);
  return {
    publicKey: toHex<PublicKey>(ed25519.getPublicKey(secretKey)),
    sign: async (digest) => (await choosing)(digest),
  };
}

/** Rejects where there is no WebCrypto, as on plain http, or none with Ed25519. */
async function nativeSign(secretKey: Uint8Array): Promise<Sign> {
  const pkcs8 = Uint8Array.from([...PKCS8_HEADER, ...secretKey]);
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  return async (digest) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, digest.slice()));
}

/** Some platforms mix random bytes into a signature; then the same op made twice would be two. */
async function chooseSign(native: Sign, withNoble: Sign): Promise<Sign> {
  const probe = new Uint8Array(32);
  const [one, other] = [await native(probe), await withNoble(probe)];
  return toHex(one) === toHex(other) ? native : withNoble;
}
