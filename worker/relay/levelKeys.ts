import { toBytes, toHex } from '../crdt/bytes.ts';
import { packStored } from '../crdt/op.ts';
import type { PackedOp } from '../crdt/packedOp.ts';
import type { OpRecord } from '../ports.ts';

/**
 * What stands where in the database:
 *
 * - `format`: the version of all this
 * - `op!<pipeline>!<offset, 14 hex digits>`: a 2, the seen-key (32 bytes) and the packed op; as format
 *   1 wrote it: the seen-key in 64 hex digits and the op's text
 * - `damaged!<pipeline>!<offset>`: a value taken out of the log
 * - `id!<pipeline>`: the log's id, 32 hex digits
 * - `missing!<pipeline>`: how many offsets below the log's end are known to hold no op
 */

export const STORE_FORMAT = 2;
export const FORMAT_KEY = 'format';

export interface Place {
  readonly pipeline: string;
  readonly offset: number;
}

const KEY_BYTES = 32;
/** Also the first byte of a value; one of format 1 begins with a hex digit. */
const FORMAT_2 = 2;
const OP_KEY = /^op!([a-z0-9-]{1,64})!([0-9a-f]{14})$/;

/** Every key of every op. */
export const ALL_OPS = { gt: 'op!', lt: 'op!~' };

export const opKey = (pipeline: string, offset: number): string =>
  `op!${pipeline}!${digitsOf(offset)}`;
/** Above every offset: `~` sorts behind the hex digits. */
export const endOfOps = (pipeline: string): string => `op!${pipeline}!~`;
export const damagedKey = (pipeline: string, offset: number): string =>
  `damaged!${pipeline}!${digitsOf(offset)}`;
export const idKey = (pipeline: string): string => `id!${pipeline}`;
export const missingKey = (pipeline: string): string => `missing!${pipeline}`;

/** undefined: not the key of an op, or a damaged one. */
export function placeOf(key: string): Place | undefined {
  const [, pipeline, digits] = OP_KEY.exec(key) ?? [];
  if (pipeline === undefined || digits === undefined) return undefined;
  return { pipeline, offset: Number.parseInt(digits, 16) };
}

export function valueFor({ key, bytes }: OpRecord): Uint8Array {
  const value = new Uint8Array(1 + KEY_BYTES + bytes.length);
  value[0] = FORMAT_2;
  value.set(toBytes(key), 1);
  value.set(bytes, 1 + KEY_BYTES);
  return value;
}

/** Whatever stands there; a damaged record is told by its op. */
export function recordOf(value: Uint8Array): OpRecord {
  if (value[0] !== FORMAT_2) return recordOfFormat1(value);
  const start = value.byteOffset + 1 + KEY_BYTES;
  // LevelDB gives a Buffer; a packed op is a plain array.
  const bytes = new Uint8Array(value.buffer, start, value.length - 1 - KEY_BYTES);
  return { key: toHex(value.subarray(1, 1 + KEY_BYTES)), bytes: bytes as PackedOp };
}

function recordOfFormat1(value: Uint8Array): OpRecord {
  const digits = 2 * KEY_BYTES;
  const key = new TextDecoder().decode(value.subarray(0, digits));
  return { key, bytes: packStored(new TextDecoder().decode(value.subarray(digits)), key) };
}

function digitsOf(offset: number): string {
  return offset.toString(16).padStart(14, '0');
}
