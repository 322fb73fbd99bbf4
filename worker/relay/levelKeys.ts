import type { OpRecord } from '../ports.ts';

/**
 * What stands where in the database:
 *
 * - `format`: the version of all this
 * - `op!<pipeline>!<offset, 14 hex digits>`: the seen-key (64 hex digits) and the op's text behind it
 * - `damaged!<pipeline>!<offset>`: a value taken out of the log
 * - `missing!<pipeline>`: how many offsets below the log's end are known to hold no op
 */

export const STORE_FORMAT = 1;
export const FORMAT_KEY = 'format';

export interface Place {
  readonly pipeline: string;
  readonly offset: number;
}

const SEEN_KEY_LENGTH = 64;
const OP_KEY = /^op!([a-z0-9-]{1,64})!([0-9a-f]{14})$/;

/** Every key of every op. */
export const ALL_OPS = { gt: 'op!', lt: 'op!~' };

export const opKey = (pipeline: string, offset: number): string =>
  `op!${pipeline}!${digitsOf(offset)}`;
/** Above every offset: `~` sorts behind the hex digits. */
export const endOfOps = (pipeline: string): string => `op!${pipeline}!~`;
export const damagedKey = (pipeline: string, offset: number): string =>
  `damaged!${pipeline}!${digitsOf(offset)}`;
export const missingKey = (pipeline: string): string => `missing!${pipeline}`;

/** undefined: not the key of an op, or a damaged one. */
export function placeOf(key: string): Place | undefined {
  const [, pipeline, digits] = OP_KEY.exec(key) ?? [];
  if (pipeline === undefined || digits === undefined) return undefined;
  return { pipeline, offset: Number.parseInt(digits, 16) };
}

export function recordOf(value: string): OpRecord {
  return { key: value.slice(0, SEEN_KEY_LENGTH), text: value.slice(SEEN_KEY_LENGTH) };
}

function digitsOf(offset: number): string {
  return offset.toString(16).padStart(14, '0');
}
