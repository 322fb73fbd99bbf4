/** Attacks on the access to a relay, one describe each, as `docs/threats.md` lists them. */

import { describe, expect, test } from 'vitest';
import type { SignatureCheck } from '../../worker/ports.ts';
import { parseAccessList } from '../../worker/relay/access/accessList.ts';
import { ATTEMPTS_MAX } from '../../worker/relay/access/attempts.ts';
import {
  type AuthRule,
  type Caller,
  createDoor,
  type Entrance,
} from '../../worker/relay/access/door.ts';
import { hashToken } from '../../worker/relay/access/tokens.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { createGate, type GateEvent, stepGate } from '../../worker/sync/gate.ts';
import { type Challenge, digestChallenge, type Proof } from '../../worker/wire/accessFrames.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

const ann = createNobleSigner(new Uint8Array(32).fill(1));
const mallory = createNobleSigner(new Uint8Array(32).fill(6));
const caller: Caller = {
  pipeline: 'default',
  address: '203.0.113.9',
  reached: '198.51.100.7:3001',
  authorization: undefined,
};
const list = `
[[key]]
name = "ann"
key = "${ann.publicKey}"
role = "write"
pipelines = ["default"]

[[token]]
name = "bot"
sha256 = "${hashToken('right')}"
role = "write"
pipelines = ["default"]
`;

function openDoor(rule: AuthRule, publicHosts: readonly string[] = []) {
  const reading = parseAccessList('access.toml', list);
  if ('fault' in reading) throw new Error(reading.fault);
  const clock = createManualClock();
  const verified: SignatureCheck[] = [];
  const verifier = createNodeVerifier(clock.yieldTurn);
  return {
    verified,
    clock,
    door: createDoor({
      file: { list: () => reading.list, onChange: () => undefined, close: () => undefined },
      rule,
      publicHosts,
      verifier: {
        verify(checks, budget) {
          verified.push(...checks);
          return verifier.verify(checks, budget);
        },
      },
      clock,
      random: createSeededRandom('threats'),
    }),
  };
}

function ask(entrance: Entrance) {
  if (entrance.type !== 'ask' || entrance.rule.asks !== 'key') throw new Error(entrance.type);
  return { judge: entrance.judge, challenge: entrance.rule.challenge };
}

async function sign(signer: typeof ann, host: string, challenge: Challenge): Promise<Proof> {
  const digest = digestChallenge({ host, pipeline: 'default' }, challenge);
  const signature = Buffer.from(await signer.sign(digest)).toString('hex');
  return { key: signer.publicKey, signature };
}

describe('replayed proofs', () => {
  test('AUTH12 a proof that let somebody in lets nobody else in', async () => {
    const { door } = openDoor('keys');
    const [first, second] = [ask(door.enter(caller)), ask(door.enter(caller))];
    const proof = await sign(ann, caller.reached, first.challenge);
    expect([
      await first.judge.proof(proof, first.challenge),
      await second.judge.proof(proof, second.challenge),
    ]).toEqual(['admitted', 'unknown']);
  });
});

describe('challenges carried to another host', () => {
  test('AUTH12 what a page signs for a host in between does not open the relay behind it', async () => {
    const { door } = openDoor('keys', ['relay.example']);
    const { judge, challenge } = ask(door.enter(caller));
    // The page dialled evil.example, which passes the relay's challenge on.
    const proof = await sign(ann, 'evil.example', challenge);
    expect(await judge.proof(proof, challenge)).toBe('unknown');
    expect(await judge.proof(await sign(ann, 'relay.example', challenge), challenge)).toBe(
      'admitted',
    );
  });
});

describe('questions about what exists', () => {
  test('AUTH1 what a stranger hears is the same for every pipeline, key and token', async () => {
    const heard: unknown[] = [];
    for (const pipeline of ['default', 'no-such-pipeline']) {
      const { door } = openDoor('keys');
      const { judge, challenge } = ask(door.enter({ ...caller, pipeline }));
      const own = await sign(mallory, caller.reached, challenge);
      // Another's key, listed or not, with a signature that is not its own.
      for (const key of [ann.publicKey, mallory.publicKey, 'ab'.repeat(32)]) {
        heard.push(await judge.proof({ ...own, key, signature: '00'.repeat(64) }, challenge));
      }
      const { door: tokens } = openDoor('token');
      const entrance = tokens.enter({ ...caller, pipeline });
      if (entrance.type === 'ask') heard.push(entrance.judge.token('guess'));
    }
    expect(heard).toEqual(heard.map(() => 'unknown'));
    expect(heard.length).toBe(8);
  });

  test('AUTH12 a key that is not listed is verified like one that is', async () => {
    const { door, verified } = openDoor('keys');
    for (const signer of [ann, mallory]) {
      const { judge, challenge } = ask(door.enter(caller));
      await judge.proof(await sign(signer, caller.reached, challenge), challenge);
    }
    expect(verified.length).toBe(2);
  });
});

describe('floods of strangers', () => {
  test('AUTH14 who goes on failing is sent away before anything is checked', async () => {
    const { door, verified } = openDoor('keys');
    const challenges = Array.from({ length: 50 }, () => door.enter(caller));
    const proof = { key: ann.publicKey, signature: '00'.repeat(64) };
    for (const entrance of challenges.slice(0, ATTEMPTS_MAX)) {
      const { judge, challenge } = ask(entrance);
      await judge.proof(proof, challenge);
    }
    const before = verified.length;
    expect(door.enter(caller)).toMatchObject({ type: 'away', code: 1013 });
    expect(verified.length).toBe(before);
  });

  test('AUTH1 garbage ends a stranger’s connection at once', () => {
    const frames: GateEvent[] = ['', '{', 'x'.repeat(5000), Uint8Array.of(1, 2)].map((frame) => ({
      type: 'frame',
      frame,
    }));
    const ends = frames.map((frame) => stepGate(createGate({ asks: 'token' }), frame)[0].name);
    expect(ends).toEqual(frames.map(() => 'shut'));
  });
});

describe('stolen lists of tokens', () => {
  test('AUTH11 who reads the access file cannot show a token', () => {
    const { door } = openDoor('token');
    const hash = hashToken('right');
    const tries = [hash, Buffer.from(hash, 'hex').toString('base64url')].map((token) => {
      const entrance = door.enter(caller);
      return entrance.type === 'ask' ? entrance.judge.token(token) : entrance.type;
    });
    expect(tries).toEqual(['unknown', 'unknown']);
  });
});
