import { describe, expect, test } from 'vitest';
import type { Signer, SocketClose } from '../../worker/ports.ts';
import { createAccessDialler, placeOf } from '../../worker/sync/accessDialler.ts';
import { createConnection } from '../../worker/sync/connection.ts';
import type { GateRule, Verdict } from '../../worker/sync/gate.ts';
import { type GuardedSocket, guardSocket, type Judge } from '../../worker/sync/guardedSocket.ts';
import {
  type Challenge,
  digestChallenge,
  encodeChallenge,
  type Proof,
  parseProof,
} from '../../worker/wire/accessFrames.ts';
import { createHandDialler } from '../support/handDialler.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange } from '../support/memoryExchange.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createNobleSigner } from '../support/nobleSigner.ts';
import { settle } from '../support/settle.ts';
import { createSocketPair, deaf } from '../support/socketPair.ts';

const challenge: Challenge = { nonce: '0a'.repeat(32), notAfterMs: 1_700_000_010_000 };
const asksToken: GateRule = { asks: 'token' };
const asksKey: GateRule = { asks: 'key', challenge };
const address = 'ws://relay.example:3001/crdt-sync/team';
const place = { host: 'relay.example:3001', pipeline: 'team' };
const signer: Signer = createNobleSigner(new Uint8Array(32).fill(7));

/** A page of ours at one end, a guarded listener with a log at the other. */
async function meet(options: { rule: GateRule; judge: Judge; token?: string; delayed?: boolean }) {
  const clock = createManualClock();
  const hand = createHandDialler();
  const dialler = createAccessDialler(hand, {
    signer: () => signer,
    token: () => options.token ?? null,
  });
  const [page, relay] = [
    createMemoryExchange(['of the page']),
    createMemoryExchange(['of the relay']),
  ];
  const closes: SocketClose[] = [];
  createConnection({
    peer: address,
    end: 'dialler',
    connect: (handlers) => dialler.dial(address, handlers),
    exchange: page,
    clock,
    logger: createMemoryLogger(),
    onClosed: (close) => closes.push(close),
  });
  const { pair } = hand.last();
  const shut: { code: number; reason: string }[] = [];
  const letIn: GuardedSocket[] = [];
  const takeOver = (): void => {
    for (const { connect } of letIn.splice(0)) {
      createConnection({
        peer: 'page',
        end: 'listener',
        connect,
        exchange: relay,
        clock,
        logger: createMemoryLogger(),
      });
    }
  };
  guardSocket({
    rule: options.rule,
    judge: options.judge,
    connect: pair.listener.connect,
    clock,
    onLetIn(guarded) {
      letIn.push(guarded);
      if (options.delayed !== true) takeOver();
    },
    onShut: ({ code, reason }) => shut.push({ code, reason }),
  });
  pair.open();
  await pair.flush();
  return { pair, page, relay, closes, shut, clock, takeOver };
}

function judgeBy(verdict: Verdict): Judge & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    token(token) {
      asked.push(token);
      return verdict;
    },
    async proof(proof, of) {
      asked.push(proof, of);
      return verdict;
    },
  };
}

const both = ['of the page', 'of the relay'];

describe('a peer that is let in', () => {
  test('AUTH3 shows a token in its first frame, and nothing of it later', async () => {
    const judge = judgeBy('admitted');
    const { pair, page, relay, shut } = await meet({ rule: asksToken, judge, token: 't0ken' });
    expect([[...page.texts()].sort(), [...relay.texts()].sort()]).toEqual([both, both]);
    expect([judge.asked, shut]).toEqual([['t0ken'], []]);
    const sent = pair.dialler.sent.map((frame) => Buffer.from(frame).includes('t0ken'));
    expect(sent).toEqual(sent.map((_, index) => index === 0));
  });

  test('AUTH4 signs the challenge with the key that signs its ops, and its session never sees one', async () => {
    const judge = judgeBy('admitted');
    const { pair, page, relay, shut } = await meet({ rule: asksKey, judge });
    expect([[...page.texts()].sort(), [...relay.texts()].sort()]).toEqual([both, both]);
    const signature = Buffer.from(await signer.sign(digestChallenge(place, challenge)));
    const proof: Proof = { key: signer.publicKey, signature: signature.toString('hex') };
    expect([judge.asked, shut]).toEqual([[proof, challenge], []]);
    expect(pair.listener.sent[0]).toBe(encodeChallenge(challenge));
    expect(parseProof(String(pair.dialler.sent[1]))).toEqual(proof);
  });

  test('AUTH5 what it sends before its session is there is kept, up to 2 MiB', async () => {
    const judge = judgeBy('admitted');
    const { pair, relay, takeOver } = await meet({
      rule: asksToken,
      judge,
      token: 't',
      delayed: true,
    });
    expect(pair.listener.sent).toEqual([]);
    takeOver();
    await pair.flush();
    expect([...relay.texts()].sort()).toEqual(both);

    const other = await meet({ rule: asksToken, judge, token: 't', delayed: true });
    const flood = other.pair.dialler.connect(deaf);
    for (let count = 0; count < 3; count += 1) flood.send('x'.repeat(1024 * 1024));
    await other.pair.flush();
    expect(other.pair.listener.closing()).toEqual({
      code: 1013,
      reason: 'too much before this end is ready',
    });
  });
});

describe('a peer that is not', () => {
  test.each<[string, GateRule, Verdict, string | undefined, number, string]>([
    ['without a token', asksToken, 'admitted', undefined, 4401, 'token'],
    ['with a wrong token', asksToken, 'unknown', 'wrong', 4401, 'token'],
    ['with a token for another pipeline', asksToken, 'forbidden', 'other', 4403, 'token'],
    ['with a key that nobody knows', asksKey, 'unknown', undefined, 4401, 'key'],
    ['with a key for another pipeline', asksKey, 'forbidden', 'ignored', 4403, 'key'],
  ])('AUTH5 %s gets a close code and nothing of the log', async (...row) => {
    const [, rule, verdict, token, code, asked] = row;
    const met = await meet({ rule, judge: judgeBy(verdict), ...(token && { token }) });
    expect(met.closes).toMatchObject([{ code, asked, clean: true }]);
    expect(met.shut).toMatchObject([{ code }]);
    expect(met.pair.listener.sent).toEqual(rule.asks === 'key' ? [encodeChallenge(challenge)] : []);
    expect([met.page.texts(), met.relay.texts()]).toEqual([['of the page'], ['of the relay']]);
  });

  test('AUTH6 one that says nothing is sent away after 10 s, and one that is let in is not', async () => {
    const clock = createManualClock();
    const pair = createSocketPair();
    pair.dialler.connect(deaf);
    const { connect } = pair.listener;
    const guard = { judge: judgeBy('admitted'), connect, clock, onLetIn() {}, onShut() {} };
    guardSocket({ rule: asksToken, ...guard });
    pair.open();
    await clock.advance(9_999);
    expect(pair.listener.closing()).toBe(null);
    await clock.advance(1);
    expect(pair.listener.closing()?.code).toBe(4401);
    const { clock: other } = await meet({
      rule: asksToken,
      judge: judgeBy('admitted'),
      token: 't',
    });
    expect(other.timersMs()).not.toContain(10_000);
  });

  test('AUTH6 a verdict that comes after the peer has left changes nothing', async () => {
    let admit: (verdict: Verdict) => void = () => undefined;
    const proof = (): Promise<Verdict> => new Promise((done) => (admit = done));
    const { pair, shut, relay } = await meet({
      rule: asksKey,
      judge: { ...judgeBy('admitted'), proof },
    });
    pair.cut();
    admit('admitted');
    await settle();
    expect([shut, relay.texts()]).toEqual([[], ['of the relay']]);
  });
});

describe('a dialler', () => {
  test('AUTH4 answers no challenge but one that comes first', async () => {
    const judge = judgeBy('admitted');
    const { pair } = await meet({ rule: asksToken, judge, token: 't' });
    const sentBefore = pair.dialler.sent.length;
    pair.listener.connect(deaf).send(encodeChallenge(challenge));
    await pair.flush();
    await settle();
    const later = pair.dialler.sent.slice(sentBefore).map(String);
    expect(later.filter((frame) => frame.includes('proof'))).toEqual([]);
  });

  test.each([
    ['ws://Relay.Example:80/crdt-sync', 'relay.example', 'default'],
    ['wss://relay.example:443/crdt-sync/team', 'relay.example', 'team'],
    ['ws://relay.example:443/crdt-sync', 'relay.example:443', 'default'],
    ['ws://127.0.0.1:3001/huskies/crdt-sync/a-1?x=/crdt-sync/b', '127.0.0.1:3001', 'a-1'],
    ['ws://user:pass@[::1]:8080/crdt-sync', '[::1]:8080', 'default'],
  ])('AUTH4 calls the other end by the name that it dialled: %s', (dialled, host, pipeline) => {
    expect(placeOf(dialled)).toEqual({ host, pipeline });
    expect(new URL(dialled).host).toBe(host);
  });
});
