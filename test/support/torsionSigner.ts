import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { toHex } from '../../worker/crdt/bytes.ts';
import type { TestSigner } from './opFactory.ts';

/**
 * Signs so that only the equation with the cofactor holds: R has a part of order 8. ZIP215 accepts
 * that, OpenSSL and browsers do not.
 */
export function createTorsionSigner(number: number): TestSigner {
  const { Point, utils } = ed25519;
  const secretKey = new Uint8Array(32).fill(number);
  const publicKey = ed25519.getPublicKey(secretKey);
  const { scalar } = utils.getExtendedPublicKey(secretKey);
  const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
  const order = Point.Fn.ORDER;
  return {
    publicKey: toHex(publicKey),
    sign(digest) {
      const nonce = (littleEndian(sha512(digest)) % order) | 1n;
      const r = Point.BASE.multiply(nonce).add(torsion).toBytes();
      const hash = sha512(Uint8Array.of(...r, ...publicKey, ...digest));
      let s = (nonce + littleEndian(hash) * scalar) % order;
      const signature = new Uint8Array(64);
      signature.set(r);
      for (let at = 32; at < 64; at += 1, s >>= 8n) signature[at] = Number(s & 255n);
      return signature;
    },
  };
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
