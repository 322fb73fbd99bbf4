/** Failures of machines, networks and disks, one describe each, as `docs/threats.md` lists them. */

import { describe, expect, test } from 'vitest';
import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import type { Command, OpenOptions, Status } from '../../worker/api.ts';
import { connectPair } from '../support/connectedPair.ts';
import { exportOps } from '../support/exportOps.ts';
import { createFaultyOpStore } from '../support/faultyOpStore.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryExchange, offerText } from '../support/memoryExchange.ts';
import { openTestReplica } from '../support/openedReplica.ts';
import { dumpRecords, textOf } from '../support/opRecords.ts';
import { settle } from '../support/settle.ts';
import { createTabHall, type HallTab } from '../support/tabHall.ts';

const OPTIONS: OpenOptions = { pipeline: 'default', address: null };
const BULK = { peer: 'peer', frame: 'bulk' } as const;
const add = (name: string): Command => ({ type: 'add', fields: { name } });

const lastStatus = ({ messages }: HallTab): Status | undefined =>
  messages.flatMap((one) => (one.type === 'status' ? [one.status] : [])).at(-1);

/** Signer and seq of each op in an export. */
function signedSeqs(exported: string): readonly string[] {
  return exported
    .trim()
    .split('\n')
    .map((line) => {
      const { author, inner } = JSON.parse(line) as { author: number[]; inner: { seq: number } };
      return `${author.join()} ${inner.seq}`;
    });
}

describe('a crash between storing and sending', () => {
  test('REP1 what was stored and not sent is there again, and no seq is used twice', async () => {
    const store = createMemoryOpStore();
    const before = await openTestReplica({ seed: 1, store });
    await before.replica.command(add('Stored, never sent'));
    const after = await openTestReplica({ seed: 1, store });
    await after.replica.command(add('After the crash'));
    const seqs = signedSeqs(await exportOps(after.replica));
    expect(new Set(seqs).size).toBe(2);
    expect(after.replica.status().unacknowledgedOps).toBe(2);
  });

  test('REP1 what was not stored was never sent', async () => {
    const store = createFaultyOpStore();
    const { replica, offered } = await openTestReplica({ seed: 1, store });
    store.pause();
    void replica.command(add('Under way when the power goes'));
    await settle();
    expect(offered).toEqual([]);
    store.resume();
  });
});

describe('a second tab', () => {
  test('TAB3 signs through the first, so one key never signs two ops with one seq', async () => {
    const hall = createTabHall();
    const tabs = [hall.createTab(), hall.createTab()] as const;
    for (const { tab, stream } of tabs) await tab.open(OPTIONS, stream);
    await Promise.all(tabs.flatMap(({ tab }) => [tab.command(add('a')), tab.command(add('b'))]));
    const seqs = signedSeqs(await exportOps(tabs[0].tab));
    expect([seqs.length, new Set(seqs).size]).toEqual([4, 4]);
  });
});

describe('a tab that wakes up after another has taken over', () => {
  test('TAB11 writes nothing and follows', async () => {
    const hall = createTabHall();
    const zombie = hall.createTab();
    await zombie.tab.open(OPTIONS, zombie.stream);
    hall.fence();
    const outcome = await zombie.tab.command(add('By a zombie'));
    expect(outcome).toMatchObject({ type: 'refused', reason: 'leader-lost' });
    expect((await hall.store.readUnacknowledged()).length).toBe(0);
  });
});

describe('a tab that is killed', () => {
  test('TAB5 what it was asked is reported, and the next tab goes on', async () => {
    const hall = createTabHall();
    const [first, second] = [hall.createTab(), hall.createTab()];
    for (const { tab, stream } of [first, second]) await tab.open(OPTIONS, stream);
    const asked = second.tab.command(add('In flight'));
    first.kill();
    expect(await asked).toMatchObject({ reason: 'leader-lost' });
    await settle();
    expect(lastStatus(second)?.role).toBe('leader');
  });
});

describe('a full disk', () => {
  test('REP2 refuses own edits in words, shows those of others, and goes on when there is room', async () => {
    const store = createFaultyOpStore();
    const { replica } = await openTestReplica({ seed: 1, store });
    store.fail('full');
    const refused = await replica.command(add('No room'));
    await replica.receive([textOf(dumpRecords(1)[0]!)], BULK);
    const durability = replica.status().durability;
    store.mend();
    const done = await replica.command(add('Room again'));
    expect([refused, done]).toMatchObject([{ reason: 'storage-full' }, { type: 'done' }]);
    expect([durability, replica.view().length]).toEqual(['full', 2]);
  });
});

describe('a disk that breaks', () => {
  test('REP13 leaves the board at work in memory, under a new key, and says so', async () => {
    const store = createFaultyOpStore();
    const { replica } = await openTestReplica({ seed: 1, store });
    const before = replica.status().signer;
    store.fail('broken');
    expect(await replica.command(add('In memory'))).toMatchObject({ type: 'done' });
    expect(replica.status().durability).toBe('broken');
    expect(replica.status().signer).not.toBe(before);
  });
});

describe('a database that is older than it was', () => {
  test('REP14 a key that has signed more than the database knows signs no more', async () => {
    const store = createMemoryOpStore();
    const { replica } = await openTestReplica({ seed: 1, store });
    const { signer } = replica.status();
    const canary = { signer, ownOps: 1 };
    const restored = await openTestReplica({ seed: 2, store, canary });
    expect(restored.replica.status().signer).not.toBe(signer);
  });
});

describe('a network that is cut', () => {
  test('MESH3 both ends hold the same after the next connection', async () => {
    const clock = createManualClock();
    const [left, right] = [createMemoryExchange(['a']), createMemoryExchange(['b'])];
    const cut = connectPair(clock, left, right);
    cut.open();
    cut.left.wire.deliver();
    cut.cut();
    left.append('made apart');
    const healed = connectPair(clock, left, right);
    healed.open();
    await healed.flush();
    expect([...left.texts()].sort()).toEqual([...right.texts()].sort());
  });

  test('LIVE2 a connection that died without a word is noticed', async () => {
    const clock = createManualClock();
    const pair = connectPair(clock, createMemoryExchange(), createMemoryExchange());
    pair.open();
    await pair.flush();
    await clock.advance(75_000);
    expect(pair.left.wire.closing()?.code).toBe(4408);
  });
});

describe('a peer that reads too slowly', () => {
  test('CON14 is cut off, with memory bounded, and costs nobody else anything', async () => {
    const clock = createManualClock();
    const pair = connectPair(clock, createMemoryExchange(), createMemoryExchange());
    pair.open();
    await pair.flush();
    const op = offerText('x'.repeat(300 * 1024));
    for (let sent = 0; sent < 8; sent += 1) pair.left.connection.offer(op);
    expect(pair.left.wire.closing()?.code).toBe(1013);
    expect(pair.left.wire.sent.length).toBeLessThan(8);
  });
});
