import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, concatBytes, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBatchCheck } from '../../worker/crdt/batchCheck.ts';
import { verifySignature } from '../../worker/crdt/curve.ts';
import type { SignatureCheck } from '../../worker/ports.ts';
import { nodeRandom } from '../../worker/relay/nodeSystem.ts';

const { Point } = ed25519;
const { Fn } = Point;
const check = createBatchCheck(nodeRandom);

function good(signer: number, byte: number): SignatureCheck {
  const secretKey = new Uint8Array(32).fill(signer);
  const digest = new Uint8Array(32).fill(byte);
  const publicKey = ed25519.getPublicKey(secretKey);
  return { publicKey, digest, signature: ed25519.sign(digest, secretKey) };
}

/** The response plus `added`, which may take it past the group's order. */
function shift(one: SignatureCheck, added: bigint): SignatureCheck {
  const response = bytesToNumberLE(one.signature.subarray(32)) + added;
  const signature = concatBytes(one.signature.subarray(0, 32), numberToBytesLE(response, 32));
  return { ...one, signature };
}

/** All encodings of the points of small order that ZIP215 reads: with y ≥ p, and with −0 for x. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

/** The key and the commitment each have a part of small order; only the cofactor makes it hold. */
function withTorsion(torsionOfKey: Uint8Array, torsionOfCommitment: Uint8Array): SignatureCheck {
  const [secret, nonce] = [1234567n, 7654321n];
  const add = (of: bigint, torsion: Uint8Array): Uint8Array =>
    Point.BASE.multiply(of).add(Point.fromBytes(torsion, true)).toBytes();
  const publicKey = add(secret, torsionOfKey);
  const commitment = add(nonce, torsionOfCommitment);
  const digest = new Uint8Array(32).fill(5);
  const challenge = Fn.create(bytesToNumberLE(sha512(concatBytes(commitment, publicKey, digest))));
  const response = Fn.toBytes(Fn.create(nonce + challenge * secret));
  return { publicKey, digest, signature: concatBytes(commitment, response) };
}

const smallOrder = fc.constantFrom(...SMALL_ORDER);
const byte = fc.integer({ min: 1, max: 4 });

const ACCEPTED: fc.Arbitrary<SignatureCheck> = fc.oneof(
  fc.tuple(byte, byte).map(([signer, digest]) => good(signer, digest)),
  fc.tuple(smallOrder, smallOrder).map(([torsion, other]) => withTorsion(torsion, other)),
  fc.tuple(smallOrder, smallOrder, byte).map(([publicKey, commitment, digest]) => ({
    publicKey,
    digest: new Uint8Array(32).fill(digest),
    signature: concatBytes(commitment, new Uint8Array(32)),
  })),
);

const MALFORMED: fc.Arbitrary<SignatureCheck> = fc.constantFrom(
  shift(good(1, 1), Fn.ORDER),
  // 2 is the y of no point.
  { ...good(1, 2), publicKey: Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 2 : 0)) },
  {
    ...good(2, 1),
    signature: Uint8Array.from({ length: 64 }, (_, at) => (at === 0 ? 2 : 0)),
  },
  { ...good(2, 2), signature: good(2, 2).signature.subarray(0, 63) },
  { ...good(2, 3), publicKey: good(2, 3).publicKey.subarray(0, 31) },
);

const WRONG: fc.Arbitrary<SignatureCheck> = fc.oneof(
  fc.constantFrom(
    { ...good(1, 1), digest: new Uint8Array(32) },
    { ...good(1, 1), publicKey: good(2, 1).publicKey },
    shift(good(1, 1), 1n),
  ),
  smallOrder.map((publicKey) => ({ ...good(3, 3), publicKey })),
);

const oneByOne = (checks: readonly SignatureCheck[]): readonly boolean[] =>
  checks.map(({ signature, digest, publicKey }) => verifySignature(signature, digest, publicKey));

test('VER8 accepts in a batch all that ZIP215 accepts one by one, beside what is malformed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(ACCEPTED, MALFORMED), { maxLength: 12 }), async (checks) => {
      expect(await check(checks)).toEqual(oneByOne(checks));
    }),
    { numRuns: 80 },
  );
});

test('VER8 accepts nothing of a batch with a wrong signature in it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(ACCEPTED, MALFORMED), { maxLength: 8 }),
      WRONG,
      fc.nat({ max: 8 }),
      async (others, wrong, at) => {
        const checks = others.toSpliced(at, 0, wrong);
        expect(await check(checks)).toEqual(checks.map(() => false));
      },
    ),
    { numRuns: 60 },
  );
});

test('VER8 lets errors not cancel each other out', async () => {
  const pair = [shift(good(1, 1), 1n), shift(good(1, 2), -1n)];
  const crossed = [good(1, 1), good(1, 2)].map((one, index, all) => ({
    ...one,
    signature: concatBytes(
      one.signature.subarray(0, 32),
      (all[1 - index] as SignatureCheck).signature.subarray(32),
    ),
  }));
  expect([await check(pair), await check(crossed)]).toEqual([
    [false, false],
    [false, false],
  ]);
});

test('VER8 judges 256 of three signers as one by one', async () => {
  const checks = Array.from({ length: 256 }, (_, index) => good((index % 3) + 1, index));
  expect(await check(checks)).toEqual(checks.map(() => true));
});
