/** What an op's id, digest, signature and seen-key are computed from. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type PublicKey, type SeenKey, toHex } from './bytes.ts';
import { debugBytes } from './rustDebug.ts';
import type { InnerOp, PathSegment } from './signedOp.ts';
import { debugValue } from './value.ts';

const utf8 = new TextEncoder();

function hashText(text: string): Uint8Array {
  return sha256(utf8.encode(text));
}

export type IdentifiedPart = Pick<InnerOp, 'origin' | 'author' | 'seq' | 'is_deleted' | 'content'>;

/** The op id that an op of this content has, 32 bytes. */
export function computeOpId(inner: IdentifiedPart): Uint8Array {
  const content = inner.content === null ? '' : debugValue(inner.content);
  const origin = debugBytes(inner.origin);
  const author = debugBytes(inner.author);
  return hashText(`${origin},${author},${inner.seq},${inner.is_deleted},${content}`);
}

export interface DigestedPart {
  readonly id: Uint8Array;
  readonly path: readonly PathSegment[];
  readonly dependsOn: readonly Uint8Array[];
}

/** The 32 bytes that the signer signs. They hold only 24 bits of each path index. */
export function computeDigest(part: DigestedPart): Uint8Array {
  const path = part.path.map(digestSegment).join('.');
  const dependencies = part.dependsOn.map((signature) => toHex(signature)).join('');
  return hashText(`${debugBytes(part.id)},${path},${dependencies}`);
}

function digestSegment(segment: PathSegment): string {
  return segment.type === 'field' ? segment.field : toHex(segment.index.subarray(0, 3));
}

/** What tells one op from every other: SHA-256 of its canonical text, which `encodeSignedOp` makes. */
export function computeSeenKey(canonicalText: string): SeenKey {
  return toHex(hashText(canonicalText));
}

/** Ed25519 by ZIP215, as the Rust nodes verify. Wrong lengths, points and scalars are refusals. */
export function verifySignature(
  signature: Uint8Array,
  digest: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return ed25519.verify(signature, digest, publicKey, { zip215: true });
}

/**
 * The y-coordinates of the eight points of small order, little-endian, with the two encodings that
 * are not canonical (p and p + 1). Anybody can sign for a key among them. Source: "Taming the many
 * EdDSAs" (Chalkias, Garillot, Nikolaenko 2020), table 1.
 */
const SMALL_ORDER_Y: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** Whether a 32-byte key is a point of small order, whatever its sign bit. */
export function isSmallOrder(publicKey: Uint8Array): boolean {
  const y = Uint8Array.from(publicKey);
  y[31] = (y[31] ?? 0) & 0x7f;
  return SMALL_ORDER_Y.has(toHex<PublicKey>(y));
}
