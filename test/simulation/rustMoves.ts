/** Edits at the Rust node, made as Rust nodes make them. */

import { parseOpId, ROOT } from '../../worker/crdt/bytes.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { deleteOp, insertOp, itemContent, setOp, text } from '../support/opFactory.ts';
import { pickOf } from './dice.ts';
import type { Move } from './moves.ts';
import type { RustNode } from './rustNode.ts';
import { setOfTwin, twinOf } from './twins.ts';
import type { World } from './world.ts';

const FIELDS = ['stage', 'agent', 'name'] as const;

export function editInRustNode({ rust }: World, [what, which, value]: Move['picks']): void {
  const item = pickOf(rust.document.items.view(), which);
  const kind = what % 8;
  if (item === undefined || kind < 2) rust.publish(insertAtEnd(rust, value));
  else if (kind === 2) rust.publish(deleteOf(rust, item.id));
  else if (kind === 3) for (const op of setsOfTwins(rust, value)) rust.publish(op);
  else for (const op of setOf(rust, item.id, value)) rust.publish(op);
}

function nextSeq({ document }: RustNode): number {
  return Math.min(document.items.listSeq() + 1, Number.MAX_SAFE_INTEGER);
}

function insertAtEnd(rust: RustNode, value: number): SignedOp {
  const origin = rust.document.items.lastVisible() ?? ROOT;
  const content = itemContent({ name: text(`rust ${value}`) });
  return insertOp({ signer: rust.signer, origin, seq: nextSeq(rust), content });
}

function deleteOf(rust: RustNode, id: string): SignedOp {
  return deleteOp(id, { signer: rust.signer, seq: nextSeq(rust) });
}

/** No op at all where the last seq is used. */
function setOf({ document, signer }: RustNode, id: string, value: number): SignedOp[] {
  const field = FIELDS[value % FIELDS.length] ?? 'name';
  const seq = (document.items.stamp(parseOpId(id) ?? ROOT, field)?.seq ?? 0) + 1;
  if (seq > Number.MAX_SAFE_INTEGER) return [];
  const content = text(`rust ${value}`);
  return [setOp(id, field, { signer, seq, origin: ROOT, innerAuthor: id, content })];
}

/** Two items that a signature cannot tell apart, and the same set on both. */
function setsOfTwins({ signer }: RustNode, value: number): SignedOp[] {
  const seq = 2 + (value % 50);
  const inserts = ([0, 1] as const).map((which) => twinOf(which, signer));
  return [...inserts, setOfTwin(0, seq, signer), setOfTwin(1, seq, signer)];
}
