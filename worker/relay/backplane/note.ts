import type { Place } from './backplane.ts';

/** What a relay keeps about a pipeline and the stream, beside the pipeline's log. */

export interface StreamNote {
  /** `Session.stream` */
  readonly stream: string;
  /** All up to there is stored here, or invalid for ever; null: nothing was read. */
  readonly place: Place | null;
  /** All ops of the log below this offset are in the stream. */
  readonly published: number;
  /** How many ops the log held; with fewer, what was read and stored is not all there any more. */
  readonly ops: number;
}

export function encodeNote(note: StreamNote): string {
  return JSON.stringify({ v: 1, ...note });
}

/** null: it is none, or of another version; then all is read and compared anew. */
export function parseNote(text: string): StreamNote | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { v, stream, place, published, ops } = partsOf(value);
  if (v !== 1 || typeof stream !== 'string' || !isCount(published) || !isCount(ops)) return null;
  if (place === null) return { stream, place, published, ops };
  const { seq, id } = partsOf(place);
  if (!isCount(seq) || typeof id !== 'string') return null;
  return { stream, place: { seq, id }, published, ops };
}

function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
