/** `signed-ops.json` and `parse.json`: single ops, their ids, digests, signatures and texts. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { type OpId, type PublicKey, toBytes, toHex } from '../../../worker/crdt/bytes.ts';
import { verifySignature } from '../../../worker/crdt/curve.ts';
import { draftDelete, draftInsert, sealOp } from '../../../worker/crdt/emit.ts';
import { computeDigest, computeOpId } from '../../../worker/crdt/identity.ts';
import { encodeSignedOp, parseSignedOp, type SignedOp } from '../../../worker/crdt/signedOp.ts';
import { debugValue } from '../../../worker/crdt/value.ts';
import type { NewFields } from '../../../worker/crdt/view.ts';
import { textOf } from '../opRecords.ts';
import { createPlainReplica, type PlainReplica } from '../plainReplica.ts';
import { type Check, difference, type FileReport, firstDifference, report } from './report.ts';

interface SignedStep {
  readonly kind: 'insert' | 'set' | 'delete';
  readonly origin?: string;
  readonly item?: NewFields;
  readonly op: string;
  readonly id: string;
  readonly digest: string;
  readonly signed_digest: string;
  readonly content_debug: string | null;
}

interface SignedOpsFile {
  readonly cases: readonly {
    readonly secret_key: string;
    readonly public_key: string;
    readonly steps: readonly SignedStep[];
  }[];
}

export function checkSignedOps(file: SignedOpsFile): FileReport {
  const checks = file.cases.flatMap((entry, index) => {
    const secretKey = toBytes(entry.secret_key);
    const publicKey = toHex(ed25519.getPublicKey(secretKey));
    const replica = createPlainReplica();
    const keyCheck: Check = {
      case: `case ${index} public key`,
      difference: difference('public key', publicKey, entry.public_key),
    };
    const steps = entry.steps.map((step, stepIndex): Check => {
      return {
        case: `case ${index} step ${stepIndex} (${step.kind})`,
        difference: firstDifference(
          checkRecomputed(step),
          difference('reproduced', reproduce(step, secretKey, replica) ?? step.op, step.op),
          difference('outcome', replica.receive(step.op), 'applied'),
        ),
      };
    });
    return [keyCheck, ...steps];
  });
  return report(checks);
}

function checkRecomputed(step: SignedStep): string | undefined {
  const parsed = parseSignedOp(step.op);
  if (parsed.type === 'unreadable') return `unreadable: ${parsed.detail}`;
  const op = parsed.value;
  const digest = digestOf(op);
  const debug = op.inner.content === null ? null : debugValue(op.inner.content);
  return firstDifference(
    difference('id', toHex(computeOpId(op.inner)), step.id),
    difference('id in op', toHex(op.inner.id), step.id),
    difference('digest', toHex(digest), step.digest),
    difference('signature', toHex(op.signed_digest), step.signed_digest),
    difference('verifies', verifySignature(op.signed_digest, digest, op.author), true),
    difference('Debug', debug, step.content_debug),
    difference('encoded', encodeSignedOp(op), step.op),
  );
}

function digestOf(op: SignedOp): Uint8Array {
  return computeDigest({ id: op.inner.id, path: op.inner.path, dependsOn: op.depends_on });
}

/** An insert or delete made anew from the key; undefined for a set, which ours makes differently. */
function reproduce(
  step: SignedStep,
  secretKey: Uint8Array,
  replica: PlainReplica,
): string | undefined {
  if (step.kind === 'set') return undefined;
  const author = toHex<PublicKey>(ed25519.getPublicKey(secretKey));
  const seq = replica.document.items.listSeq() + 1;
  const unsigned =
    step.kind === 'insert'
      ? draftInsert({ author, origin: step.origin as OpId, seq, fields: step.item as NewFields })
      : draftDelete({ author, target: targetOf(step.op), seq });
  const sealed = sealOp(unsigned, ed25519.sign(unsigned.digest, secretKey));
  return sealed.type === 'rejected' ? sealed.detail : textOf(sealed);
}

function targetOf(text: string): OpId {
  const parsed = parseSignedOp(text);
  return parsed.type === 'read' ? toHex(parsed.value.inner.origin) : ('' as OpId);
}

interface ParseFile {
  readonly cases: readonly {
    readonly name: string;
    readonly text: string;
    readonly ok: boolean;
    readonly valid_signature?: boolean;
    readonly valid_id?: boolean;
  }[];
}

export function checkParse(file: ParseFile): FileReport {
  const checks = file.cases.map((entry): Check => {
    const parsed = parseSignedOp(entry.text);
    const ok = difference('parses', parsed.type === 'read', entry.ok);
    if (parsed.type === 'unreadable' || ok !== undefined)
      return { case: entry.name, difference: ok };
    const op = parsed.value;
    const id = toHex(op.inner.id);
    return {
      case: entry.name,
      difference: firstDifference(
        difference(
          'signature',
          verifySignature(op.signed_digest, digestOf(op), op.author),
          entry.valid_signature,
        ),
        difference('id', toHex(computeOpId(op.inner)) === id, entry.valid_id),
      ),
    };
  });
  return report(checks);
}
