/** Other people's Ed25519 cases, and what a ZIP215 verifier answers to each. */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { judgeBatch } from '../../../worker/crdt/batchCheck.ts';
import { toBytes } from '../../../worker/crdt/bytes.ts';
import { verifySignature } from '../../../worker/crdt/curve.ts';
import { nodeRandom } from '../../../worker/relay/nodeSystem.ts';
import { type Check, difference, type FileReport, report } from './report.ts';

interface SignatureCase {
  readonly name: string;
  /** Hex. */
  readonly publicKey: string;
  readonly message: Uint8Array;
  /** Hex. */
  readonly signature: string;
  readonly accepted: boolean;
}

/** One by one, and as the worker does in batches where the platform has no Ed25519. */
function checkSignature(entry: SignatureCase): Check {
  const [signature, publicKey] = [toBytes(entry.signature), toBytes(entry.publicKey)];
  const digest = entry.message;
  const alone = verifySignature(signature, digest, publicKey);
  const [inBatch] = judgeBatch([{ signature, digest, publicKey }], nodeRandom);
  return {
    case: entry.name,
    difference:
      difference('accepts', alone, entry.accepted) ??
      difference('accepts in a batch', inBatch, entry.accepted),
  };
}

type Zip215File = readonly {
  readonly vk_bytes: string;
  readonly sig_bytes: string;
  readonly valid_zip215: boolean;
}[];

/** From the tests of noble-curves; all sign the message `Zcash`. */
export function checkZip215(file: Zip215File): FileReport {
  const message = utf8ToBytes('Zcash');
  return report(
    file.map((entry, index) =>
      checkSignature({
        name: `case ${index}`,
        publicKey: entry.vk_bytes,
        message,
        signature: entry.sig_bytes,
        accepted: entry.valid_zip215,
      }),
    ),
  );
}

type SpeccheckFile = readonly {
  readonly message: string;
  readonly pub_key: string;
  readonly signature: string;
}[];

/** "Taming the many EdDSAs": a ZIP215 verifier accepts 0–5 and 9–11 of the twelve. */
export function checkSpeccheck(file: SpeccheckFile): FileReport {
  return report(
    file.map((entry, index) =>
      checkSignature({
        name: `case ${index}`,
        publicKey: entry.pub_key,
        message: toBytes(entry.message),
        signature: entry.signature,
        accepted: index <= 5 || index >= 9,
      }),
    ),
  );
}

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

/** A point in it is encoded with y ≥ p: RFC 8032 refuses that, ZIP215 accepts it by design. */
const ACCEPTED_BY_ZIP215_ONLY = 151;

export function checkWycheproof(file: WycheproofFile): FileReport {
  return report(
    file.testGroups.flatMap((group) =>
      group.tests.map((entry) =>
        checkSignature({
          name: `tcId ${entry.tcId}`,
          publicKey: group.publicKey.pk,
          message: toBytes(entry.msg),
          signature: entry.sig,
          accepted: entry.result === 'valid' || entry.tcId === ACCEPTED_BY_ZIP215_ONLY,
        }),
      ),
    ),
  );
}
