/** Edits that a peer could make with what it holds. */

import { ROOT } from '../../worker/crdt/bytes.ts';
import type { Op } from '../../worker/crdt/op.ts';
import {
  deleteOp,
  insertOp,
  itemContent,
  opText,
  setOp,
  type TestSigner,
  text,
} from './opFactory.ts';

/** `dice`: from 0 up to 1. `number`: another one for each edit. */
export function editOn(
  ops: readonly Op[],
  signer: TestSigner,
  { dice, number }: { readonly dice: () => number; readonly number: number },
): string {
  const items = ops.filter(({ type }) => type === 'insert');
  const item = items[Math.floor(dice() * items.length)];
  const kind = dice();
  const seq = number + 1;
  if (item === undefined || kind < 0.4) {
    const origin = item?.id ?? ROOT;
    const content = itemContent({ name: text(`story ${number}`) });
    return opText(insertOp({ signer, seq, origin, content }));
  }
  return kind < 0.9
    ? opText(setOp(item.id, 'name', { signer, seq, content: text(`name ${number}`) }))
    : opText(deleteOp(item.id, { signer, seq }));
}
