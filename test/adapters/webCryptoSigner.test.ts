import { ed25519 } from '@noble/curves/ed25519.js';
import { afterEach, expect, test, vi } from 'vitest';
import { createWebCryptoSigner } from '../../worker/adapters/webCryptoSigner.ts';
import { toBytes } from '../../worker/crdt/bytes.ts';

afterEach(() => vi.unstubAllGlobals());

/** Pages on plain http have nothing else. */
const getRandomValues = crypto.getRandomValues.bind(crypto);

const secretKey = new Uint8Array(32).fill(7);
const digest = new Uint8Array(32).fill(9);
const expected = ed25519.sign(digest, secretKey);

test('SGN1 signs as RFC 8032 says, with WebCrypto', async () => {
  const { subtle } = crypto;
  const sign = vi.fn(subtle.sign.bind(subtle));
  const [importKey, exportKey] = [subtle.importKey.bind(subtle), subtle.exportKey.bind(subtle)];
  vi.stubGlobal('crypto', { getRandomValues, subtle: { importKey, exportKey, sign } });
  const signer = await createWebCryptoSigner(secretKey);
  expect(toBytes(signer.publicKey)).toEqual(ed25519.getPublicKey(secretKey));
  expect([await signer.sign(digest), await signer.sign(digest)]).toEqual([expected, expected]);
  expect(sign).toHaveBeenCalledTimes(3);
});

test('SGN1 signs the same where there is no WebCrypto, or none with Ed25519', async () => {
  vi.stubGlobal('crypto', { getRandomValues });
  expect(await signature()).toEqual(expected);
  const importKey = async () => Promise.reject(new Error('unknown algorithm'));
  vi.stubGlobal('crypto', { getRandomValues, subtle: { importKey } });
  expect(await signature()).toEqual(expected);
});

test('SGN2 does not use a WebCrypto that signs the same thing in another way', async () => {
  const subtle = {
    importKey: async () => ({}),
    sign: async () => getRandomValues(new Uint8Array(64)).buffer,
  };
  vi.stubGlobal('crypto', { getRandomValues, subtle });
  expect(await signature()).toEqual(expected);
});

async function signature(): Promise<Uint8Array> {
  return (await createWebCryptoSigner(secretKey)).sign(digest);
}
