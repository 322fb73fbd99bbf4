/** The op log as a file: what two replicas with the same ops write alike, byte for byte. */

import { encodeSignedOp, parseSignedOp } from './crdt/signedOp.ts';
import type { OpRecord } from './ports.ts';

/** Canonical texts, a line each, sorted by seen-key. */
export async function exportOps(log: AsyncIterable<readonly OpRecord[]>): Promise<string> {
  const lines: [key: string, text: string][] = [];
  for await (const records of log) {
    for (const { key, text } of records) lines.push([key, canonicalText(text)]);
  }
  lines.sort(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([, text]) => `${text}\n`).join('');
}

function canonicalText(text: string): string {
  const parsed = parseSignedOp(text);
  return parsed.type === 'read' ? encodeSignedOp(parsed.value) : text;
}
