/**
 * Ops from a file: they go the way of ops from a peer, and what became of each is told.
 *
 * Invariant: nothing but `receive` lets an op in; a file is believed no more than a peer.
 */

import type { ImportFate, ImportQuery } from './api.ts';
import type { SeenKey } from './crdt/bytes.ts';
import { type Examination, examineOp, type Op } from './crdt/op.ts';
import type { ReceivedBatch } from './inspection.ts';
import type { Verifier } from './ports.ts';
import type { OpExchange, OpSource } from './sync/exchange.ts';

/** Most ops in one query. */
export const IMPORT_OPS_MAX = 512;

/** No connection has this name, so all peers are offered what is new. */
const FILE_SOURCE = 'file';

/** Reads such a query from a page. null: it is none. */
export function parseImport(type: ImportQuery['type'], ops: unknown): ImportQuery | null {
  if (!Array.isArray(ops) || ops.length > IMPORT_OPS_MAX) return null;
  return ops.every((op) => typeof op === 'string') ? { type, ops } : null;
}

/** What would become of `ops`. Whether one would be held depends on those that come with it. */
export async function checkOps(
  ops: readonly string[],
  isKnown: (key: SeenKey) => boolean,
  verifier: Verifier,
): Promise<readonly ImportFate[]> {
  const seen = new Set<SeenKey>();
  const examined = ops.map((op) => {
    const one = examineOp(op, (key) => isKnown(key) || seen.has(key));
    if (one.type === 'candidate') seen.add(one.op.key);
    return one;
  });
  const candidates = examined.filter((one) => one.type === 'candidate');
  const answers = await verifier.verify(candidates.map(({ claim }) => claim));
  const signed = new Set(candidates.filter((_, index) => answers[index] === true));
  return examined.map((one) => {
    if (one.type !== 'candidate') return earlyFate(one);
    return signed.has(one) ? { name: 'new' } : WRONG_SIGNATURE;
  });
}

const WRONG_SIGNATURE: ImportFate = {
  name: 'refused',
  reason: 'wrong-signature',
  detail: 'the signer did not sign this',
};

function earlyFate(one: Exclude<Examination, { readonly type: 'candidate' }>): ImportFate {
  if (one.type === 'duplicate') return { name: 'known' };
  return { name: 'refused', reason: one.reason, detail: one.detail };
}

export interface Importer {
  importOps(ops: readonly string[]): Promise<readonly ImportFate[]>;
  /** What the replica did with a batch, while it is done. */
  noteReceived(batch: ReceivedBatch, source: OpSource): void;
}

export function createImporter(receive: OpExchange['receive']): Importer {
  const underWay = new Map<OpSource, Map<SeenKey, ImportFate>>();

  return {
    async importOps(ops) {
      const source: OpSource = { peer: FILE_SOURCE, frame: 'file' };
      const fates = new Map<SeenKey, ImportFate>();
      underWay.set(source, fates);
      const { stored } = await receive(ops, source);
      underWay.delete(source);
      const onDisk: ReadonlySet<string> = new Set(stored);
      const told = new Set<SeenKey>();
      return ops.map((text) => {
        const examined = examineOp(text, (key) => told.has(key));
        if (examined.type !== 'candidate') return earlyFate(examined);
        const { key } = examined.op;
        told.add(key);
        const fate = fates.get(key) ?? WRONG_SIGNATURE;
        const isTaken = fate.name === 'new' || fate.name === 'held';
        return isTaken && !onDisk.has(key) ? { name: 'unstored' } : fate;
      });
    },
    noteReceived({ intake, causeOf }, source) {
      const fates = underWay.get(source);
      if (fates === undefined) return;
      for (const key of intake.known) fates.set(key, { name: 'known' });
      for (const op of intake.verified) fates.set(op.key, fateOf(op, causeOf));
    },
  };
}

function fateOf(op: Op, causeOf: ReceivedBatch['causeOf']): ImportFate {
  const cause = causeOf(op);
  return cause === undefined ? { name: 'new' } : { name: 'held', cause };
}
