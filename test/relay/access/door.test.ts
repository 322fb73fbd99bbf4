import { describe, expect, test } from 'vitest';
import type { SignatureCheck, Signer } from '../../../worker/ports.ts';
import { parseAccessList } from '../../../worker/relay/access/accessList.ts';
import {
  ATTEMPT_REFILL_MS,
  ATTEMPTS_MAX,
  createAttempts,
} from '../../../worker/relay/access/attempts.ts';
import {
  type AuthRule,
  type Caller,
  createDoor,
  type Entrance,
} from '../../../worker/relay/access/door.ts';
import { createLivePasses } from '../../../worker/relay/access/livePasses.ts';
import {
  bearerToken,
  createToken,
  hashToken,
  tokenText,
} from '../../../worker/relay/access/tokens.ts';
import { createNodeVerifier } from '../../../worker/relay/nodeVerifier.ts';
import { type Challenge, digestChallenge, type Place } from '../../../worker/wire/accessFrames.ts';
import { createManualClock } from '../../support/manualClock.ts';
import { createNobleSigner } from '../../support/nobleSigner.ts';
import { createSeededRandom } from '../../support/seededRandom.ts';

const ann = createNobleSigner(new Uint8Array(32).fill(1));
const bob = createNobleSigner(new Uint8Array(32).fill(2));
const entry = (table: string, id: string, role: string, pipelines = '"*"'): string =>
  `[[${table}]]\nname = "${role} by ${table}"\n${id}\nrole = "${role}"\npipelines = ${pipelines}\n`;
const keyEntry = (of: Signer, role: string, pipelines?: string): string =>
  entry('key', `key = "${of.publicKey}"`, role, pipelines);
const tokenEntry = (token: string, role: string, pipelines?: string): string =>
  entry('token', `sha256 = "${hashToken(token)}"`, role, pipelines);
const stranger: Caller = {
  pipeline: 'team',
  address: '203.0.113.9',
  reached: '192.168.1.5:3001',
  authorization: undefined,
};

function openDoor(rule: AuthRule, text: string, publicHosts: readonly string[] = []) {
  const clock = createManualClock();
  const listeners: (() => void)[] = [];
  const parse = (of: string) => {
    const reading = parseAccessList('access.toml', of);
    if ('fault' in reading) throw new Error(reading.fault);
    return reading.list;
  };
  let list = parse(text);
  const verified: SignatureCheck[] = [];
  const verifier = createNodeVerifier(clock.yieldTurn);
  const door = createDoor({
    file: {
      list: () => list,
      onChange: (run) => listeners.push(run),
      close: () => undefined,
    },
    rule,
    publicHosts,
    verifier: {
      verify(checks, budget) {
        verified.push(...checks);
        return verifier.verify(checks, budget);
      },
    },
    clock,
    random: createSeededRandom('door'),
  });
  return {
    door,
    clock,
    verified,
    change(next: string) {
      list = parse(next);
      for (const run of listeners) run();
    },
  };
}

type Asked = Extract<Entrance, { type: 'ask' }>;

function asked(entrance: Entrance): Asked & { readonly challenge: Challenge } {
  if (entrance.type !== 'ask' || entrance.rule.asks !== 'key') throw new Error(entrance.type);
  return { ...entrance, challenge: entrance.rule.challenge };
}

const place = (host: string, pipeline = 'team'): Place => ({ host, pipeline });

async function prove(entrance: Entrance, signer: Signer, where: Place, of?: Challenge) {
  const { judge, challenge, pass } = asked(entrance);
  const signed = await signer.sign(digestChallenge(where, of ?? challenge));
  const signature = Buffer.from(signed).toString('hex');
  const verdict = await judge.proof({ key: signer.publicKey, signature }, challenge);
  return verdict === 'admitted' ? pass()?.role : verdict;
}

describe('tokens', () => {
  test('AUTH11 a token is known by its hash, in the first frame or in a header', () => {
    const { door } = openDoor(
      'token',
      tokenEntry('right', 'read') + tokenEntry('other', 'write', '["b"]'),
    );
    const verdicts = ['right', 'other', 'wrong', hashToken('right')].map((token) => {
      const entrance = door.enter(stranger);
      if (entrance.type !== 'ask') return entrance.type;
      const verdict = entrance.judge.token(token);
      return verdict === 'admitted' ? entrance.pass()?.role : verdict;
    });
    expect(verdicts).toEqual(['read', 'forbidden', 'unknown', 'unknown']);
    const byHeader = [
      'Bearer right',
      'bearer  right',
      'Bearer other',
      'Bearer wrong',
      'Basic right',
    ].map((authorization) => {
      const entrance = door.enter({ ...stranger, authorization });
      return entrance.type === 'away' ? entrance.code : entrance.type;
    });
    expect(byHeader).toEqual(['in', 'in', 4403, 4401, 4401]);
  });

  test('AUTH11 a fresh token fits the line that is printed with it', () => {
    const token = createToken(createSeededRandom('token'));
    expect(token).toMatch(/^[\w-]{43}$/);
    const [, lines = ''] = tokenText(token).split('For the access file:\n');
    const { door } = openDoor('token', lines);
    expect(door.enter({ ...stranger, authorization: `Bearer ${token}` }).type).toBe('in');
    expect(lines).not.toContain(token);
    expect(bearerToken(`Bearer ${'x'.repeat(600)}`)).toBe(null);
  });
});

describe('keys', () => {
  const list = keyEntry(ann, 'write', '["team"]');

  test('AUTH12 a listed key is let in for its pipeline alone', async () => {
    const { door } = openDoor('keys', list);
    const here = place('192.168.1.5:3001');
    const elsewhere = { ...stranger, pipeline: 'other' };
    expect([
      await prove(door.enter(stranger), ann, here),
      await prove(door.enter(stranger), bob, here),
      await prove(door.enter(elsewhere), ann, place('192.168.1.5:3001', 'other')),
    ]).toEqual(['write', 'unknown', 'forbidden']);
  });

  test.each([
    ['192.168.1.5:3001', [], '192.168.1.5:3001', 'write'],
    ['192.168.1.5:3001', [], 'localhost:3001', 'unknown'],
    ['127.0.0.1:3001', [], 'localhost:3001', 'write'],
    ['[::1]:3001', [], 'localhost:3001', 'write'],
    ['127.0.0.1:3001', ['a.example', 'b.example:8443'], 'b.example:8443', 'write'],
    ['127.0.0.1:3001', ['a.example'], '127.0.0.1:3001', 'unknown'],
  ])('AUTH12 reached at %s, public as %j: a proof for %s is %s', async (...row) => {
    const [reached, publicHosts, host, outcome] = row;
    const { door } = openDoor('keys', list, publicHosts);
    expect(await prove(door.enter({ ...stranger, reached }), ann, place(host))).toBe(outcome);
  });

  test('AUTH12 a proof counts until its time is over', async () => {
    const { door, clock } = openDoor('keys', list);
    const entrance = door.enter(stranger);
    await clock.advance(10_001);
    expect(await prove(entrance, ann, place('192.168.1.5:3001'))).toBe('unknown');
  });

  test('AUTH13 only listed keys that may write may sign ops, and only under this rule', () => {
    const { door } = openDoor('keys', list + keyEntry(bob, 'read', '["team"]'));
    const signs = [ann, bob].map(({ publicKey }) => [
      door.maySign('team', publicKey),
      door.maySign('other', publicKey),
    ]);
    expect(signs).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(openDoor('token', list).door.maySign('team', bob.publicKey)).toBe(true);
  });
});

test('AUTH11 a listed address is let in without a word, for its pipelines', () => {
  const text = entry('address', 'cidr = "203.0.113.0/24"', 'write', '["team"]');
  const { door } = openDoor('keys', text);
  const types = [
    stranger,
    { ...stranger, pipeline: 'other' },
    { ...stranger, address: '8.8.8.8' },
  ].map((caller) => door.enter(caller).type);
  expect(types).toEqual(['in', 'ask', 'ask']);
});

describe('failed attempts', () => {
  const fail = (entrance: Entrance) =>
    entrance.type === 'ask' ? entrance.judge.token('guess') : entrance.type;

  test('AUTH14 after ten an address waits, and no other does', async () => {
    const { door, clock } = openDoor('token', tokenEntry('right', 'read'));
    const tries = Array.from({ length: ATTEMPTS_MAX + 1 }, () => fail(door.enter(stranger)));
    expect(tries.slice(-2)).toEqual(['unknown', 'away']);
    expect(fail(door.enter({ ...stranger, address: '203.0.113.10' }))).toBe('unknown');
    await clock.advance(ATTEMPT_REFILL_MS);
    expect([fail(door.enter(stranger)), fail(door.enter(stranger))]).toEqual(['unknown', 'away']);
  });

  test('AUTH14 an IPv6 network counts as one, and a proxy on this machine is not shut out', () => {
    const attempts = createAttempts(createManualClock());
    for (let n = 0; n < ATTEMPTS_MAX; n += 1) attempts.of(`2001:db8:0:1::${n}`).spend();
    const spent = ['2001:db8:0:1:ffff::1', '2001:db8::2:0:0:0:1'].map((address) =>
      attempts.of(address).isSpent(),
    );
    expect(spent).toEqual([true, false]);
    const { door } = openDoor('token', '');
    const proxied = { ...stranger, address: '127.0.0.1' };
    const tries = Array.from({ length: 30 }, () => fail(door.enter(proxied)));
    expect(new Set(tries)).toEqual(new Set(['unknown']));
  });
});

test('AUTH15 who is no longer listed is cut off with 4403, whose role changed comes again', async () => {
  const all = tokenEntry('a', 'write') + tokenEntry('b', 'write') + tokenEntry('c', 'read');
  const { door, change } = openDoor('token', all);
  const live = createLivePasses(door);
  const closes: (readonly [string, number])[] = [];
  const leave = ['a', 'b', 'c'].map((token) => {
    const entrance = door.enter({ ...stranger, authorization: `Bearer ${token}` });
    if (entrance.type !== 'in') throw new Error(entrance.type);
    const close = (code: number): number => closes.push([token, code]);
    return live.add({ pass: entrance.pass, pipeline: 'team', close });
  });
  change(all);
  expect(closes).toEqual([]);
  change(tokenEntry('b', 'read') + tokenEntry('c', 'read'));
  expect(closes).toEqual([
    ['a', 4403],
    ['b', 1012],
  ]);
  leave[2]?.();
  change('');
  expect(closes.filter(([token]) => token === 'c')).toEqual([]);
});
