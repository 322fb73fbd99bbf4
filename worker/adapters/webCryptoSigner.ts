/**
 * Ed25519 signing by WebCrypto where it signs as RFC 8032 says, and by noble elsewhere, which is
 * loaded only then.
 */

import { type PublicKey, toBytes, toHex } from '../crdt/bytes.ts';
import type { Signer } from '../ports.ts';

/** Header of an Ed25519 private key in PKCS #8 form (RFC 8410, section 7). */
const PKCS8_HEADER = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/** RFC 8032, section 7.1, TEST 1: a key and what it signs of the empty message. */
const RFC_SECRET_KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const RFC_SIGNATURE =
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b' +
  'd25bf5f0595bbe24655141438e7a100b';

/** `secretKey`: 32 bytes. Rejects where noble is needed and cannot be loaded. */
export async function createWebCryptoSigner(secretKey: Uint8Array): Promise<Signer> {
  const native = await createNativeSigner(secretKey).catch(() => null);
  if (native !== null) return native;
  const { publicKeyOf, signDigest } = await import('../crdt/curve.ts');
  return {
    publicKey: publicKeyOf(secretKey),
    sign: async (digest) => signDigest(digest, secretKey),
  };
}

/**
 * null: some platforms mix random bytes into a signature; then the same op made twice would be two.
 * Rejects where there is no WebCrypto, as on plain http, or none with Ed25519.
 */
async function createNativeSigner(secretKey: Uint8Array): Promise<Signer | null> {
  const probe = await sign(await importKey(toBytes(RFC_SECRET_KEY)), new Uint8Array());
  if (toHex(probe) !== RFC_SIGNATURE) return null;
  const key = await importKey(secretKey);
  return { publicKey: await publicKeyOfPair(key), sign: (digest) => sign(key, digest) };
}

function importKey(secretKey: Uint8Array): Promise<CryptoKey> {
  const pkcs8 = Uint8Array.from([...PKCS8_HEADER, ...secretKey]);
  return crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
}

async function sign(key: CryptoKey, digest: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, digest.slice()));
}

/** An exported key has its public half with it, in base64url (RFC 8037). */
async function publicKeyOfPair(key: CryptoKey): Promise<PublicKey> {
  const { x = '' } = await crypto.subtle.exportKey('jwk', key);
  const bytes = atob(x.replaceAll('-', '+').replaceAll('_', '/'));
  return toHex<PublicKey>(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
