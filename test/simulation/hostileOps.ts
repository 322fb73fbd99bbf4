/** What an attacker signs with a key of its own. */

import { ROOT } from '../../worker/crdt/bytes.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Value } from '../../worker/crdt/value.ts';
import {
  bool,
  deleteOp,
  field,
  insertOp,
  itemContent,
  number,
  type OpShape,
  setOp,
  signedOp,
  type TestSigner,
  text,
} from '../support/opFactory.ts';
import { secretKeyOf } from './signing.ts';
import { setOfTwin, twinOf } from './twins.ts';

export interface HostileOps {
  /** Different replicas are told different ones first. */
  readonly ops: readonly SignedOp[];
  /** They are right by every rule, so everybody must take them, and come to the same state. */
  readonly areGood: boolean;
}

export interface HostileContext {
  readonly signer: TestSigner;
  readonly accomplice: TestSigner;
  /** An item of the document, or of nowhere. */
  readonly item: string;
  /** A further one. */
  readonly origin: string;
  /** Signature of some op. */
  readonly signature: string;
  /** Highest seq worth competing with. */
  readonly seq: number;
  readonly salt: number;
}

type Maker = (context: HostileContext) => HostileOps;

const good = (ops: readonly SignedOp[]): HostileOps => ({ ops, areGood: true });
const bad = (ops: readonly SignedOp[]): HostileOps => ({ ops, areGood: false });

const FIELDS = ['agent', 'name', 'stage'] as const;
const WRONG: readonly (Value | null)[] = [
  null,
  { type: 'null' },
  number(7),
  bool(true),
  { type: 'array', items: [text('deep')] },
  { type: 'object', entries: new Map([['__proto__', text('polluted')]]) },
];
const HIGHEST_SEQ = Number.MAX_SAFE_INTEGER;

const equivocateInList: Maker = ({ signer, origin, seq, salt }) =>
  good(
    ['one', 'two', 'three'].map((name) =>
      insertOp({ signer, origin, seq, content: itemContent({ name: text(`${name} ${salt}`) }) }),
    ),
  );

const equivocateInRegister: Maker = ({ signer, item, seq, salt }) =>
  good(
    ['one', 'two', 'three'].map((name) =>
      setOp(item, fieldOf(salt), { signer, seq, content: text(`${name} ${salt}`) }),
    ),
  );

const extremeSeqs: Maker = ({ signer, item, origin, salt }) => {
  const seq = [HIGHEST_SEQ, 0, HIGHEST_SEQ - 1][salt % 3] ?? 0;
  return good([
    setOp(item, fieldOf(salt), { signer, seq, content: text(`extreme ${salt}`) }),
    insertOp({ signer, origin, seq, content: itemContent({ name: text(`extreme ${salt}`) }) }),
  ]);
};

const seqsBeyond: Maker = ({ signer, item }) =>
  bad([2n ** 53n, 2n ** 64n - 1n].map((seq) => setOp(item, 'name', { signer, seq })));

const inventedDependencies: Maker = ({ signer, item, salt, signature }) =>
  good([
    setOp(item, fieldOf(salt), {
      signer,
      seq: 1,
      dependsOn: [signature, hex(salt, 64)],
      content: text(`junk ${salt}`),
    }),
    insertOp({ signer, origin: hex(salt, 32), seq: 1 }),
    deleteOp(hex(salt + 1, 32), { signer }),
  ]);

/** All of them wait for one op that never comes. */
const flood: Maker = ({ signer, salt }) => {
  const count = salt % 20 === 0 ? 300 : 24;
  const origin = hex(salt, 32);
  return good(Array.from({ length: count }, (_, at) => insertOp({ signer, origin, seq: at })));
};

/** The Rust nodes crash on an object without its registers. */
const poison: Maker = ({ signer, origin, salt }) => {
  const all = itemContent({ name: text(`poison ${salt}`) });
  const entries = all.type === 'object' ? [...all.entries] : [];
  const without = entries.filter(([name]) => name !== (salt % 2 === 0 ? 'stage' : 'claimed_at'));
  return bad([
    insertOp({ signer, origin, content: { type: 'object', entries: new Map(without) } }),
    insertOp({ signer, origin, content: { type: 'object', entries: new Map() } }),
  ]);
};

const oddButRight: Maker = ({ signer, item, origin, salt, seq }) =>
  good([
    setOp(item, fieldOf(salt), { signer, seq, content: WRONG[salt % WRONG.length] ?? null }),
    setOp(item, 'blocked', { signer, seq, origin: ROOT, content: text('not a boolean') }),
    insertOp({ signer, origin, seq, content: text(`no object ${salt}`) }),
  ]);

const wrongShapes: Maker = ({ signer, item, salt }) => {
  const at = (id: string) =>
    ({ type: 'index', index: Uint8Array.from(Buffer.from(id, 'hex')) }) as const;
  const shapes: readonly OpShape[] = [
    { signer, origin: ROOT, content: null, path: [field('items'), at(ROOT)] },
    { signer, content: text('x'), path: [field('items'), at(item), field('__proto__')] },
    { signer, content: text('x'), path: [field('stories')] },
    {
      signer,
      content: text('x'),
      path: (id) => [
        field('items'),
        at(item),
        field('name'),
        { type: 'index', index: id },
        field('more'),
      ],
    },
    {
      signer,
      origin: hex(salt, 32),
      content: text('x'),
      path: (id) => [field('items'), at(item), field('name'), { type: 'index', index: id }],
    },
  ];
  return bad(shapes.map(signedOp));
};

/** One insert, signed by two: the id does not tell who signed. */
const signAgain: Maker = ({ signer, accomplice, origin, seq, salt }) => {
  const shape = { origin, seq, innerAuthor: signer.publicKey };
  const content = itemContent({ name: text(`signed twice ${salt}`) });
  return good([signer, accomplice].map((by) => insertOp({ ...shape, content, signer: by })));
};

const twins: Maker = ({ signer, salt }) =>
  good([
    twinOf(0, signer),
    twinOf(1, signer),
    setOfTwin(0, 2 + (salt % 5), signer),
    setOfTwin(1, 2 + (salt % 5), signer),
  ]);

const smallOrder: Maker = ({ item }) => {
  const publicKey = `01${'00'.repeat(31)}` as TestSigner['publicKey'];
  const anybody: TestSigner = { publicKey, sign: () => new Uint8Array(64).fill(1, 0, 1) };
  return bad([setOp(item, 'name', { signer: anybody, content: text('anybody') })]);
};

const makers: readonly Maker[] = [
  equivocateInList,
  equivocateInList,
  equivocateInRegister,
  equivocateInRegister,
  extremeSeqs,
  seqsBeyond,
  inventedDependencies,
  flood,
  poison,
  oddButRight,
  wrongShapes,
  signAgain,
  twins,
  twins,
  smallOrder,
];

export function makeHostileOps(pick: number, context: HostileContext): HostileOps {
  return (makers[pick % makers.length] ?? poison)(context);
}

function fieldOf(salt: number): (typeof FIELDS)[number] {
  return FIELDS[salt % FIELDS.length] ?? 'name';
}

/** Bytes of nothing in this world, as hex. */
function hex(salt: number, bytes: number): string {
  const block = Buffer.from(secretKeyOf(`nowhere ${salt}`)).toString('hex');
  return block.repeat(2).slice(0, 2 * bytes);
}
