/**
 * What every system that is measured side by side does: keeps the board as people would model it
 * there, registers as last writer wins. It calls back for each change that it shows, its own and
 * others', as a page needs it.
 */

import type { NewFields } from '../../../worker/crdt/view.ts';
import type { BoardChange } from '../boardWork.ts';

export interface BoardSystem {
  createWriter(onChange: () => void): Promise<BoardWriter>;
  createReader(onChange: () => void): Promise<BoardReader>;
}

export interface BoardWriter {
  /** Makes one change and commits it by itself. */
  make(change: BoardChange): unknown;
  /** The same, and what others need to take it over. */
  makeUpdate(change: BoardChange): Uint8Array | Promise<Uint8Array>;
  /** All changes so far, in the form that a fresh reader is best given. */
  history(): Uint8Array | Promise<Uint8Array>;
}

/** Empty until it loads. */
export interface BoardReader {
  load(history: Uint8Array): unknown;
  /** All items in order, with their nine fields as plain values. */
  board(): readonly NewFields[];
  /** Takes one more change over, and shows it. */
  apply(update: Uint8Array): unknown;
}

const utf8 = new TextEncoder();

/** For systems whose messages are values. */
export function encodeJson(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(value));
}

/** `T`: what `encodeJson` was given. */
export function decodeJson<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
