/** The op log as a file: what two replicas with the same ops write alike, byte for byte. */

import { opText, type PackedOp, TEXT } from './crdt/packedOp.ts';
import { encodeSignedOp, parseSignedOp } from './crdt/signedOp.ts';
import type { OpRecord } from './ports.ts';

/** Canonical texts, a line each, sorted by seen-key. */
export async function exportOps(log: AsyncIterable<readonly OpRecord[]>): Promise<string> {
  const lines: [key: string, text: string][] = [];
  for await (const records of log) {
    for (const { key, bytes } of records) lines.push([key, canonicalText(bytes)]);
  }
  lines.sort(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([, text]) => `${text}\n`).join('');
}

/** As all replicas write it, whatever text it came in. */
export function canonicalText(bytes: PackedOp): string {
  const text = opText(bytes);
  if (bytes[0] !== TEXT) return text;
  const parsed = parseSignedOp(text);
  return parsed.type === 'read' ? encodeSignedOp(parsed.value) : text;
}
