/**
 * What the document of a replica takes in memory, in Node: heap and array buffers after a garbage
 * collection, less what was there before, for each item of nine fields and 3.6 ops. A browser's
 * heap takes less, as Chromium keeps pointers in half the space.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import { examineOp, type Op } from '../../worker/crdt/op.ts';
import { textOf } from '../support/opRecords.ts';
import { type Figure, figure } from './figure.ts';
import { createWorkload } from './workload.ts';

const OPS = 36_000;

export async function* measureMemory(): AsyncGenerator<Figure> {
  const workload = createWorkload(OPS);
  const received = toBuffers(workload.ops);
  const { visibleItems, name } = workload;
  const before = bytesInUse();
  const document = takeInAll(received);
  const bytes = bytesInUse() - before;
  if (document.items.view().length !== visibleItems) throw new Error('items are missing');
  yield figure(`memory.document.item.${name}`, 'B', bytes / visibleItems);
}

/** Nothing of the ops is on the heap any more but their bytes. */
function toBuffers(ops: readonly Op[]): readonly Buffer[] {
  return ops.map((op) => Buffer.from(textOf(op)));
}

/** From frames, as a replica takes them in: each op has strings of its own. */
function takeInAll(received: readonly Buffer[]): Document {
  const document = createDocument();
  for (const text of received) {
    const examined = examineOp(text.toString(), document.causes.hasSeen);
    if (examined.type !== 'candidate') throw new Error('an op was not accepted');
    document.apply(examined.op);
  }
  return document;
}

function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
