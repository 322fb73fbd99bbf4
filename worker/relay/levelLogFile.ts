/**
 * LevelDB's own log file, as `doc/log_format.md` of LevelDB has it: blocks of 32 KiB, filled with
 * fragments of a header (checksum, 4 bytes; length, 2, little-endian; type, 1) and data. A header
 * never crosses a block: up to six zero bytes fill its end.
 */

const BLOCK_BYTES = 32 * 1024;
const HEADER_BYTES = 7;
const WHOLE = 1;
const LAST = 4;

/**
 * Bytes behind the last whole record: a write that a crash cut short. LevelDB leaves them out on
 * opening and does not say so. What does not match its checksum it tells itself; 0 in that case.
 */
export function countTornBytes(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = 0;
  let soundEnd = 0;
  while (at < file.length) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      if (soundEnd === at) soundEnd = Math.min(at + left, file.length);
      at += left;
      continue;
    }
    if (at + HEADER_BYTES > file.length) break;
    const bytes = HEADER_BYTES + view.getUint16(at + 4, true);
    const type = view.getUint8(at + 6);
    if (type < WHOLE || type > LAST || bytes > left) return 0;
    if (at + bytes > file.length) break;
    at += bytes;
    if (type === WHOLE || type === LAST) soundEnd = at;
  }
  return file.length - soundEnd;
}
