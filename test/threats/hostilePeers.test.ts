/** Attacks by peers, one describe each, as `docs/threats.md` lists them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import { toHex } from '../../worker/crdt/bytes.ts';
import { createDocument } from '../../worker/crdt/document.ts';
import { decodeBinary, decodeText } from '../../worker/wire/codec.ts';
import { openTestReplica } from '../support/openedReplica.ts';
import {
  createFakeSigner,
  createSigner,
  deleteOp,
  idOf,
  index,
  insertOp,
  itemContent,
  opText,
  readable,
  setOp,
  signedOp,
  text,
} from '../support/opFactory.ts';
import { createPlainReplica } from '../support/plainReplica.ts';
import { createEnds, reconcileEnds } from '../support/reconcileEnds.ts';

const [alice, mallory] = [createSigner(1), createSigner(2)];
const story = insertOp({ signer: alice, content: itemContent({ name: text('Story') }) });
const storyId = idOf(story);

/** Outcomes of the texts, in order, on a fresh replica, and what it shows then. */
function deliver(...texts: readonly string[]) {
  const replica = createPlainReplica();
  const outcomes = texts.map((one) => replica.receive(one));
  const names = replica.document.items.view().map((item) => item.fields.name);
  return { outcomes, names, replica };
}

describe('forged ops', () => {
  test('SIG1 an op that its author did not sign is rejected', () => {
    const forged = opText(
      insertOp({ signer: alice, signature: toHex(mallory.sign(new Uint8Array(32))) }),
    );
    expect(deliver(forged)).toMatchObject({ outcomes: ['rejected'], names: [] });
  });

  test('OP12 an op by a key that anybody can sign for is rejected', () => {
    const everybody = { ...createFakeSigner(1), publicKey: '01'.padEnd(64, '0') as never };
    expect(deliver(opText(insertOp({ signer: everybody }))).outcomes).toEqual(['rejected']);
  });
});

describe('altered copies', () => {
  test('OP20 an altered copy that comes first does not block the genuine op', () => {
    const altered = opText(story).replace('Story', 'Stolen');
    expect(deliver(altered, opText(story), altered)).toMatchObject({
      outcomes: ['rejected', 'applied', 'rejected'],
      names: ['Story'],
    });
  });

  test('OP14 a path tail altered beyond the 24 signed bits is rejected', () => {
    const tail = [...story.inner.id];
    tail[31] = (tail[31] ?? 0) ^ 1;
    const [items] = story.inner.path;
    const inner = { ...story.inner, path: [items!, index(Uint8Array.from(tail))] };
    expect(deliver(opText({ ...story, inner }), opText(story)).outcomes).toEqual([
      'rejected',
      'applied',
    ]);
  });
});

describe('redirected sets', () => {
  test('OP15 a set that names its item in origin cannot be aimed at a twin', () => {
    const file = join(import.meta.dirname, '../vectors/hardened.json');
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
      cases: { name: string; ops: string[] }[];
    };
    const twins = cases.filter(({ name }) => name.includes('redirected to the twin'));
    expect(twins.map(({ ops }) => deliver(...ops).outcomes)).toEqual(
      twins.map(() => ['applied', 'applied', 'rejected', 'applied']),
    );
    expect(twins.length).toBeGreaterThan(0);
  });
});

describe('equivocation', () => {
  test('CRDT1 two ops with one seq in a list, or in a register, end the same everywhere', () => {
    const ops = [
      opText(story),
      ...['a', 'b'].map((name) =>
        opText(insertOp({ signer: mallory, content: itemContent({ name: text(name) }) })),
      ),
      ...['x', 'y'].map((name) =>
        opText(setOp(storyId, 'name', { signer: mallory, seq: 5, content: text(name) })),
      ),
    ];
    const one = deliver(...ops).replica.document.items.view();
    const other = deliver(...[...ops].reverse()).replica.document.items.view();
    expect(other).toEqual(one);
    expect(one.length).toBe(3);
  });
});

describe('extreme seqs', () => {
  test('OP10 a seq that no double holds is rejected, the last one that does is taken', () => {
    const at = (seq: number | bigint) => opText(insertOp({ signer: mallory, seq }));
    expect(deliver(at(2n ** 53n), at(2n ** 64n - 1n), at(2 ** 53 - 1)).outcomes).toEqual([
      'rejected',
      'rejected',
      'applied',
    ]);
  });

  test('CMD5 the board can be added to after the last seq was used', async () => {
    const { replica } = await openTestReplica({ seed: 1, store: createMemoryOpStore() });
    const last = opText(insertOp({ signer: mallory, seq: Number.MAX_SAFE_INTEGER }));
    await replica.receive([last], { peer: 'mallory', frame: 'live' });
    const outcome = await replica.command({ type: 'add', fields: { name: 'Still possible' } });
    expect([outcome.type, replica.view().length]).toEqual(['done', 2]);
  });
});

describe('floods of ops that wait', () => {
  test('HELD4 junk that waits for ever evicts itself, not the honest op beside it', () => {
    const document = createDocument({ ops: 10, bytes: 1 << 20 });
    const honest = readable(setOp(storyId, 'name', { signer: alice, content: text('Honest') }));
    document.apply(honest);
    for (let junk = 0; junk < 100; junk += 1) {
      const target = junk.toString(16).padStart(64, 'f');
      document.apply(readable(setOp(target, 'name', { signer: createFakeSigner(3) })));
    }
    expect([document.held.ops(), document.held.has(honest.key)]).toEqual([10, true]);
    document.apply(readable(story));
    expect(document.items.view()[0]?.fields.name).toBe('Honest');
  });
});

describe('replays', () => {
  test('REP7 an op that comes a thousand times is stored once and shown once', async () => {
    const { replica, changes } = await openTestReplica({ seed: 1, store: createMemoryOpStore() });
    const texts = Array.from({ length: 1000 }, () => opText(story));
    await replica.receive(texts, { peer: 'mallory', frame: 'bulk' });
    await replica.receive(texts, { peer: 'mallory', frame: 'live' });
    expect([replica.logLength(), changes.length, replica.status().rejected]).toEqual([1, 1, {}]);
  });

  test('OP20 the same op in another spelling is the same op', () => {
    const spelled = JSON.stringify(JSON.parse(opText(story)), null, 1).replace('\n', '\r\n\t');
    expect(deliver(opText(story), spelled).outcomes).toEqual(['applied', 'duplicate']);
  });
});

describe('poison items', () => {
  test('OP18 an item that lacks a field, which crashes a Rust node, is neither kept nor passed on', async () => {
    const { replica, offered } = await openTestReplica({ seed: 1, store: createMemoryOpStore() });
    const content = { type: 'object', entries: new Map([['name', text('poison')]]) } as const;
    const poison = opText(insertOp({ signer: mallory, content }));
    await replica.receive([poison], { peer: 'mallory', frame: 'live' });
    expect([replica.logLength(), offered, replica.status().rejected]).toEqual([
      0,
      [],
      { 'missing-fields': 1 },
    ]);
  });

  test('OP16 the root of the list cannot be deleted', () => {
    const root = '0'.repeat(64);
    expect(deliver(opText(deleteOp(root, { signer: mallory })), opText(story)).outcomes).toEqual([
      'rejected',
      'applied',
    ]);
  });
});

describe('hostile names', () => {
  test('OP4 __proto__ and constructor are names like others, of nothing', () => {
    const content = itemContent({ ['__proto__']: text('p'), constructor: text('c') });
    const named = opText(insertOp({ signer: mallory, content }));
    const field = opText(setOp(storyId, '__proto__', { signer: mallory }));
    expect(deliver(named, opText(story), field).outcomes).toEqual([
      'applied',
      'applied',
      'rejected',
    ]);
    expect(({} as { stage?: unknown }).stage).toBeUndefined();
  });
});

describe('size and depth', () => {
  test('OP8 an op above 64 KiB is rejected before it is read', () => {
    expect(deliver(`{"author":${' '.repeat(70_000)}`).outcomes).toEqual(['rejected']);
  });

  test('JSON7 an op of ten thousand brackets is rejected, and nothing recurses over it', () => {
    const deep = opText(story).replace('"String":"Story"', `"Array":${'['.repeat(10_000)}`);
    expect(deliver(deep).outcomes).toEqual(['rejected']);
  });

  test('OP11 an op with more than 64 dependencies is rejected', () => {
    const dependsOn = Array.from({ length: 65 }, () => '7'.repeat(128));
    const path = (id: Uint8Array) => [story.inner.path[0]!, index(id)];
    const op = signedOp({ signer: mallory, content: itemContent(), path, dependsOn });
    expect(deliver(opText(op)).outcomes).toEqual(['rejected']);
  });
});

describe('garbage frames', () => {
  test('WIRE6 whatever arrives is a frame or a reason, never an exception', () => {
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '{"type":"bulk"}',
      '{"type":"nonsense","ops":[]}',
      '\ud800',
    ];
    const bytes = [
      [],
      [0x7b],
      [0xff, 0xfe],
      [0x01],
      [0x01, 2, 3],
      [0x02],
      [0x02, 1, 0, 3],
      [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
    ];
    const frames = [
      ...texts.map(decodeText),
      ...bytes.map((one) => decodeBinary(Uint8Array.from(one))),
    ];
    expect(frames.map(({ type }) => type)).toEqual(frames.map(() => 'bad'));
  });
});

describe('lies about what one holds', () => {
  test('REC7 sums that hide what differs are found out, and both ends send all they hold', async () => {
    const key = (number: number): string => number.toString(16).padStart(64, '0');
    const hidden = ((message: { readonly type: string }) =>
      // As if no range differed: sums can be made to agree, the digest of all keys cannot.
      'reply' in message ? { ...message, reply: Uint8Array.of(0x61) } : message) as never;
    const ends = createEnds(
      { keys: [key(1), key(2)] },
      { keys: [key(1), key(3)], logId: 'ab'.repeat(16), tamper: hidden },
    );
    await reconcileEnds(ends);
    expect(ends.dialler.told()).toEqual(['differs']);
    expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([
      [key(1), key(2), key(3)],
      [key(1), key(2), key(3)],
    ]);
  });
});
