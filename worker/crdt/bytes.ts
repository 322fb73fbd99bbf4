/** Ids, keys and signatures as lower-case hex: comparable, usable as map keys, ordered as bytes are. */

import { hexToBytes } from '@noble/hashes/utils.js';

declare const brand: unique symbol;
type Hex<Name extends string> = string & { readonly [brand]: Name };

/** 32 bytes: SHA-256 of what an op says. Of an insert it is also the item's id. */
export type OpId = Hex<'op-id'>;
/** 32 bytes: an Ed25519 public key. */
export type PublicKey = Hex<'public-key'>;
/** 64 bytes. */
export type Signature = Hex<'signature'>;
/** 32 bytes: SHA-256 of an op's canonical text; what makes two deliveries the same op. */
export type SeenKey = Hex<'seen-key'>;

/** 32 zero bytes: the head of the list as an origin. */
export const ROOT = '0'.repeat(64) as OpId;

/**
 * As one piece: noble adds digit to digit where the platform has no `toHex`, and V8 keeps such a text
 * as a tree of its pieces, of a kilobyte, until somebody compares or hashes it.
 */
export function toHex<T extends Hex<string>>(bytes: Uint8Array): T {
  const codes = new Uint8Array(2 * bytes.length);
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    codes[2 * at] = DIGITS.charCodeAt(byte >> 4);
    codes[2 * at + 1] = DIGITS.charCodeAt(byte & 15);
  }
  return ascii.decode(codes) as T;
}

const DIGITS = '0123456789abcdef';
const ascii = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `hex` is one of the branded texts above. */
export function toBytes(hex: string): Uint8Array {
  return hexToBytes(hex);
}

/** Writes the bytes of `hex`, one of the branded texts above, into `into`, from `start` on. */
export function copyHex(hex: string, into: Uint8Array, start = 0): void {
  const count = hex.length / 2;
  if (start + count > into.length) throw new Error(`no room for ${hex.length} digits`);
  for (let at = 0; at < count; at += 1) {
    into[start + at] =
      (digitValue(hex.charCodeAt(at * 2)) << 4) | digitValue(hex.charCodeAt(at * 2 + 1));
  }
}

/** Of a lower-case hex digit. */
function digitValue(charCode: number): number {
  return charCode < 0x40 ? charCode - 0x30 : charCode - 0x57;
}

/** Of the same length, and byte for byte the same. */
export function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

/** An op id that came from outside as text; undefined if it is none. */
export function parseOpId(text: string): OpId | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as OpId) : undefined;
}
