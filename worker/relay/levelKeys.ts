/**
 * What stands where in the database:
 *
 * - `format`: the version of all this
 * - `op!<pipeline>!<offset, 14 hex digits>`: the op; `levelRecord.ts` says how
 * - `damaged!<pipeline>!<offset>`: a value taken out of the log
 * - `id!<pipeline>`: the log's id, 32 hex digits
 * - `note!<pipeline>`: a text about the pipeline; `backplane/note.ts` has what it says
 * - `missing!<pipeline>`: how many offsets below the log's end are known to hold no op
 */

export const STORE_FORMAT = 2;
export const FORMAT_KEY = 'format';

export interface Place {
  readonly pipeline: string;
  readonly offset: number;
}

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
export const noteKey = (pipeline: string): string => `note!${pipeline}`;
export const missingKey = (pipeline: string): string => `missing!${pipeline}`;

/** undefined: not the key of an op, or a damaged one. */
export function placeOf(key: string): Place | undefined {
  const [, pipeline, digits] = OP_KEY.exec(key) ?? [];
  if (pipeline === undefined || digits === undefined) return undefined;
  return { pipeline, offset: Number.parseInt(digits, 16) };
}

function digitsOf(offset: number): string {
  return offset.toString(16).padStart(14, '0');
}
