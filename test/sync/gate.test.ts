import { describe, expect, test } from 'vitest';
import { type Gate, type GateEvent, type GateStep, stepGate } from '../../worker/sync/gate.ts';
import { encodeChallenge, encodeProof } from '../../worker/wire/accessFrames.ts';

const challenge = { nonce: 'ab'.repeat(32), notAfterMs: 1_700_000_010_000 };
const proof = { key: '11'.repeat(32), signature: '22'.repeat(64) };
const plain = '{"type":"bulk","ops":[],"caps":["ack1"]}';
const withToken = '{"type":"bulk","ops":[],"caps":["ack1"],"token":"t0ken"}';

const gates = {
  'waiting for a token': { name: 'waiting', rule: { asks: 'token' } },
  'waiting for a key': { name: 'waiting', rule: { asks: 'key', challenge } },
  challenged: { name: 'challenged', challenge, firstFrame: plain },
  'judging a token': { name: 'judging', asks: 'token', firstFrame: withToken },
  'judging a key': { name: 'judging', asks: 'key', firstFrame: plain },
  open: { name: 'open' },
  shut: { name: 'shut' },
} as const satisfies { readonly [name: string]: Gate };

const events = {
  opened: { type: 'opened' },
  'a first frame': { type: 'frame', frame: plain },
  'a first frame with a token': { type: 'frame', frame: withToken },
  'a proof': { type: 'frame', frame: encodeProof(proof) },
  'another text': { type: 'frame', frame: '{"type":"op","op":"{}"}' },
  'a binary frame': { type: 'frame', frame: Uint8Array.of(1) },
  admitted: { type: 'judged', verdict: 'admitted' },
  unknown: { type: 'judged', verdict: 'unknown' },
  forbidden: { type: 'judged', verdict: 'forbidden' },
  timeout: { type: 'timeout' },
  closed: { type: 'closed' },
} as const satisfies { readonly [name: string]: GateEvent };

type GateName = keyof typeof gates;
type EventName = keyof typeof events;

const shut = (code: number, reason: string): GateStep => [
  { name: 'shut' },
  [{ type: 'stop-timer' }, { type: 'close', code, reason }],
];
const unreadable = shut(4401, 'this is no first frame of somebody who has to show who they are');
const noProof = shut(4401, 'this relay asks for a signed challenge');
const late = shut(4401, 'you did not show in time who you are');
const forbidden = shut(4403, 'you may not have this pipeline');
const gone: GateStep = [{ name: 'shut' }, [{ type: 'stop-timer' }]];
const begun = (gate: Gate): GateStep => [gate, [{ type: 'start-timer', delayMs: 10_000 }]];
const letIn = (firstFrame: string): GateStep => [
  { name: 'open' },
  [{ type: 'stop-timer' }, { type: 'let-in', firstFrame }],
];
const challenged = (firstFrame: string): GateStep => [
  { name: 'challenged', challenge, firstFrame },
  [{ type: 'send', frame: encodeChallenge(challenge) }],
];
const same = (gate: Gate): Record<EventName, GateStep> =>
  Object.fromEntries(Object.keys(events).map((name) => [name, [gate, []]])) as never;
const judging = (asks: 'token' | 'key', firstFrame: string): Record<EventName, GateStep> => ({
  opened: begun({ name: 'judging', asks, firstFrame }),
  'a first frame': unreadable,
  'a first frame with a token': unreadable,
  'a proof': unreadable,
  'another text': unreadable,
  'a binary frame': unreadable,
  admitted: letIn(firstFrame),
  unknown: shut(
    4401,
    asks === 'token'
      ? 'this relay does not take this token'
      : 'this relay does not take this key, or was dialled by a name that it does not know',
  ),
  forbidden,
  timeout: late,
  closed: gone,
});
const waiting = (gate: Gate) =>
  ({
    opened: begun(gate),
    'a proof': unreadable,
    'another text': unreadable,
    'a binary frame': unreadable,
    admitted: [gate, []],
    unknown: [gate, []],
    forbidden: [gate, []],
    timeout: late,
    closed: gone,
  }) satisfies Partial<Record<EventName, GateStep>>;

/** A cell that is left out does not compile. */
const table: Record<GateName, Record<EventName, GateStep>> = {
  'waiting for a token': {
    ...waiting(gates['waiting for a token']),
    'a first frame': shut(4401, 'this relay asks for a token'),
    'a first frame with a token': [
      { name: 'judging', asks: 'token', firstFrame: withToken },
      [{ type: 'judge-token', token: 't0ken' }],
    ],
  },
  'waiting for a key': {
    ...waiting(gates['waiting for a key']),
    'a first frame': challenged(plain),
    'a first frame with a token': challenged(withToken),
  },
  challenged: {
    ...waiting(gates.challenged),
    'a first frame': noProof,
    'a first frame with a token': noProof,
    'another text': noProof,
    'a proof': [
      { name: 'judging', asks: 'key', firstFrame: plain },
      [{ type: 'judge-proof', proof, challenge }],
    ],
  },
  'judging a token': judging('token', withToken),
  'judging a key': judging('key', plain),
  open: same(gates.open),
  shut: same(gates.shut),
};

describe('the gate', () => {
  const cells = (Object.keys(table) as GateName[]).flatMap((gate) =>
    (Object.keys(events) as EventName[]).map((event) => [gate, event] as const),
  );

  test.each(cells)('AUTH1 where it is %s, %s does what the table says', (gate, event) => {
    expect(stepGate(gates[gate], events[event])).toEqual(table[gate][event]);
  });

  test('AUTH1 no reason is longer than a close frame takes', () => {
    const reasons = cells.flatMap(([gate, event]) =>
      table[gate][event][1].flatMap((effect) => (effect.type === 'close' ? [effect.reason] : [])),
    );
    expect(reasons.filter((reason) => Buffer.byteLength(reason) > 123)).toEqual([]);
  });
});
