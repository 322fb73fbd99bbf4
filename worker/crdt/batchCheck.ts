/**
 * ZIP215 for many signatures in one sum, for platforms without Ed25519 of their own: some six times as
 * fast as one by one, where all are good.
 *
 * Invariants:
 * 1. Accepted is only what ZIP215 accepts, but for a chance of 2^-128. Each equation is multiplied by
 *    128 random bits nobody knew when they signed, so that errors do not cancel out, and the sum by the
 *    cofactor, so that parts of small order count as little as they do one by one.
 * 2. All that ZIP215 accepts in a call is accepted if nothing well-formed in it is wrong. Otherwise
 *    nothing is, and the caller asks one by one.
 *
 * Source: Bernstein and others, "High-speed high-security signatures" (2012), section 5; ZIP 215.
 */

import type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, concatBytes } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { NativeCheck, Random, SignatureCheck } from '../ports.ts';

const { Point } = ed25519;
const { BASE, Fn } = Point;
const COEFFICIENT_BYTES = 16;

/** One signature's equation: response · B = commitment + challenge · key. */
interface Equation {
  readonly signer: string;
  readonly key: EdwardsPoint;
  readonly commitment: EdwardsPoint;
  readonly challenge: bigint;
  readonly response: bigint;
}

export function createBatchCheck(random: Pick<Random, 'bytes'>): NativeCheck {
  return async (checks) => judgeBatch(checks, random);
}

/** One answer a check, in order. */
export function judgeBatch(
  checks: readonly SignatureCheck[],
  random: Pick<Random, 'bytes'>,
): readonly boolean[] {
  const keys = new Map<string, EdwardsPoint | null>();
  const equations = checks.map((check) => readEquation(check, keys));
  const wellFormed = equations.filter((equation) => equation !== null);
  const areTrue = hold(wellFormed, random);
  return equations.map((equation) => areTrue && equation !== null);
}

/** null: a length, a point or the response is none. `keys` has those read so far. */
function readEquation(
  { publicKey, digest, signature }: SignatureCheck,
  keys: Map<string, EdwardsPoint | null>,
): Equation | null {
  if (signature.length !== 64) return null;
  const signer = publicKey.join();
  const known = keys.get(signer);
  const key = known === undefined ? readPoint(publicKey) : known;
  keys.set(signer, key);
  const commitmentBytes = signature.subarray(0, 32);
  const response = bytesToNumberLE(signature.subarray(32));
  const commitment = key && Fn.isValid(response) ? readPoint(commitmentBytes) : null;
  if (key === null || commitment === null) return null;
  // Of the bytes as they came: another encoding of the same point makes another challenge.
  const challenge = bytesToNumberLE(sha512(concatBytes(commitmentBytes, publicKey, digest)));
  return { signer, key, commitment, challenge, response };
}

function readPoint(bytes: Uint8Array): EdwardsPoint | null {
  try {
    return Point.fromBytes(bytes, true);
  } catch {
    return null;
  }
}

/** Whether 8 · Σ coefficient · (commitment + challenge · key − response · B) is zero. */
function hold(equations: readonly Equation[], random: Pick<Random, 'bytes'>): boolean {
  const coefficients = random.bytes(COEFFICIENT_BYTES * equations.length);
  const perSigner = new Map<string, { readonly key: EdwardsPoint; factor: bigint }>();
  let baseFactor = 0n;
  for (const [index, { signer, key, challenge, response }] of equations.entries()) {
    const at = COEFFICIENT_BYTES * index;
    const coefficient = bytesToNumberLE(coefficients.subarray(at, at + COEFFICIENT_BYTES));
    const ofSigner = perSigner.get(signer) ?? { key, factor: 0n };
    ofSigner.factor += coefficient * challenge;
    perSigner.set(signer, ofSigner);
    baseFactor += coefficient * response;
  }
  let sum = sumOfCommitments(equations, coefficients);
  for (const { key, factor } of perSigner.values()) {
    sum = sum.add(key.multiplyUnsafe(Fn.create(factor)));
  }
  return sum
    .subtract(BASE.multiplyUnsafe(Fn.create(baseFactor)))
    .clearCofactor()
    .is0();
}

/**
 * Σ coefficient · commitment, by Pippenger's buckets, four bits of all coefficients at a time. noble's
 * `pippenger` goes through 253 bits, of which these have 128, and a batch takes 1.4 times as long with it.
 */
function sumOfCommitments(equations: readonly Equation[], coefficients: Uint8Array): EdwardsPoint {
  let sum = Point.ZERO;
  for (let nibble = 2 * COEFFICIENT_BYTES - 1; nibble >= 0; nibble -= 1) {
    const buckets = new Array<EdwardsPoint>(16).fill(Point.ZERO);
    for (const [index, { commitment }] of equations.entries()) {
      const byte = coefficients[COEFFICIENT_BYTES * index + (nibble >> 1)] ?? 0;
      const digit = (nibble & 1) === 0 ? byte & 15 : byte >> 4;
      if (digit > 0) buckets[digit] = buckets[digit]?.add(commitment) ?? commitment;
    }
    sum = sum.double().double().double().double().add(weightedSum(buckets));
  }
  return sum;
}

/** Σ digit · bucket: each of the running sums from the last bucket down has it once more. */
function weightedSum(buckets: readonly EdwardsPoint[]): EdwardsPoint {
  let running = Point.ZERO;
  let sum = Point.ZERO;
  for (const bucket of buckets.slice(1).reverse()) {
    running = running.add(bucket);
    sum = sum.add(running);
  }
  return sum;
}
