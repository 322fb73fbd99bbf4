/**
 * The core alone, in Node: ops applied a second, from nothing checked to everything checked. One
 * document a run, ops in log order.
 */

import { createDocument, type Document } from '../../worker/crdt/document.ts';
import { examineOp, type Op, readOp } from '../../worker/crdt/op.ts';
import { takeIn } from '../../worker/intake.ts';
import type { Verifier } from '../../worker/ports.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { SLICE_OPS } from '../../worker/wire/limits.ts';
import { createNobleVerifier } from './checks.ts';
import { type Figure, figure } from './figure.ts';
import { type Setting, SYNTHETIC_OPS } from './setting.ts';
import { fastestMs, perSecond, timeCpuMs } from './timing.ts';
import type { Workload } from './workload.ts';

const RUNS = 4;
/** noble takes about a millisecond a signature. */
const NOBLE_OPS = 500;

export async function* measureCore(setting: Setting): AsyncGenerator<Figure> {
  for (const workload of [setting.dump(), setting.synthetic(SYNTHETIC_OPS)]) {
    const { ops } = workload;
    const name = (what: string): string => `core.${what}.${workload.name}`;
    const rate = async (run: () => unknown): Promise<number> =>
      perSecond(ops.length, await fastestMs(RUNS, run, timeCpuMs));

    const apply = figure(name('apply'), 'op/s', await rate(() => applyAll(ops)));
    yield apply;
    const unsigned = figure(
      name('parse-hash-apply'),
      'op/s',
      await rate(() => examineAll(workload)),
      apply,
    );
    yield unsigned;
    yield figure(name('reread-apply'), 'op/s', await rate(() => rereadAll(workload)), unsigned);
    const native = createNodeVerifier(async () => undefined);
    const checked = await rate(() => takeInAll(ops, native));
    yield figure(name('parse-hash-verify-apply-native'), 'op/s', checked, unsigned);
    const some = ops.slice(0, NOBLE_OPS);
    const nobleMs = await fastestMs(2, () => takeInAll(some, createNobleVerifier()), timeCpuMs);
    const noble = perSecond(some.length, nobleMs);
    yield figure(name('parse-hash-verify-apply-noble'), 'op/s', noble, unsigned);
  }
}

/** Ops that are examined already. */
function applyAll(ops: readonly Op[]): Document {
  const document = createDocument();
  for (const op of ops) document.apply(op);
  return document;
}

/** All that an untrusted op goes through, but for its signature. */
function examineAll({ ops, visibleItems }: Workload): void {
  const document = createDocument();
  for (const { bytes } of ops) {
    const examined = examineOp(bytes, document.causes.hasSeen);
    if (examined.type === 'candidate') document.apply(examined.op);
  }
  expectItems(document, visibleItems);
}

/** As a replica reads its own log at the start. */
function rereadAll({ ops, visibleItems }: Workload): void {
  const document = createDocument();
  for (const { key, bytes } of ops) {
    const op = readOp(bytes, key);
    if (op.type !== 'rejected') document.apply(op);
  }
  expectItems(document, visibleItems);
}

/** As replica and relay take ops in: slice by slice, signatures included. */
async function takeInAll(ops: readonly Op[], verifier: Verifier): Promise<void> {
  const document = createDocument();
  for (let at = 0; at < ops.length; at += SLICE_OPS) {
    const slice = ops.slice(at, at + SLICE_OPS).map(({ bytes }) => bytes);
    const { verified } = await takeIn(slice, document.causes.hasSeen, verifier);
    for (const op of verified) document.apply(op);
  }
  if (document.causes.size() !== ops.length) throw new Error('an op was not accepted');
}

function expectItems(document: Document, count: number): void {
  const found = document.items.view().length;
  if (found !== count) throw new Error(`${found} items instead of ${count}`);
}
