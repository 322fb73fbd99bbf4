/** What an op's id, digest and seen-key are computed from. */

import { type PublicKey, type SeenKey, toHex } from './bytes.ts';
import { sha256 } from './sha256.ts';
import type { InnerOp, PathSegment } from './signedOp.ts';
import {
  begin,
  createScratch,
  writeByteArray,
  writeHex,
  writeUtf8,
  writtenView,
} from './textWriter.ts';
import { debugValue } from './value.ts';

const utf8 = new TextEncoder();
const scratch = createScratch();

export type IdentifiedPart = Pick<InnerOp, 'origin' | 'author' | 'seq' | 'is_deleted' | 'content'>;

/** The op id that an op of this content has, 32 bytes. */
export function computeOpId(inner: IdentifiedPart): Uint8Array {
  const content = inner.content === null ? '' : debugValue(inner.content);
  begin(scratch);
  writeByteArray(scratch, inner.origin, 'debug');
  writeUtf8(scratch, ',');
  writeByteArray(scratch, inner.author, 'debug');
  writeUtf8(scratch, `,${inner.seq},${inner.is_deleted},${content}`);
  return sha256(writtenView(scratch));
}

export interface DigestedPart {
  readonly id: Uint8Array;
  readonly path: readonly PathSegment[];
  readonly dependsOn: readonly Uint8Array[];
}

/** The 32 bytes that the signer signs. They hold only 24 bits of each path index. */
export function computeDigest({ id, path, dependsOn }: DigestedPart): Uint8Array {
  begin(scratch);
  writeByteArray(scratch, id, 'debug');
  path.forEach((segment, index) => {
    writeUtf8(scratch, index === 0 ? ',' : '.');
    if (segment.type === 'field') writeUtf8(scratch, segment.field);
    else writeHex(scratch, segment.index.subarray(0, 3));
  });
  writeUtf8(scratch, path.length === 0 ? ',,' : ',');
  for (const signature of dependsOn) writeHex(scratch, signature);
  return sha256(writtenView(scratch));
}

/** What tells one op from every other: SHA-256 of its canonical text, which `signedOp.ts` writes. */
export function computeSeenKey(canonical: string | Uint8Array): SeenKey {
  return toHex(sha256(typeof canonical === 'string' ? utf8.encode(canonical) : canonical));
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
  const last = (publicKey[31] ?? 0) & 0x7f;
  if (!SMALL_ORDER_LAST.has(last)) return false;
  const y = Uint8Array.from(publicKey);
  y[31] = last;
  return SMALL_ORDER_Y.has(toHex<PublicKey>(y));
}

const SMALL_ORDER_LAST: ReadonlySet<number> = new Set(
  Array.from(SMALL_ORDER_Y, (y) => Number.parseInt(y.slice(-2), 16)),
);
