import { describe, expect, test } from 'vitest';
import type { Inspection, OpenOptions, Status } from '../worker/api.ts';
import { describeFrame } from '../worker/describeFrame.ts';
import { FRAMES_MAX, LEASE_MS } from '../worker/inspection.ts';
import { createInspector, type Inspector } from '../worker/inspector.ts';
import { parseQuery } from '../worker/queries.ts';
import { encodeCompact } from '../worker/wire/compactFrames.ts';
import { encodeAck, encodeBulk, encodeFirstFrame, encodeLiveOp } from '../worker/wire/frames.ts';
import { encodeReconcile } from '../worker/wire/reconcileFrames.ts';
import { createHandDialler } from './support/handDialler.ts';
import { createManualClock } from './support/manualClock.ts';
import { dumpRecords, textOf } from './support/opRecords.ts';
import { settle } from './support/settle.ts';
import { deaf } from './support/socketPair.ts';
import { createTabHall, type HallTab } from './support/tabHall.ts';

const OPTIONS: OpenOptions = { pipeline: 'default', address: 'ws://relay/crdt-sync' };
const NOTHING = { address: 'ws://relay', capabilities: null, held: [] } as const;

function inspectDial() {
  const clock = createManualClock();
  const hand = createHandDialler();
  const inspector = createInspector({ name: 'first', dialler: hand, clock });
  const socket = inspector.dialler.dial('ws://relay', deaf);
  const { pair, peer } = hand.last();
  pair.open();
  return { clock, hand, inspector, socket, pair, peer };
}

const framesOf = (inspector: Inspector) =>
  inspector.inspect(null, NOTHING).frames.map(({ direction, kind }) => `${direction} ${kind}`);

describe('frames', () => {
  test('INS6 frames are recorded while somebody asks, and for a while after', async () => {
    const { clock, inspector, socket } = inspectDial();
    socket.send(encodeBulk([], 0));
    const before = framesOf(inspector);
    socket.send(encodeAck(['ab'.repeat(32)]));
    const during = framesOf(inspector);
    await clock.advance(LEASE_MS);
    socket.send(encodeBulk([], 0));
    expect([before, during, framesOf(inspector)]).toEqual([[], ['out ack'], []]);
  });

  test('INS6 an inspection holds what is new since the last, with numbers that rise by one', () => {
    const { inspector, socket, pair, peer, clock } = inspectDial();
    inspector.inspect(null, NOTHING);
    socket.send(encodeBulk([], 0));
    peer.send(encodeAck(['ab'.repeat(32)]));
    pair.listener.deliver();
    const [first, second] = inspector.inspect(null, NOTHING).frames;
    const atMs = clock.nowMs();
    const common = { atMs, detail: '' };
    expect([first, second]).toEqual([
      { ...common, number: 1, direction: 'out', kind: 'beat', bytes: 24, ops: 0 },
      { ...common, number: 2, direction: 'in', kind: 'ack', bytes: 33, ops: 1 },
    ]);
    const since = { recorder: 'first', frame: 1, op: 0 };
    expect(inspector.inspect(since, NOTHING).frames).toEqual([second]);
    const another = { ...since, recorder: 'of another leader' };
    expect(inspector.inspect(another, NOTHING).frames).toEqual([first, second]);
  });

  test('INS7 of many frames the latest are kept', () => {
    const { inspector, socket } = inspectDial();
    inspector.inspect(null, NOTHING);
    for (let sent = 0; sent < 3 * FRAMES_MAX; sent += 1) socket.send(encodeBulk([], 0));
    const { frames, peer } = inspector.inspect(null, NOTHING);
    expect([frames.length, frames[0]?.number, frames.at(-1)?.number]).toEqual([
      FRAMES_MAX,
      2 * FRAMES_MAX + 1,
      3 * FRAMES_MAX,
    ]);
    expect(peer?.sent).toEqual({ frames: 3 * FRAMES_MAX, bytes: 3 * FRAMES_MAX * 24 });
  });

  test('INS8 the peer is told with its traffic and capabilities while the connection lasts', () => {
    const { inspector, pair, peer, clock } = inspectDial();
    peer.send('12345');
    pair.listener.deliver();
    const { peer: during } = inspector.inspect(null, { ...NOTHING, capabilities: ['ack1'] });
    expect(during).toEqual({
      address: 'ws://relay',
      openedAtMs: clock.nowMs(),
      capabilities: ['ack1'],
      received: { frames: 1, bytes: 5 },
      sent: { frames: 0, bytes: 0 },
    });
    pair.cut();
    expect(inspector.inspect(null, NOTHING).peer).toBeNull();
  });

  const [text = ''] = dumpRecords(1).map(textOf);
  const key = 'ab'.repeat(32);
  const long = 'x'.repeat(100_000);
  test.each<[string, string | Uint8Array, ReturnType<typeof describeFrame>]>([
    [
      'a greeting',
      encodeFirstFrame(['ack1', 'rbsr1']),
      { kind: 'greeting', ops: 0, detail: 'ack1 rbsr1' },
    ],
    ['a sign of life', encodeBulk([], 0), { kind: 'beat', ops: 0, detail: '' }],
    ['a bulk', encodeBulk([text], 2), { kind: 'bulk', ops: 1, detail: 'text' }],
    ['a live op', encodeLiveOp(text), { kind: 'op', ops: 1, detail: 'text' }],
    [
      'packed ops',
      encodeCompact({ ops: dumpRecords(3).map(({ bytes }) => bytes), left: 0 }),
      { kind: 'bulk', ops: 3, detail: 'packed' },
    ],
    ['acks', encodeAck([key, key]), { kind: 'ack', ops: 2, detail: '' }],
    [
      'a step of reconciling',
      encodeReconcile({ type: 'done', result: 'equal' }),
      { kind: 'reconcile', ops: 0, detail: 'done' },
    ],
    [
      'nonsense',
      Uint8Array.of(0xff),
      { kind: 'unknown', ops: 0, detail: 'unknown-kind: first byte 255' },
    ],
    ['a long text', long, { kind: 'bulk', ops: null, detail: 'text' }],
    [
      'long packed ops',
      new Uint8Array(100_000).fill(2),
      { kind: 'bulk', ops: null, detail: 'packed' },
    ],
  ])('INS9 %s is told by what it is', (_, frame, description) => {
    expect(describeFrame(frame)).toEqual(description);
  });
});

async function openTab(hallTab: HallTab): Promise<HallTab> {
  const outcome = await hallTab.tab.open(OPTIONS, hallTab.stream);
  if (outcome.type === 'refused') throw new Error(outcome.detail);
  return hallTab;
}

async function inspect({ tab }: HallTab): Promise<Inspection> {
  const answer = await tab.query({ type: 'inspect', since: null });
  if (answer.type !== 'inspect') throw new Error(answer.type);
  return answer.inspection;
}

async function connect({ dialler }: HallTab): Promise<ReturnType<typeof dialler.last>> {
  const dial = dialler.last();
  dial.pair.open();
  await settle();
  return dial;
}

function lastStatus({ messages }: HallTab): Status | undefined {
  return messages.flatMap((one) => (one.type === 'status' ? [one.status] : [])).at(-1);
}

describe('a tab', () => {
  test('INS10 ops are told with their outcome and reason, and what waits for what', async () => {
    const leader = await openTab(createTabHall().createTab());
    const { pair, peer } = await connect(leader);
    await inspect(leader);
    const [first, second, third] = dumpRecords(3);
    if (!first || !second || !third) throw new Error('three ops are there');
    const bad = textOf(first).replace('"seq":1', '"seq":2');
    for (const text of [textOf(third), textOf(third), bad, 'nonsense']) {
      peer.send(encodeBulk([text], 0));
    }
    pair.listener.deliver();
    await settle();
    const waiting = await inspect(leader);
    expect(waiting.ops.map(({ outcome, key, why }) => [outcome, key, why])).toEqual([
      ['held', third.key, waiting.held[0]?.cause],
      ['duplicate', third.key, ''],
      ['rejected', null, 'wrong-id: the id does not belong to the content'],
      ['rejected', null, waiting.ops[3]?.why],
    ]);
    expect(waiting.held).toMatchObject([{ key: third.key, op: { type: 'insert', field: null } }]);
    expect(waiting.refusals.map(({ what, reason }) => [what, reason])).toEqual([
      ['op', 'wrong-id'],
      ['op', 'unparsable'],
    ]);
    peer.send(encodeBulk([textOf(first), textOf(second)], 0));
    pair.listener.deliver();
    await settle();
    const released = await inspect(leader);
    expect(released.held).toEqual([]);
    expect(released.ops.slice(4).map(({ outcome, key }) => [outcome, key])).toEqual([
      ['applied', first.key],
      ['applied', second.key],
      ['released', third.key],
    ]);
  });

  test('INS11 what was refused is kept from the start on, frames too', async () => {
    const leader = await openTab(createTabHall().createTab());
    const { pair, peer } = await connect(leader);
    peer.send('{');
    peer.send(encodeBulk(['nonsense'], 0));
    pair.listener.deliver();
    await settle();
    const { refusals, ops, frames } = await inspect(leader);
    expect(refusals.map(({ what, reason }) => [what, reason])).toEqual([
      ['frame', 'unparsable'],
      ['op', 'unparsable'],
    ]);
    expect([ops, frames]).toEqual([[], []]);
  });

  test('INS12 the time until a peer acknowledges an own op is told', async () => {
    const leader = await openTab(createTabHall().createTab());
    const { pair, peer } = await connect(leader);
    peer.send(encodeFirstFrame(['ack1']));
    pair.listener.deliver();
    await settle();
    const { recorder } = await inspect(leader);
    await leader.tab.command({ type: 'add', fields: { name: 'Mine' } });
    const { ops } = await inspect(leader);
    expect(ops).toMatchObject([{ outcome: 'own', op: { type: 'insert', field: null } }]);
    await leader.clock.advance(40);
    peer.send(encodeAck([ops[0]?.key ?? '']));
    pair.listener.deliver();
    await settle();
    const after = await inspect(leader);
    expect([after.recorder, after.roundTripsMs, after.peer?.capabilities]).toEqual([
      recorder,
      [40],
      ['ack1'],
    ]);
  });

  test('INS13 a tab that follows sees what the leader records, and adds lag through it', async () => {
    const hall = createTabHall();
    const [leader, follower] = [await openTab(hall.createTab()), await openTab(hall.createTab())];
    await connect(leader);
    await inspect(follower);
    await follower.tab.command({ type: 'add', fields: { name: 'Through the leader' } });
    const seen = await inspect(follower);
    expect(seen).toEqual(await inspect(leader));
    expect(seen.ops.map(({ outcome }) => outcome)).toEqual(['own']);
    await follower.tab.addLag(250);
    expect([lastStatus(leader)?.addedLagMs, lastStatus(follower)?.addedLagMs]).toEqual([250, 250]);
    await follower.tab.addLag(0);
    expect(lastStatus(leader)).not.toHaveProperty('addedLagMs');
  });

  test.each<[number, number | undefined]>([
    [-1, undefined],
    [Number.NaN, undefined],
    [1e9, 10_000],
    [0.4, undefined],
    [12.6, 13],
  ])('INS14 a lag of %s ms is taken as %s', async (asked, taken) => {
    const leader = await openTab(createTabHall().createTab());
    await leader.tab.addLag(asked);
    expect(lastStatus(leader)?.addedLagMs).toBe(taken);
  });
});

test('INS15 a query about the sync is read strictly', () => {
  const since = { recorder: 'x', frame: 1, op: 2 };
  const good = [
    { type: 'inspect', since: null },
    { type: 'inspect', since },
  ];
  expect(good.map((query) => parseQuery({ ...query, more: 1 }))).toEqual(good);
  const bad = [
    { type: 'inspect' },
    { type: 'inspect', since: 1 },
    { type: 'inspect', since: { ...since, frame: '1' } },
    { type: 'inspect', since: { ...since, op: undefined } },
    { type: 'inspect', since: { ...since, recorder: null } },
  ];
  expect(bad.map(parseQuery)).toEqual(bad.map(() => null));
});
