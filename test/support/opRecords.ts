/** Records of real ops, in causal order, for tests of stores and replicas. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOp } from '../../worker/crdt/op.ts';
import type { OpRecord } from '../../worker/ports.ts';

const DUMP = join(import.meta.dirname, '../vectors/pipeline-dump.json');

/** The first `count` ops of the pipeline dump. */
export function dumpRecords(count: number): readonly OpRecord[] {
  const { frame } = JSON.parse(readFileSync(DUMP, 'utf8')) as { frame: string };
  const { ops } = JSON.parse(frame) as { ops: string[] };
  return ops.slice(0, count).map((text) => {
    const op = readOp(text);
    if (op.type === 'rejected') throw new Error(`the dump has a bad op: ${op.detail}`);
    return { key: op.key, text };
  });
}
