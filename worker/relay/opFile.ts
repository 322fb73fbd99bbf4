import { OP_FILE_BYTES_MAX, opsOfLine, readOpLines } from '../../src/transfer/opLines.ts';
import { MAX_FRAME_BYTES } from '../wire/limits.ts';

/**
 * A file of ops read a line at a time, in the forms that a page imports: ops, frames of nodes, or one
 * value over several lines. Nothing is judged here but the form. Never throws but what `chunks` throws.
 */

export type OpFileEntry =
  /** `place`: line from 1; within a value over several lines the number of the op. */
  | { readonly type: 'op'; readonly place: number; readonly text: string }
  | { readonly type: 'refused'; readonly place: number; readonly detail: string };

interface Line {
  readonly place: number;
  /** null: longer than any frame; it was not kept. */
  readonly bytes: Uint8Array | null;
}

const NEWLINE = 10;

export async function* readOpFile(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<OpFileEntry> {
  /** Lines of one value that is laid out; null: each line stands for itself. */
  let laidOut: string[] | null = null;
  let laidOutBytes = 0;
  let isFirst = true;
  for await (const { place, bytes } of linesOf(chunks)) {
    const text = bytes === null ? null : decode(bytes);
    if (text === '') continue;
    if (isFirst && text !== null && /^\{(.*[^}])?$/s.test(text)) laidOut = [];
    isFirst = false;
    if (laidOut !== null && text !== null) {
      laidOutBytes += text.length;
      if (laidOutBytes <= OP_FILE_BYTES_MAX) laidOut.push(text);
      continue;
    }
    const ops = text === null ? null : opsOfLine(text);
    if (ops === null) yield refused(place, bytes);
    else for (const op of ops) yield { type: 'op', place, text: op };
  }
  if (laidOut !== null) yield* readLaidOut(laidOut, laidOutBytes);
}

function* readLaidOut(lines: readonly string[], bytes: number): Generator<OpFileEntry> {
  const read = bytes > OP_FILE_BYTES_MAX ? null : readOpLines(lines.join('\n'));
  if (read?.type !== 'read') {
    const detail = read === null ? 'longer than 64 MiB' : 'neither ops nor frames';
    yield { type: 'refused', place: 1, detail };
    return;
  }
  for (const { place, text } of read.ops) yield { type: 'op', place, text };
}

function refused(place: number, bytes: Uint8Array | null): OpFileEntry {
  const detail = bytes === null ? 'longer than 64 MiB' : 'neither an op nor a frame';
  return { type: 'refused', place, detail };
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let place = 1;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const keep = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes > MAX_FRAME_BYTES) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): Line => {
    const line = { place, bytes: bytes > MAX_FRAME_BYTES ? null : Buffer.concat(parts) };
    place += 1;
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at));
      from = at + 1;
      yield take();
    }
    // A copy: whoever reads a file may use its buffer again.
    keep(Uint8Array.from(chunk.subarray(from)));
  }
  if (bytes > 0) yield take();
}

/** Without a byte order mark and blanks around. null: not UTF-8. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return null;
  }
}
