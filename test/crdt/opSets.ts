/**
 * Random sets of ops, as hostile as parsed ops can be: equivocation, seqs at both ends, the same id
 * by two signers, one signature on two ops, wrong types, invisible elements, dependencies that come
 * late or never. Also random deliveries of such a set: any order, any duplication, any replica.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { ROOT, toHex } from '../../worker/crdt/bytes.ts';
import type { Op } from '../../worker/crdt/op.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Value } from '../../worker/crdt/value.ts';
import { FIELD_NAMES } from '../../worker/crdt/view.ts';
import {
  bool,
  createFakeSigner,
  deleteOp,
  idOf,
  insertOp,
  itemContent,
  number,
  type OpShape,
  readable,
  setOp,
  text,
} from '../support/opFactory.ts';

const SIGNERS = [0, 1, 2].map(createFakeSigner);
const NOWHERE = 'ee'.repeat(32);
const NEVER_SIGNED = 'dd'.repeat(64);

const values: readonly Value[] = [
  text('a'),
  text('b'),
  number(7),
  number(0),
  number(-0),
  bool(true),
  { type: 'null' },
  { type: 'array', items: [] },
];

/** `pick` numbers choose among what there is when the step is taken, modulo its count. */
const step = fc.record({
  type: fc.oneof(
    { weight: 6, arbitrary: fc.constant('insert' as const) },
    { weight: 6, arbitrary: fc.constant('set' as const) },
    { weight: 2, arbitrary: fc.constant('delete' as const) },
    { weight: 2, arbitrary: fc.constant('sign-again' as const) },
    { weight: 1, arbitrary: fc.constant('same-signature' as const) },
  ),
  signer: fc.nat(SIGNERS.length - 1),
  pick: fc.nat(30),
  innerAuthor: fc.constantFrom('signer', 'other', 'item'),
  seq: fc.constantFrom(0, 1, 1, 2, 2, 3, 4, Number.MAX_SAFE_INTEGER),
  field: fc.nat(FIELD_NAMES.length - 1),
  value: fc.nat(values.length - 1),
  /** Of a set: origin is the item or the root. Of an insert: content is an object or not. */
  usual: fc.boolean(),
  dependsOn: fc.oneof(
    { weight: 5, arbitrary: fc.constant<number[]>([]) },
    { weight: 2, arbitrary: fc.array(fc.nat(30), { maxLength: 3 }) },
  ),
  /** Where in the whole delivery it comes; more than one: duplicates. */
  arrivals: fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }),
  /** Bit set of the replicas that get it first-hand; 1–7. */
  replicas: fc.integer({ min: 1, max: 7 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export interface Delivery {
  /** The set. */
  readonly ops: readonly Op[];
  /** The set in order of arrival, with duplicates. */
  readonly arrivals: readonly Op[];
  /** For each of three replicas, what it gets first-hand, in its order of arrival. */
  readonly shares: readonly (readonly Op[])[];
  /** What fast-check prints of a counterexample. */
  readonly [fc.toStringMethod]: () => string;
}

export const deliveries: fc.Arbitrary<Delivery> = fc
  .array(step, { minLength: 1, maxLength: 40 })
  .map((steps) => {
    const ops = buildOps(steps);
    const arrivals = steps
      .flatMap((taken, at) => taken.arrivals.map((when) => ({ when, at, op: ops[at]! })))
      .sort((a, b) => a.when - b.when || b.at - a.at);
    const shares = [1, 2, 4].map((bit) =>
      arrivals.filter(({ at }) => (steps[at]!.replicas & bit) !== 0).map(({ op }) => op),
    );
    const print = (): string => arrivals.map(({ at, op }) => printOp(at, op)).join('\n');
    return { ops, arrivals: arrivals.map(({ op }) => op), shares, [fc.toStringMethod]: print };
  });

function printOp(at: number, { bytes: _, key: __, ...op }: Op): string {
  const shorten = (_name: string, value: unknown): unknown =>
    typeof value === 'string' && value.length >= 64 ? value.slice(0, 8) : value;
  return `#${at} ${JSON.stringify(op, shorten)}`;
}

function buildOps(steps: readonly Step[]): Op[] {
  const made: { readonly signed: SignedOp; readonly shape: (signer: number) => SignedOp }[] = [];
  for (const taken of steps) {
    const shape = shapeOf(
      taken,
      made.map(({ signed }) => signed),
    );
    const earlier = made[taken.pick % Math.max(1, made.length)];
    const again = taken.type === 'sign-again' ? (earlier?.shape ?? shape) : shape;
    made.push({ signed: again(taken.signer), shape: again });
  }
  return made.map(({ signed }) => readable(signed));
}

/** What the step makes, for any signer: the id does not tell who signed. */
function shapeOf(taken: Step, earlier: readonly SignedOp[]): (signer: number) => SignedOp {
  const inserts = earlier.filter((op) => op.inner.path.length === 2 && !op.inner.is_deleted);
  const places = [NOWHERE, ROOT, ...inserts.map(idOf)];
  const place = places[taken.pick % places.length]!;
  const item = place === ROOT ? (places[2] ?? NOWHERE) : place;
  const signatures = [NEVER_SIGNED, ...earlier.map((op) => toHex(op.signed_digest))];
  const author = { signer: taken.signer, other: (taken.signer + 1) % 3, item: taken.signer }[
    taken.innerAuthor
  ];
  const common = {
    innerAuthor: taken.innerAuthor === 'item' ? item : SIGNERS[author]!.publicKey,
    seq: taken.seq,
    dependsOn: taken.dependsOn.map((pick) => signatures[pick % signatures.length]!),
    // One signature for many ops, as the 24 bits of a path index in the digest allow.
    ...(taken.type === 'same-signature' ? { signature: signatureNumber(taken.pick % 2) } : {}),
  } satisfies Partial<OpShape>;
  const value = values[taken.value]!;
  return (number) => {
    const signer = SIGNERS[number]!;
    switch (taken.type) {
      case 'delete':
        return deleteOp(item, { ...common, signer });
      case 'insert': {
        const content = taken.usual ? itemContent({ [FIELD_NAMES[taken.field]!]: value }) : value;
        return insertOp({ ...common, signer, origin: place, content });
      }
      default: {
        const content = taken.value === 0 ? null : value;
        const origin = taken.usual ? item : ROOT;
        return setOp(item, FIELD_NAMES[taken.field]!, { ...common, signer, origin, content });
      }
    }
  };
}

function signatureNumber(number: number): string {
  const half = toHex(sha256(Uint8Array.of(number)));
  return `${half}${half}`;
}
