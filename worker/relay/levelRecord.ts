import { crc32 } from 'node:zlib';
import { copyHex, toBytes, toHex } from '../crdt/bytes.ts';
import type { IndexedOp } from '../crdt/causes.ts';
import { packStored, readOp } from '../crdt/op.ts';
import type { PackedOp } from '../crdt/packedOp.ts';
import type { OpRecord } from '../ports.ts';
import type { LoggedOp } from './opLog.ts';

/**
 * An op as a value of the database. By format 2:
 *
 *     2, CRC-32 of all that follows (4 bytes, little-endian), 1 if an item id follows or 0,
 *     seen-key (32), signature (64), item id (32, of an insert), packed op
 *
 * so that a start finds what it has to know without reading or hashing the op; the second copy of the
 * signature is what LevelDB's compression takes away. By format 1: the seen-key in 64 hex digits and
 * the op's text, where only the seen-key tells whether it is sound.
 */

/** One of format 1 begins with a hex digit. */
const FORMAT_2 = 2;
const CHECKED_FROM = 5;
const KEY_FROM = 6;
const SIGNATURE_FROM = KEY_FROM + 32;
const ITEM_FROM = SIGNATURE_FROM + 64;
const ITEM_BYTES = 32;

export function valueFor({ key, signature, itemId, bytes }: LoggedOp): Uint8Array {
  const opFrom = itemId === null ? ITEM_FROM : ITEM_FROM + ITEM_BYTES;
  const value = new Uint8Array(opFrom + bytes.length);
  value[0] = FORMAT_2;
  value[CHECKED_FROM] = itemId === null ? 0 : 1;
  copyHex(key, value, KEY_FROM);
  copyHex(signature, value, SIGNATURE_FROM);
  if (itemId !== null) copyHex(itemId, value, ITEM_FROM);
  value.set(bytes, opFrom);
  checksumOf(value).setUint32(0, crc32(value.subarray(CHECKED_FROM)), true);
  return value;
}

/** undefined: it is damaged. The parts are views of `value`. */
export function indexedOf(value: Uint8Array): IndexedOp | undefined {
  if (value[0] !== FORMAT_2) return indexedOfFormat1(value);
  if (!isSound(value)) return undefined;
  return {
    seenKey: value.subarray(KEY_FROM, SIGNATURE_FROM),
    signature: value.subarray(SIGNATURE_FROM, ITEM_FROM),
    item: value[CHECKED_FROM] === 0 ? null : value.subarray(ITEM_FROM, ITEM_FROM + ITEM_BYTES),
  };
}

/** undefined: it is damaged. What is wrong with an op of format 1 is told by `indexedOf` alone. */
export function recordOf(value: Uint8Array): OpRecord | undefined {
  if (value[0] !== FORMAT_2) return recordOfFormat1(value);
  if (!isSound(value)) return undefined;
  const opFrom = value[CHECKED_FROM] === 0 ? ITEM_FROM : ITEM_FROM + ITEM_BYTES;
  // LevelDB gives a Buffer; a packed op is a plain array.
  const bytes = new Uint8Array(value.buffer, value.byteOffset + opFrom, value.length - opFrom);
  return { key: toHex(value.subarray(KEY_FROM, SIGNATURE_FROM)), bytes: bytes as PackedOp };
}

function isSound(value: Uint8Array): boolean {
  if (value.length < ITEM_FROM) return false;
  return checksumOf(value).getUint32(0, true) === crc32(value.subarray(CHECKED_FROM));
}

function checksumOf(value: Uint8Array): DataView {
  return new DataView(value.buffer, value.byteOffset + 1, 4);
}

function recordOfFormat1(value: Uint8Array): OpRecord {
  const { key, text } = splitFormat1(value);
  return { key, bytes: packStored(text, key) };
}

function indexedOfFormat1(value: Uint8Array): IndexedOp | undefined {
  const { key, text } = splitFormat1(value);
  const op = readOp(text);
  if (op.type === 'rejected' || op.key !== key) return undefined;
  return {
    seenKey: toBytes(key),
    signature: toBytes(op.signature),
    item: op.type === 'insert' ? toBytes(op.id) : null,
  };
}

function splitFormat1(value: Uint8Array): { readonly key: string; readonly text: string } {
  const utf8 = new TextDecoder();
  return { key: utf8.decode(value.subarray(0, 64)), text: utf8.decode(value.subarray(64)) };
}
