/**
 * Two items whose ids share the 24 bits that a signature covers, found by trying names. A set that
 * does not name its item in origin or inner author has one id, and one signature, on both.
 */

import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import {
  field,
  idOf,
  index,
  insertOp,
  itemContent,
  signedOp,
  type TestSigner,
  text,
} from '../support/opFactory.ts';

const INNER_AUTHOR = 'ab'.repeat(32);

/** A name each: with seq 1, the head as origin and `INNER_AUTHOR` their ids start alike. */
const NAMES = ['twin 1570', 'twin 4523'] as const;

export function twinOf(which: 0 | 1, signer: TestSigner): SignedOp {
  const content = itemContent({ name: text(NAMES[which]) });
  return insertOp({ signer, innerAuthor: INNER_AUTHOR, seq: 1, content });
}

/** The same for both twins in all that is signed. */
export function setOfTwin(which: 0 | 1, seq: number, signer: TestSigner): SignedOp {
  const twin = idOf(twinOf(which, signer));
  return signedOp({
    signer,
    innerAuthor: signer.publicKey,
    seq,
    content: text(`both ${seq}`),
    path: (id) => [field('items'), index(twin), field('agent'), index(id)],
  });
}
