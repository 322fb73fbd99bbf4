import { generateKeyPairSync, sign } from 'node:crypto';
import { type PublicKey, toHex } from '../../worker/crdt/bytes.ts';
import {
  idOf,
  insertOp,
  itemContent,
  opText,
  readable,
  setOp,
  text,
} from '../support/opFactory.ts';

export interface StreamedOp {
  readonly key: string;
  readonly text: string;
  /** Seen-key of the op that it needs before it; null: none. */
  readonly cause: string | null;
}

/**
 * Ops without end, each like no other: items, and a set on every third of them. `padding`: longer
 * names, in characters.
 */
export function* streamOps(padding = 0): Generator<StreamedOp, never> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signer = {
    publicKey: toHex<PublicKey>(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
    sign: (digest: Uint8Array) => new Uint8Array(sign(null, digest, privateKey)),
  };
  for (let number = 1; ; number += 1) {
    const content = itemContent({ name: text(`story ${number}${'x'.repeat(padding)}`) });
    const insert = insertOp({ signer, seq: number, content });
    const item: StreamedOp = { key: readable(insert).key, text: opText(insert), cause: null };
    yield item;
    if (number % 3 !== 0) continue;
    const set = setOp(idOf(insert), 'stage', { signer, seq: 2, content: text('2_current') });
    yield { key: readable(set).key, text: opText(set), cause: item.key };
  }
}
