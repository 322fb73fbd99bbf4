/**
 * Signers and the verifier of a world. `real` is Ed25519 as in production, and slow; `fast` signs
 * with a hash of public key and digest, which only the simulation's own signers compute.
 */

import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { type PublicKey, toHex } from '../../worker/crdt/bytes.ts';
import { verifySignature } from '../../worker/crdt/curve.ts';
import type { SignatureCheck, Signer, Verifier } from '../../worker/ports.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import type { TestSigner } from '../support/opFactory.ts';

export interface Signing {
  readonly createSigner: (secretKey: Uint8Array) => Promise<Signer>;
  /** For those who sign without waiting. */
  readonly createTestSigner: (secretKey: Uint8Array) => TestSigner;
  readonly check: (check: SignatureCheck) => boolean;
  readonly verifier: Verifier;
}

export function createSigning(kind: 'real' | 'fast'): Signing {
  const check = kind === 'real' ? createRememberingCheck() : checkFast;
  const createTestSigner = kind === 'real' ? createRealSigner : createFastSigner;
  return {
    createSigner: async (secretKey) =>
      kind === 'real' ? createNobleSigner(secretKey) : asSigner(secretKey),
    createTestSigner,
    check,
    verifier: { verify: async (checks) => checks.map(check) },
  };
}

function asSigner(secretKey: Uint8Array): Signer {
  const { publicKey, sign } = createFastSigner(secretKey);
  return { publicKey, sign: async (digest) => sign(digest) };
}

function createRealSigner(secretKey: Uint8Array): TestSigner {
  const publicKey = toHex<PublicKey>(ed25519.getPublicKey(secretKey));
  return { publicKey, sign: (digest) => ed25519.sign(digest, secretKey) };
}

function createFastSigner(secretKey: Uint8Array): TestSigner {
  const publicKey = hash('sha256', secretKey);
  return {
    publicKey: toHex(publicKey),
    sign: (digest) => hash('sha512', publicKey, digest),
  };
}

function checkFast({ publicKey, digest, signature }: SignatureCheck): boolean {
  return Buffer.compare(hash('sha512', publicKey, digest), signature) === 0;
}

/** Every replica of the world checks the same signatures: each is computed once. */
function createRememberingCheck(): (check: SignatureCheck) => boolean {
  const answers = new Map<string, boolean>();
  return ({ publicKey, digest, signature }) => {
    const name = toHex<PublicKey>(Uint8Array.of(...publicKey, ...digest, ...signature));
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = verifySignature(signature, digest, publicKey);
    answers.set(name, answer);
    return answer;
  };
}

function hash(name: 'sha256' | 'sha512', ...parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash(name);
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

export function secretKeyOf(name: string): Uint8Array {
  return hash('sha256', new TextEncoder().encode(name));
}
