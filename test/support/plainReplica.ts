/** The core without store, network or worker: one text in, one outcome out. */

import { verifySignature } from '../../worker/crdt/curve.ts';
import { createDocument, type Document } from '../../worker/crdt/document.ts';
import { examineOp, type SignatureClaim } from '../../worker/crdt/op.ts';
import type { Change } from '../../worker/crdt/view.ts';

export type PlainOutcome = 'applied' | 'duplicate' | 'held' | 'rejected';

export interface PlainReplica {
  receive(text: string): PlainOutcome;
  readonly document: Document;
  /** Every change in view so far. */
  readonly changes: Change[];
}

export function createPlainReplica(): PlainReplica {
  const document = createDocument();
  const changes: Change[] = [];
  return {
    document,
    changes,
    receive(text) {
      const examined = examineOp(text, document.causes.hasSeen);
      if (examined.type !== 'candidate') return examined.type;
      if (!verifyOnce(examined.claim)) return 'rejected';
      const application = document.apply(examined.op);
      changes.push(...application.changes);
      return application.outcome;
    },
  };
}

const verified = new Map<string, boolean>();

/** The same claim always gets the same answer, and vectors repeat theirs in every permutation. */
function verifyOnce({ signature, digest, publicKey }: SignatureClaim): boolean {
  const key = [signature, digest, publicKey].join();
  const known = verified.get(key);
  if (known !== undefined) return known;
  const answer = verifySignature(signature, digest, publicKey);
  verified.set(key, answer);
  return answer;
}
