import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { expect, test, vi } from 'vitest';
import { toHex } from '../../worker/crdt/bytes.ts';
import { verifySignature } from '../../worker/crdt/curve.ts';
import {
  computeDigest,
  computeOpId,
  computeSeenKey,
  isSmallOrder,
} from '../../worker/crdt/identity.ts';
import { encodeSignedOp } from '../../worker/crdt/signedOp.ts';
import {
  createFakeSigner,
  createSigner,
  field,
  index,
  insertOp,
  text,
} from '../support/opFactory.ts';

// Much work; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const { Point } = ed25519;
const P = 2n ** 255n - 19n;
const L = Point.Fn.ORDER;
const MESSAGE = utf8ToBytes('any digest');

function shaOf(plain: string): string {
  return toHex(sha256(utf8ToBytes(plain)));
}

const list = (byte: number, count: number): string => `[${Array(count).fill(byte).join(', ')}]`;

test('ID1 an op id hashes origin, inner author, seq, deletion and content as Rust debugs them', () => {
  const common = { origin: new Uint8Array(32).fill(1), author: new Uint8Array(32).fill(2), seq: 3 };
  const insert = { ...common, is_deleted: false, content: text('a"') };
  expect(toHex(computeOpId(insert))).toBe(
    shaOf(String.raw`${list(1, 32)},${list(2, 32)},3,false,String("a\"")`),
  );
  const remove = { ...common, seq: 2n ** 64n - 1n, is_deleted: true, content: null };
  expect(toHex(computeOpId(remove))).toBe(
    shaOf(`${list(1, 32)},${list(2, 32)},18446744073709551615,true,`),
  );
});

test('ID2 a digest hashes the id, the path with three bytes an index, and the dependencies', () => {
  const part = {
    id: new Uint8Array(32).fill(7),
    path: [field('items'), index('abcdef99'.repeat(8)), field('stage'), index('01'.repeat(32))],
    dependsOn: [new Uint8Array(64).fill(0xaa), new Uint8Array(64).fill(0x0b)],
  };
  expect(toHex(computeDigest(part))).toBe(
    shaOf(`${list(7, 32)},items.abcdef.stage.010101,${'aa'.repeat(64)}${'0b'.repeat(64)}`),
  );
  expect(toHex(computeDigest({ ...part, path: [], dependsOn: [] }))).toBe(
    shaOf(`${list(7, 32)},,`),
  );
});

test('ID3 a seen-key hashes the canonical text, so nothing of an op can change under it', () => {
  const op = insertOp({ signer: createFakeSigner(0), dependsOn: ['01'.repeat(64)] });
  expect(computeSeenKey(encodeSignedOp(op))).toBe(shaOf(encodeSignedOp(op)));
  const { inner } = op;
  const copies = [
    { ...op, author: new Uint8Array(32) },
    { ...op, signed_digest: op.signed_digest.with(63, 1) },
    { ...op, depends_on: [] },
    { ...op, inner: { ...inner, path: [field('items'), index('01'.repeat(32))] } },
    { ...op, inner: { ...inner, id: new Uint8Array(32) } },
    { ...op, inner: { ...inner, is_deleted: true } },
  ];
  expect(new Set([op, ...copies].map((copy) => computeSeenKey(encodeSignedOp(copy)))).size).toBe(
    copies.length + 1,
  );
});

test('SIG1 a signature holds for its digest and its key alone', () => {
  const [ours, other] = [createSigner(1), createSigner(2)];
  const key = Uint8Array.from(Buffer.from(ours.publicKey, 'hex'));
  const otherKey = Uint8Array.from(Buffer.from(other.publicKey, 'hex'));
  const signature = ours.sign(MESSAGE);
  expect(verifySignature(signature, MESSAGE, key)).toBe(true);
  expect(verifySignature(signature, MESSAGE, otherKey)).toBe(false);
  expect(verifySignature(signature, utf8ToBytes('another'), key)).toBe(false);
  for (const at of [0, 31, 32, 62]) {
    const flipped = signature.with(at, signature[at]! ^ 1);
    expect(verifySignature(flipped, MESSAGE, key)).toBe(false);
  }
});

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

/** Every 32-byte encoding of every point of small order, made from the curve: 14 of them. */
function smallOrderEncodings(): Uint8Array[] {
  const torsion = new Map<string, bigint>();
  for (let y = 2n; torsion.size < 8; y += 1n) {
    const point = decode(littleEndian(y));
    if (point === undefined) continue;
    // L times any point has small order; of every other point or so it generates all eight.
    const small = point.multiplyUnsafe(L - 1n).add(point);
    let multiple = Point.ZERO;
    for (let times = 0; times < 8; times += 1) {
      torsion.set(toHex(multiple.toBytes()), multiple.toAffine().y);
      multiple = multiple.add(small);
    }
  }
  const ys = new Set(torsion.values());
  const encodedYs = [...ys].flatMap((y) => (y + P < 2n ** 255n ? [y, y + P] : [y]));
  return encodedYs.flatMap((y) => [littleEndian(y), littleEndian(y + 2n ** 255n)]);
}

function decode(bytes: Uint8Array): InstanceType<typeof Point> | undefined {
  try {
    return Point.fromBytes(bytes, true);
  } catch {
    return undefined;
  }
}

test('SIG2 a point may be encoded without being reduced, as ZIP215 has it', () => {
  // S = 0 and points of small order: 8·0·B = 8·R + 8·k·A, whatever was signed.
  const encodings = smallOrderEncodings();
  const s = new Uint8Array(32);
  const accepted = encodings.flatMap((key) =>
    encodings.map((r) => verifySignature(Uint8Array.of(...r, ...s), MESSAGE, key)),
  );
  expect(accepted).toEqual(Array(14 * 14).fill(true));
});

test('SIG2 a key may have a part of small order, as ZIP215 has it', () => {
  const torsion = decode(smallOrderEncodings().find((bytes) => bytes[0] === 0x26)!)!;
  const [a, r] = [123_456_789n, 987_654_321n];
  const key = Point.BASE.multiply(a).add(torsion).toBytes();
  const commitment = Point.BASE.multiply(r).add(torsion).toBytes();
  const hash = sha512(Uint8Array.of(...commitment, ...key, ...MESSAGE));
  const s = (r + fromLittleEndian(hash) * a) % L;
  const signature = Uint8Array.of(...commitment, ...littleEndian(s));
  expect(isSmallOrder(key)).toBe(false);
  expect(verifySignature(signature, MESSAGE, key)).toBe(true);
  const unreduced = Uint8Array.of(...commitment, ...littleEndian(s + L));
  expect(verifySignature(unreduced, MESSAGE, key)).toBe(false);
});

test('SIG2 what is no point, no scalar or of the wrong length is refused without throwing', () => {
  const signer = createSigner(1);
  const key = Uint8Array.from(Buffer.from(signer.publicKey, 'hex'));
  const signature = signer.sign(MESSAGE);
  const noPoint = littleEndian(2n);
  expect(decode(noPoint)).toBeUndefined();
  const refused = [
    [signature, noPoint],
    [Uint8Array.of(...noPoint, ...signature.subarray(32)), key],
    [signature.with(63, 0xff), key],
    [signature.subarray(1), key],
    [Uint8Array.of(...signature, 0), key],
    [signature, key.subarray(1)],
    [signature, Uint8Array.of(...key, 0)],
    [new Uint8Array(), new Uint8Array()],
  ] as const;
  expect(refused.map(([sig, pub]) => verifySignature(sig, MESSAGE, pub))).toEqual(
    refused.map(() => false),
  );
});

test('SIG3 every encoding of a point of small order is known as one', () => {
  const encodings = smallOrderEncodings();
  expect(new Set(encodings.map((bytes) => toHex(bytes))).size).toBe(14);
  expect(encodings.map((bytes) => decode(bytes)?.isSmallOrder())).toEqual(
    encodings.map(() => true),
  );
  expect(encodings.map(isSmallOrder)).toEqual(encodings.map(() => true));
});

test('SIG3 no other key is, canonical or not', () => {
  const unreduced = Array.from({ length: 19 }, (_, y) => littleEndian(BigInt(y) + P));
  const small = Array.from({ length: 40 }, (_, y) => littleEndian(BigInt(y)));
  const near = Array.from({ length: 20 }, (_, less) => littleEndian(P - BigInt(less)));
  const honest = [1, 2, 3].map((number) => ed25519.getPublicKey(new Uint8Array(32).fill(number)));
  const keys = [...unreduced, ...small, ...near, ...honest].flatMap((bytes) => [
    bytes,
    bytes.with(31, bytes[31]! ^ 0x80),
  ]);
  const decoded = keys.filter((key) => decode(key) !== undefined);
  expect(decoded.length).toBeGreaterThan(40);
  expect(decoded.map(isSmallOrder)).toEqual(decoded.map((key) => decode(key)!.isSmallOrder()));
});
