import { createPublicKey, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import type { SignatureCheck } from '../../worker/ports.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { createTorsionSigner } from '../support/torsionSigner.ts';

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
  const torsion = createTorsionSigner(7);
  const check = { publicKey, digest, signature: torsion.sign(digest) };
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), check.publicKey]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  expect(verify(null, check.digest, key, check.signature)).toBe(false);
  expect(await verifier.verify([check])).toEqual([true]);
});

test('REL3 other work has its turn while signatures are checked', async () => {
  let checked = false;
  const checking = verifier.verify(Array.from({ length: 100 }, () => honest)).then((answers) => {
    checked = true;
    return answers;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(checked).toBe(false);
  expect(await checking).toEqual(Array.from({ length: 100 }, () => true));
});

test('REL45 asks noble no more when the budget for wrong signatures is spent', async () => {
  const forged = { ...honest, digest: new Uint8Array(32) };
  const torsion = { ...honest, signature: createTorsionSigner(7).sign(digest) };
  let left = 2;
  const budget = {
    isSpent: () => left === 0,
    spend: () => {
      left -= 1;
    },
  };
  const checks = [torsion, forged, torsion, honest, forged, forged, torsion, honest];
  // What is valid by ZIP215 alone spends nothing; behind the second forgery it is not known.
  const answers = [true, false, true, true, false, null, null, true];
  expect(await verifier.verify(checks, budget)).toEqual(answers);
  expect(left).toBe(0);
});
