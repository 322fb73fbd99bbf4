/**
 * Ops in a file, each as the text that was signed: one a line, as an export has them, or in frames
 * as nodes send them (`{"type":"bulk","ops":[…]}`), or as the lists of a bug bundle. Pure. Nothing is
 * checked here but the form of the file; the worker judges the ops.
 */

/** Some 60,000 ops of a thousand bytes. Longer files are not read at all. */
export const OP_FILE_BYTES_MAX = 64 * 1024 * 1024;

export interface OpLine {
  /** Line of the file, from 1. */
  readonly place: number;
  readonly text: string;
}

export type ReadOps =
  | {
      readonly type: 'read';
      readonly ops: readonly OpLine[];
      /** Lines that hold neither an op nor a frame. */
      readonly refused: readonly number[];
    }
  | { readonly type: 'rejected' };

/** Whether a text looks like ops: what does not may be stories. */
export function isOpFile(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** Never throws. */
export function readOpLines(text: string): ReadOps {
  const plain = text.replace(/^\uFEFF/, '');
  const ops: OpLine[] = [];
  const refused: number[] = [];
  let place = 0;
  for (const line of plain.split(/\r\n|\n/)) {
    place += 1;
    if (line.trim() === '') continue;
    const found = opsOfLine(line);
    if (found === null) refused.push(place);
    else for (const one of found) ops.push({ place, text: one });
  }
  const isLaidOut = /^\s*\{(?:[^\n]*[^}\s])?\s*\n/.test(plain);
  if (ops.length > 0 && !isLaidOut) return { type: 'read', ops, refused };
  // One value over several lines: a bug bundle, or a frame that was laid out to be read.
  const whole = framed(parse(plain));
  if (whole === null) return { type: 'rejected' };
  return {
    type: 'read',
    ops: whole.map((one, index) => ({ place: index + 1, text: one })),
    refused: [],
  };
}

/** First fields of what holds ops; whatever else is an object is judged as an op. */
const FRAME = /^\{\s*"(type|ops|op|caps|left|log|since|held|frame|format|description)"/;

/** null: neither an op nor a frame. Never throws. */
export function opsOfLine(line: string): readonly string[] | null {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  // An op stays the text it is: what is parsed and written again may not be what was signed.
  return FRAME.test(text) ? framed(parse(text)) : [text];
}

function framed(value: unknown): readonly string[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, ops, op, held, frame }: { readonly [name: string]: unknown } = { ...value };
  // As test vectors keep what a node sent.
  if (typeof frame === 'string') return framed(parse(frame));
  if (type === 'op' && typeof op === 'string') return [op];
  const lists = [ops, held ?? []];
  if (!lists.every((list) => Array.isArray(list))) return null;
  const texts = (lists as readonly unknown[][]).flat();
  return texts.every((text) => typeof text === 'string') ? texts : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
