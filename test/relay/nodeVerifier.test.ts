import { createPublicKey, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { expect, test } from 'vitest';
import type { SignatureCheck } from '../../worker/ports.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';

const secretKey = new Uint8Array(32).fill(7);
const publicKey = ed25519.getPublicKey(secretKey);
const digest = new Uint8Array(32).fill(9);
const honest: SignatureCheck = { publicKey, digest, signature: ed25519.sign(digest, secretKey) };
const verifier = createNodeVerifier(async () => undefined);

test('REL1 accepts good signatures and refuses forged ones, one answer a check in order', async () => {
  const otherDigest = { ...honest, digest: new Uint8Array(32) };
  const otherKey = { ...honest, publicKey: ed25519.getPublicKey(new Uint8Array(32).fill(8)) };
  const garbage = { ...honest, signature: new Uint8Array(64).fill(255) };
  const noPoint = { ...honest, publicKey: new Uint8Array(32).fill(2) };
  const checks = [otherDigest, honest, otherKey, garbage, noPoint, honest];
  expect(await verifier.verify(checks)).toEqual([false, true, false, false, false, true]);
  expect(await verifier.verify([])).toEqual([]);
});

test('REL2 accepts what ZIP215 accepts and node:crypto refuses', async () => {
  const check = signWithTorsion();
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), check.publicKey]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  expect(verify(null, check.digest, key, check.signature)).toBe(false);
  expect(await verifier.verify([check])).toEqual([true]);
});

test('REL3 gives turns away while it checks many', async () => {
  let turns = 0;
  const polite = createNodeVerifier(async () => {
    turns += 1;
  });
  const answers = await polite.verify(Array.from({ length: 100 }, () => honest));
  expect(answers).toEqual(Array.from({ length: 100 }, () => true));
  expect(turns).toBe(3);
});

/** A signature whose R has a part of order 8: only the equation with the cofactor holds. */
function signWithTorsion(): SignatureCheck {
  const { Point, utils } = ed25519;
  const { scalar } = utils.getExtendedPublicKey(secretKey);
  const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
  const nonce = 123456789n;
  const r = Point.BASE.multiply(nonce).add(torsion).toBytes();
  const hash = sha512(Uint8Array.of(...r, ...publicKey, ...digest));
  const order = Point.Fn.ORDER;
  let s = (nonce + littleEndian(hash) * scalar) % order;
  const signature = new Uint8Array(64);
  signature.set(r);
  for (let at = 32; at < 64; at += 1, s >>= 8n) signature[at] = Number(s & 255n);
  return { publicKey, digest, signature };
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
