import { describe, expect, test } from 'vitest';
import { computeSeenKey } from '../../worker/crdt/identity.ts';
import type { PackedOp } from '../../worker/crdt/packedOp.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { STORE_RETRY_MS } from '../../worker/relay/storeWatch.ts';
import { type EdgeRelay, startEdgeRelay } from '../support/edgeRelay.ts';
import { createMemoryBackplane, messageOf } from '../support/memoryBackplane.ts';
import {
  createSigner,
  idOf,
  insertOp,
  itemContent,
  opText,
  setOp,
  text,
} from '../support/opFactory.ts';
import { recordOf } from '../support/opRecords.ts';
import { settle } from '../support/settle.ts';

const signer = createSigner(1);
const story = (name: string): SignedOp =>
  insertOp({ signer, content: itemContent({ name: text(name) }) });
const [first, second, third, fourth] = ['1', '2', '3', '4'].map(story) as [
  SignedOp,
  SignedOp,
  SignedOp,
  SignedOp,
];
const rename = setOp(idOf(first), 'name', { signer, content: text('renamed') });
const keyOf = (op: SignedOp): string => computeSeenKey(opText(op));
const keysOf = (...ops: readonly SignedOp[]): readonly string[] => ops.map(keyOf);
const packed = (op: SignedOp): PackedOp => recordOf(opText(op)).bytes;

/** Lets everything happen that needs no time. */
async function rest(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await settle();
}

/** Longer than any wait of a relay. */
async function pass(...relays: readonly EdgeRelay[]): Promise<void> {
  for (let second = 0; second < 31; second += 1) {
    for (const { clock } of relays) await clock.advance(1000);
  }
  await rest();
}

async function startTwo() {
  const backplane = createMemoryBackplane();
  const relays = [await startEdgeRelay(backplane), await startEdgeRelay(backplane)] as const;
  for (const relay of relays) await relay.open();
  await rest();
  return { backplane, a: relays[0], b: relays[1] };
}

describe('with a broker', () => {
  test('BPL7 stores an op, acknowledges it, and gives it once to the peers of every relay', async () => {
    const { backplane, a, b } = await startTwo();
    const given = [await a.join('p'), await a.join('q'), await b.join('r')];
    expect(await a.receive('p', [first, rename])).toEqual(keysOf(first, rename));
    await rest();
    const both = [opText(first), opText(rename)];
    expect(given).toEqual([[], both, both]);
    expect([a.keys(), b.keys()]).toEqual([keysOf(first, rename), keysOf(first, rename)]);
    expect(backplane.ids('default')).toEqual(keysOf(first, rename));
    expect([a, b].map(({ figure }) => figure('backplane_ops published'))).toEqual([2, 0]);
  });

  test('BPL7 gives an op once that two relays have of the same peer', async () => {
    const { backplane, a, b } = await startTwo();
    const given = [await a.join('p'), await b.join('q')];
    await Promise.all([a.receive('x', [first]), b.receive('x', [first])]);
    await rest();
    expect(given).toEqual([[opText(first)], [opText(first)]]);
    expect(backplane.ids('default')).toEqual(keysOf(first));
  });

  test('BPL7 publishes many ops in the order in which they are stored', async () => {
    const { backplane, a, b } = await startTwo();
    const many = Array.from({ length: 30 }, (_, n) => story(`many ${n}`));
    for (const op of many) void a.receive('p', [op]);
    await rest();
    expect(backplane.ids('default')).toEqual(keysOf(...many));
    expect(b.keys()).toEqual(keysOf(...many));
    expect([a.figure('backplane unpublished'), b.figure('backplane unread')]).toEqual([0, 0]);
  });
});

describe('without a broker', () => {
  test('BPL8 each relay goes on alone; when it is back they exchange what it lacks, each op once', async () => {
    const { backplane, a, b } = await startTwo();
    await a.receive('p', [first]);
    await rest();
    backplane.lose();
    expect(await a.receive('p', [second])).toEqual(keysOf(second));
    expect(await b.receive('q', [third, rename])).toEqual(keysOf(third, rename));
    await pass(a, b);
    expect([a, b].map((one) => one.figure('backplane unpublished'))).toEqual([1, 2]);
    expect([a, b].map((one) => one.figure('backplane connected'))).toEqual([0, 0]);
    backplane.comeBack();
    await pass(a, b);
    expect([...a.keys()].sort()).toEqual([...keysOf(first, second, third, rename)].sort());
    expect([...b.keys()].sort()).toEqual([...a.keys()].sort());
    expect(backplane.ids('default').toSorted()).toEqual([...a.keys()].sort());
    expect([a, b].map((one) => one.figure('backplane_ops published'))).toEqual([2, 2]);
    expect([a, b].map((one) => one.figure('backplane unpublished'))).toEqual([0, 0]);
  });

  test('BPL9 a relay tries again after a second, then up to half a minute, and says so louder and louder', async () => {
    const backplane = createMemoryBackplane();
    backplane.lose();
    const relay = await startEdgeRelay(backplane);
    while (backplane.attempts() < 12) await relay.clock.advance(1000);
    const { lines } = relay.logger;
    const levels = lines.map(({ level }) => level);
    expect(levels).toEqual([...Array(9).fill('warn'), ...Array(3).fill('error')]);
    const waits = lines.map(({ fields }) => Number(fields['retryMs']));
    expect(Math.max(...waits)).toBeLessThan(30_000);
    expect(Math.max(...waits)).toBeGreaterThan(10_000);
    expect(waits[0]).toBeLessThan(1000);
    expect(lines[0]).toEqual({
      level: 'warn',
      message: 'the backplane cannot be reached: this relay goes on alone',
      fields: { reason: 'connection refused', failures: 1, retryMs: waits[0] },
    });
    backplane.comeBack();
    await pass(relay);
    expect(lines.at(-1)).toEqual({
      level: 'info',
      message: 'the backplane is connected',
      fields: { broker: 'memory', stream: 'stream 1' },
    });
  });

  test('BPL10 an op that was stored before a crash and not published is published by the next start', async () => {
    const { backplane, a, b } = await startTwo();
    backplane.refuseWith('no leader');
    expect(await a.receive('p', [first, second])).toEqual(keysOf(first, second));
    await rest();
    expect(b.keys()).toEqual([]);
    const again = await a.restart();
    backplane.refuseWith(null);
    await pass(again, b);
    expect([again.keys(), b.keys()]).toEqual([keysOf(first, second), keysOf(first, second)]);
  });

  test('BPL11 a broker that takes nothing is told once, and tried again every second', async () => {
    const { backplane, a, b } = await startTwo();
    backplane.refuseWith('no leader');
    await a.receive('p', [first]);
    await pass(a);
    const told = a.logger.lines.filter(({ level }) => level !== 'info');
    expect(told).toEqual([
      {
        level: 'warn',
        message: 'cannot publish ops to the backplane',
        fields: { pipeline: 'default', reason: 'no leader', unpublished: 1 },
      },
    ]);
    backplane.refuseWith(null);
    await a.clock.advance(1000);
    await rest();
    expect(b.keys()).toEqual(keysOf(first));
  });
});

describe('after a restart', () => {
  test('BPL12 a relay reads on where it was, and not again what it has', async () => {
    const { backplane, a, b } = await startTwo();
    await a.receive('p', [first, second]);
    await pass(a, b);
    const again = await b.restart();
    await a.receive('p', [third]);
    await again.open();
    await rest();
    expect(again.keys()).toEqual(keysOf(first, second, third));
    expect(again.figure('backplane_ops received')).toBe(1);
    expect(backplane.ids('default')).toEqual(keysOf(first, second, third));
  });

  test('BPL12 without its last note it reads some again, and nothing else changes', async () => {
    const { backplane, a, b } = await startTwo();
    await a.receive('p', [first, second]);
    await rest();
    const again = await b.restart();
    const given = await again.join('p');
    await rest();
    expect(again.figure('backplane_ops received')).toBe(2);
    expect({ keys: again.keys(), given }).toEqual({ keys: keysOf(first, second), given: [] });
    expect(backplane.ids('default')).toEqual(keysOf(first, second));
  });

  test('BPL12 what was read before the last note is not published again', async () => {
    const { backplane, a, b } = await startTwo();
    backplane.refuseWith('no leader');
    await a.receive('p', [first]);
    backplane.put('default', { id: keyOf(second), bytes: packed(second) });
    await pass(a, b);
    backplane.refuseWith(null);
    const again = await a.restart();
    await again.open();
    await pass(again, b);
    expect([again.keys(), b.keys()]).toEqual([keysOf(first, second), keysOf(second, first)]);
    expect(backplane.ids('default')).toEqual(keysOf(second, first));
  });

  test('BPL12 a relay with an empty disk gets all from the stream', async () => {
    const { backplane, a } = await startTwo();
    await a.receive('p', [first, second, third, rename]);
    await rest();
    const fresh = await startEdgeRelay(backplane);
    const given = await fresh.join('p');
    await rest();
    expect(given).toEqual([first, second, third, rename].map((op) => opText(op)));
    expect(fresh.figure('backplane_ops published')).toBe(0);
  });
});

describe('a stream that lost messages', () => {
  test('BPL13 a deleted stream is filled again by all relays together', async () => {
    const { backplane, a, b } = await startTwo();
    await a.receive('p', [first]);
    await rest();
    backplane.refuseWith('no leader');
    await b.receive('q', [second]);
    backplane.refuseWith(null);
    backplane.deleteStream();
    await pass(a, b);
    const all = [...keysOf(first, second)].sort();
    expect(backplane.ids('default').toSorted()).toEqual(all);
    expect([a, b].map((one) => [...one.keys()].sort())).toEqual([all, all]);
  });

  test('BPL13 also with pipelines that nobody asked for since the start', async () => {
    const { backplane, a, b } = await startTwo();
    await a.receive('p', [first], 'web');
    await pass(a);
    backplane.deleteStream();
    const again = await a.restart();
    await pass(again, b);
    expect(backplane.ids('web')).toEqual(keysOf(first));
    expect(again.figure('backplane unpublished')).toBe(0);
  });

  test('BPL14 a stream that lost its end is read anew and given what it lacks', async () => {
    const { backplane, a, b } = await startTwo();
    await a.receive('p', [first, second, third]);
    await pass(a, b);
    backplane.lose();
    backplane.cutFrom(2);
    await b.receive('q', [fourth]);
    backplane.comeBack();
    await pass(a, b);
    const all = [...keysOf(first, second, third, fourth)].sort();
    expect(backplane.ids('default').toSorted()).toEqual(all);
    expect([a, b].map((one) => [...one.keys()].sort())).toEqual([all, all]);
    expect(a.logger.lines.map(({ message }) => message)).toContain(
      'the stream has lost messages: it is read anew, and given what it lacks',
    );
  });

  test('BPL14 a relay whose disk lost ops reads them again', async () => {
    const { a, b } = await startTwo();
    await a.receive('p', [first, second]);
    await pass(a, b);
    b.opLog.damage('default', 0);
    const again = await b.restart();
    await again.open();
    await rest();
    expect([...again.keys()].sort()).toEqual([...keysOf(first, second)].sort());
  });
});

describe('a broker that is not trusted', () => {
  test('BPL15 what is no op, too long, altered or forged is refused and counted, and the rest goes on', async () => {
    const { backplane, a } = await startTwo();
    const forged = packed(first).slice() as PackedOp;
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    const bad = [messageOf('x', 'no op'), messageOf('y', '\0'.repeat(70_000))];
    for (const message of [...bad, { id: 'z', bytes: forged }]) backplane.put('default', message);
    backplane.put('default', { id: keyOf(second), bytes: packed(second) });
    await rest();
    expect(a.keys()).toEqual(keysOf(second));
    expect(a.figure('backplane_ops rejected')).toBe(3);
    expect(a.logger.lines.filter(({ message }) => message === 'refused ops')).not.toEqual([]);
  });

  test('BPL16 an op whose id another message took is published under a further one', async () => {
    const { backplane, a, b } = await startTwo();
    backplane.put('default', messageOf(keyOf(first), 'not the op'));
    await rest();
    await a.receive('p', [first, second]);
    await rest();
    expect(b.keys()).toEqual(keysOf(second, first));
    const ids = [keyOf(first), keyOf(second), `${keyOf(first)}.1`];
    expect(backplane.ids('default')).toEqual(ids);
  });

  test('BPL17 an op that came before what it needs is read again after a crash', async () => {
    const { backplane, a } = await startTwo();
    backplane.put('default', { id: keyOf(rename), bytes: packed(rename) });
    backplane.put('default', { id: keyOf(second), bytes: packed(second) });
    await pass(a);
    expect(a.keys()).toEqual(keysOf(second));
    const again = await a.restart();
    await again.receive('p', [first]);
    await pass(again);
    expect(again.keys()).toEqual(keysOf(second, first, rename));
    expect(backplane.ids('default').toSorted()).toEqual([...again.keys()].sort());
    const later = await again.restart();
    await later.open();
    await rest();
    expect(later.figure('backplane_ops received')).toBe(0);
  });

  test('BPL17 so is an op whose signer was not listed then', async () => {
    const backplane = createMemoryBackplane();
    const listed = new Set<string>();
    const a = await startEdgeRelay(backplane, { maySign: (one) => listed.has(one) });
    backplane.put('default', { id: keyOf(first), bytes: packed(first) });
    const pipeline = await a.open();
    await pass(a);
    expect(a.keys()).toEqual([]);
    listed.add(signer.publicKey);
    pipeline.recheckSigners();
    await rest();
    expect(a.keys()).toEqual(keysOf(first));
    listed.clear();
    backplane.put('default', { id: keyOf(second), bytes: packed(second) });
    await pass(a);
    const again = await a.restart();
    listed.add(signer.publicKey);
    await again.open();
    await rest();
    expect(again.keys()).toEqual(keysOf(first, second));
  });

  test('BPL17 and so is one for which the disk had no room', async () => {
    const { a, b } = await startTwo();
    b.opLog.failWith({ type: 'failed', reason: 'full', detail: 'no space left' });
    await a.receive('p', [first, second]);
    await rest();
    expect(b.keys()).toEqual([]);
    b.opLog.failWith(null);
    await b.clock.advance(STORE_RETRY_MS);
    await rest();
    expect(b.keys()).toEqual(keysOf(first, second));
  });
});

describe('ending', () => {
  test('BPL18 publishes what is stored, as far as the broker takes it', async () => {
    const { backplane, a, b } = await startTwo();
    const stored = a.receive('p', [first, second]);
    await stored;
    await a.close();
    expect(backplane.ids('default')).toEqual(keysOf(first, second));
    backplane.refuseWith('no leader');
    await b.receive('p', [third]);
    await b.close();
    backplane.refuseWith(null);
    const again = await b.restart();
    await rest();
    expect(backplane.ids('default')).toEqual(keysOf(first, second, third));
    expect(again.figure('backplane_ops published')).toBe(1);
  });
});
