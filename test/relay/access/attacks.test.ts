import { describe, expect, test } from 'vitest';
import { parseAccessList } from '../../../worker/relay/access/accessList.ts';
import { ATTEMPTS_MAX, createAttempts } from '../../../worker/relay/access/attempts.ts';
import {
  type AuthRule,
  type Caller,
  createDoor,
  type Pass,
} from '../../../worker/relay/access/door.ts';
import { createLivePasses } from '../../../worker/relay/access/livePasses.ts';
import { hashToken } from '../../../worker/relay/access/tokens.ts';
import { createNodeVerifier } from '../../../worker/relay/nodeVerifier.ts';
import { guardSocket } from '../../../worker/sync/guardedSocket.ts';
import { type Challenge, digestChallenge } from '../../../worker/wire/accessFrames.ts';
import { FRAME_OVERHEAD_BYTES } from '../../../worker/wire/limits.ts';
import { createManualClock } from '../../support/manualClock.ts';
import { createNobleSigner } from '../../support/nobleSigner.ts';
import { createSeededRandom } from '../../support/seededRandom.ts';
import { createSocketPair, deaf } from '../../support/socketPair.ts';

const ann = createNobleSigner(new Uint8Array(32).fill(1));
const tokenEntry = (token: string, role = 'write'): string =>
  `[[token]]\nname = "${token}"\nsha256 = "${hashToken(token)}"\nrole = "${role}"\npipelines = "*"\n`;
const keyEntry = `[[key]]\nname = "ann"\nkey = "${ann.publicKey}"\nrole = "write"\npipelines = "*"\n`;
const addressEntry = (cidr: string, role = 'write'): string =>
  `[[address]]\ncidr = "${cidr}"\nrole = "${role}"\npipelines = "*"\n`;

const stranger: Caller = {
  pipeline: 'default',
  address: '203.0.113.9',
  reached: '198.51.100.7:3001',
  authorization: undefined,
};

function readList(text: string) {
  const reading = parseAccessList('access.toml', text);
  if ('fault' in reading) throw new Error(reading.fault);
  return reading.list;
}

function openDoor(rule: AuthRule, text: string, publicHosts: readonly string[] = []) {
  const clock = createManualClock();
  let list = readList(text);
  const listeners: (() => void)[] = [];
  const door = createDoor({
    file: {
      list: () => list,
      onChange: (run) => void listeners.push(run),
      close: () => undefined,
    },
    rule,
    publicHosts,
    verifier: createNodeVerifier(clock.yieldTurn),
    clock,
    random: createSeededRandom('attacks'),
  });
  return {
    door,
    clock,
    change(next: string) {
      list = readList(next);
      for (const run of listeners) run();
    },
  };
}

/** What the door makes of ann's signature under `signed`, by one who came for `caller`. */
async function prove(
  { door }: ReturnType<typeof openDoor>,
  signed: { readonly host: string; readonly pipeline?: string; readonly of?: Challenge },
  caller: Caller = stranger,
) {
  const entrance = door.enter(caller);
  if (entrance.type !== 'ask' || entrance.rule.asks !== 'key') throw new Error(entrance.type);
  const { challenge } = entrance.rule;
  const place = { host: signed.host, pipeline: signed.pipeline ?? caller.pipeline };
  const signature = await ann.sign(digestChallenge(place, signed.of ?? challenge));
  const proof = { key: ann.publicKey, signature: Buffer.from(signature).toString('hex') };
  return { verdict: await entrance.judge.proof(proof, challenge), challenge };
}

describe('a proof', () => {
  test('AUTH12 of an earlier connection, another pipeline, another host or port is none', async () => {
    const open = openDoor('keys', keyEntry, ['relay.example:8443']);
    const host = 'relay.example:8443';
    const { verdict, challenge } = await prove(open, { host });
    expect(verdict).toBe('admitted');
    const others = await Promise.all([
      prove(open, { host, of: challenge }),
      prove(open, { host, pipeline: 'other' }),
      prove(open, { host }, { ...stranger, pipeline: 'other' }),
      prove(open, { host: 'relay.example' }),
      prove(open, { host: 'RELAY.example:8443' }),
      prove(open, { host: 'relay.example.:8443' }),
      prove(open, { host: stranger.reached }),
      prove(open, { host: 'between.example' }),
    ]);
    const verdicts = others.map((one) => one.verdict);
    expect(verdicts).toEqual(['unknown', 'unknown', 'admitted', ...Array(5).fill('unknown')]);
  });

  test('AUTH12 is worth nothing when the key was taken off while it was checked', async () => {
    const open = openDoor('keys', keyEntry, ['relay.example']);
    const proving = prove(open, { host: 'relay.example' });
    open.change('');
    expect((await proving).verdict).toBe('unknown');
  });
});

describe('addresses', () => {
  test.each([
    ['10.1.2.3', '10.0.0.0/8'],
    ['::ffff:10.1.2.3', '10.0.0.0/8'],
    ['::FFFF:10.1.2.3', '10.0.0.0/8'],
    ['::ffff:10.1.2.3', '::ffff:10.0.0.0/104'],
    ['fe80::1%eth0', 'fe80::/10'],
  ])('AUTH11 %s is in %s however it is written', (address, cidr) => {
    const { door } = openDoor('token', addressEntry(cidr));
    expect(door.enter({ ...stranger, address }).type).toBe('in');
  });

  test.each(['', 'unknown', '10.1.2.3.4', '0x0a.1.2.3', '::ffff:11.1.2.3'])(
    'AUTH11 %j is in no network, and does no harm',
    (address) => {
      const { door } = openDoor('token', addressEntry('10.0.0.0/8'));
      expect(door.enter({ ...stranger, address }).type).toBe('ask');
    },
  );

  test('AUTH14 a crowd of addresses that fail is remembered up to a bound', () => {
    const attempts = createAttempts(createManualClock());
    const fail = (address: string): boolean => {
      for (let made = 0; made < ATTEMPTS_MAX; made += 1) attempts.of(address).spend();
      return attempts.of(address).isSpent();
    };
    const crowd = Array.from({ length: 5000 }, (_, at) => `198.18.${at >> 8}.${at & 255}`);
    expect(crowd.every(fail)).toBe(true);
    const known = crowd.filter((address) => attempts.of(address).isSpent());
    expect(known).toEqual(crowd.slice(-4096));
  });
});

describe('an access file', () => {
  test.each([
    ['a byte order mark', `\uFEFF${tokenEntry('a')}`],
    ['CR LF', tokenEntry('a').replaceAll('\n', '\r\n')],
    ['comments', `# all\n${tokenEntry('a').replaceAll('\n', ' # here\n')}# end`],
    ['no line end', tokenEntry('a').trimEnd()],
  ])('AUTH7 is read with %s', (_, text) => {
    expect(readList(text).tokenHashes).toEqual([hashToken('a')]);
  });

  test.each([
    [
      'a network twice for one pipeline',
      addressEntry('10.0.0.0/8', 'read') + addressEntry('10.0.0.0/8'),
      'line 5: this address is there twice for one pipeline',
    ],
    ['a zone, which would not be looked at', addressEntry('fe80::1%eth0'), 'cidr of [[address]]'],
    [
      'a table with a name of the language',
      '[[__proto__]]\nrole = "admin"',
      '__proto__ is none of',
    ],
    ['a role by inheritance', tokenEntry('a', 'toString'), 'role of [[token]] must be'],
  ])('AUTH8 is refused with %s', (_, text, fault) => {
    const reading = parseAccessList('access.toml', text);
    expect('fault' in reading ? reading.fault : 'taken').toContain(fault);
  });
});

describe('a pass', () => {
  test('AUTH26 that was taken back or changed while the pipeline was opened is none', () => {
    const { door, change } = openDoor('token', tokenEntry('a') + tokenEntry('b') + tokenEntry('c'));
    const passes = createLivePasses(door);
    const passOf = (token: string): Pass => {
      const entrance = door.enter({ ...stranger, authorization: `Bearer ${token}` });
      if (entrance.type !== 'in') throw new Error(entrance.type);
      return entrance.pass;
    };
    const given = ['a', 'b', 'c'].map(passOf);
    change(tokenEntry('b', 'read') + tokenEntry('c'));
    const codes: number[] = [];
    for (const pass of given) {
      passes.add({ pass, pipeline: 'default', close: (code) => void codes.push(code) });
    }
    expect(codes).toEqual([4403, 1012]);
    change('');
    expect(codes).toEqual([4403, 1012, 4403]);
  });
});

describe('one who talks on before the session is there', () => {
  test('AUTH5 is bounded in frames that have no bytes too', async () => {
    const pair = createSocketPair();
    const socket = pair.dialler.connect(deaf);
    guardSocket({
      rule: { asks: 'token' },
      judge: { token: () => 'admitted', proof: async () => 'unknown' },
      connect: pair.listener.connect,
      clock: createManualClock(),
      onLetIn: () => undefined,
      onShut: () => undefined,
    });
    pair.open();
    socket.send('{"type":"bulk","ops":[],"token":"t"}');
    pair.dialler.deliver();
    for (let sent = 0; sent < (2 * 1024 * 1024) / FRAME_OVERHEAD_BYTES; sent += 1) socket.send('');
    pair.dialler.deliver();
    expect(pair.listener.closing()?.code).toBe(1013);
  });
});
