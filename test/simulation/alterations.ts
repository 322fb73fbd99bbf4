/** Copies of a genuine op with something changed and the signature kept. */

import { toBytes } from '../../worker/crdt/bytes.ts';
import type { Op } from '../../worker/crdt/op.ts';
import { encodeSignedOp, parseSignedOp, type SignedOp } from '../../worker/crdt/signedOp.ts';
import { textOf } from '../support/opRecords.ts';

export interface AlteredCopy {
  readonly text: string;
  /**
   * By the protocol's rules it is a good op: its signature covers 24 bits of the item's id alone,
   * and a set of a Rust node binds no more. It waits for the item that it names.
   */
  readonly isGood: boolean;
}

const KINDS = [
  'own-tail',
  'item-tail',
  'other-item',
  'signature',
  'seq',
  'inner-author',
  'origin',
  'depends-on',
  'signer',
  'undelete',
] as const;

/** null: this change is none for this op. `pick` and `salt` choose what is changed. */
export function alter(op: Op, pick: number, salt: number, otherItem: string): AlteredCopy | null {
  const parsed = parseSignedOp(textOf(op));
  if (parsed.type !== 'read') return null;
  const kind = KINDS[pick % KINDS.length];
  const signed = parsed.value;
  const { inner } = signed;
  const bad = (changed: SignedOp): AlteredCopy => ({
    text: encodeSignedOp(changed),
    isGood: false,
  });
  const withInner = (changes: Partial<SignedOp['inner']>): AlteredCopy =>
    bad({ ...signed, inner: { ...inner, ...changes } });
  switch (kind) {
    case 'own-tail':
      return withInner({ path: withTail(inner.path, inner.path.length - 1, salt) });
    case 'item-tail': {
      const copy = withInner({ path: withTail(inner.path, 1, salt) });
      const isUnbound = op.type === 'set' && inner.origin.every((byte) => byte === 0);
      return { ...copy, isGood: isUnbound };
    }
    case 'other-item': {
      if (op.type !== 'set' || otherItem === op.target) return null;
      // Where even the signed 24 bits are alike, this is `item-tail`.
      if (otherItem.slice(0, 6) === op.target.slice(0, 6)) return null;
      const target = { type: 'index', index: toBytes(otherItem) } as const;
      return withInner({ path: inner.path.with(1, target) });
    }
    case 'signature':
      return bad({ ...signed, signed_digest: flip(signed.signed_digest, salt) });
    case 'seq':
      return withInner({ seq: op.seq === 7 ? 8 : 7 });
    case 'inner-author':
      return withInner({ author: flip(inner.author, salt) });
    case 'origin':
      return withInner({ origin: flip(inner.origin, salt) });
    case 'depends-on':
      return bad({
        ...signed,
        depends_on: [...signed.depends_on, flip(signed.signed_digest, salt)],
      });
    case 'signer':
      return bad({ ...signed, author: flip(signed.author, salt) });
    default:
      return withInner({ is_deleted: !inner.is_deleted });
  }
}

type Path = SignedOp['inner']['path'];

/** Changes a byte behind the first three of the index at `at`. */
function withTail(path: Path, at: number, salt: number): Path {
  const segment = path[at];
  if (segment?.type !== 'index') return path;
  const tail = flip(segment.index.subarray(3), salt);
  const index = Uint8Array.of(...segment.index.subarray(0, 3), ...tail);
  return path.with(at, { type: 'index', index });
}

function flip(bytes: Uint8Array, salt: number): Uint8Array {
  const at = salt % bytes.length;
  return bytes.map((byte, index) => (index === at ? byte ^ (1 + (salt % 255)) : byte));
}
