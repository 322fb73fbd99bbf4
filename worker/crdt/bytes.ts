/** Ids, keys and signatures as lower-case hex: comparable, usable as map keys, ordered as bytes are. */

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

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

export function toHex<T extends Hex<string>>(bytes: Uint8Array): T {
  return bytesToHex(bytes) as T;
}

/** `hex` is one of the branded texts above. */
export function toBytes(hex: string): Uint8Array {
  return hexToBytes(hex);
}

/** An op id that came from outside as text; undefined if it is none. */
export function parseOpId(text: string): OpId | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as OpId) : undefined;
}
