import { expect, test } from 'vitest';
import { packText } from '../../worker/crdt/packedOp.ts';
import type { OpRecord } from '../../worker/ports.ts';
import { createBulkPlaces, readInTurn, STALL_MS } from '../../worker/relay/bulkPlaces.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { createMemoryExchange, makeTexts } from '../support/memoryExchange.ts';
import { settle } from '../support/settle.ts';

function createPlaces(clock: ManualClock, most = 2) {
  const waits: string[] = [];
  const places = createBulkPlaces({ most, clock, onWait: () => waits.push('waits') });
  return { places, waits };
}

test('LIM15 so many have a place at once; the others get theirs in order', async () => {
  const { places, waits } = createPlaces(createManualClock());
  const did: string[] = [];
  const all = ['a', 'b', 'c', 'd'].map((name) => {
    const place = places();
    void place.ready().then(() => did.push(name));
    return place;
  });
  await settle();
  expect([did, waits.length]).toEqual([['a', 'b'], 2]);
  all[1]?.leave();
  await settle();
  expect(did).toEqual(['a', 'b', 'c']);
  all[1]?.leave();
  await settle();
  expect(did).toEqual(['a', 'b', 'c']);
  all[0]?.leave();
  await settle();
  expect(did).toEqual(['a', 'b', 'c', 'd']);
});

test('LIM15 one that does not go on loses its place, and waits for another when it does', async () => {
  const clock = createManualClock();
  const { places } = createPlaces(clock, 1);
  const [stalled, next] = [places(), places()];
  const did: string[] = [];
  await stalled.ready();
  void next.ready().then(() => did.push('next'));
  await clock.advance(STALL_MS - 1);
  await stalled.ready();
  await clock.advance(STALL_MS - 1);
  expect(did).toEqual([]);
  await clock.advance(1);
  expect(did).toEqual(['next']);
  void stalled.ready().then(() => did.push('stalled'));
  await settle();
  expect(did).toEqual(['next']);
  next.leave();
  await settle();
  expect(did).toEqual(['next', 'stalled']);
});

test('LIM15 one that leaves while it waits takes no place', async () => {
  const { places } = createPlaces(createManualClock(), 1);
  const [first, gone, last] = [places(), places(), places()];
  await first.ready();
  void gone.ready();
  const lastIsIn = last.ready();
  gone.leave();
  first.leave();
  await lastIsIn;
});

test('LIM15 logs are read out in turn, and a reader that stops in the middle makes room', async () => {
  const { places } = createPlaces(createManualClock(), 1);
  const exchange = readInTurn(createMemoryExchange(makeTexts(250)), places);
  const first = exchange.readLog()[Symbol.asyncIterator]();
  const second = exchange.readLog()[Symbol.asyncIterator]();
  expect((await first.next()).value).toHaveLength(100);
  let isSecondIn = false;
  const underWay = second.next().then((slice) => {
    isSecondIn = true;
    return slice;
  });
  expect((await first.next()).value).toHaveLength(100);
  await settle();
  expect(isSecondIn).toBe(false);
  await first.return?.();
  expect((await underWay).value).toHaveLength(100);
});

test('LIM15 what is read to reconcile waits for its turn too', async () => {
  const { places } = createPlaces(createManualClock(), 1);
  const records: readonly OpRecord[] = [{ key: 'k', bytes: packText('{}') }];
  async function* read() {
    yield records;
  }
  const { reconcile } = readInTurn(
    {
      ...createMemoryExchange(),
      reconcile: {
        freezeKeys: () => Promise.reject(new Error('not asked for')),
        readOps: read,
        unacknowledged: () => [],
        namedLog: { id: 'log', end: () => 1, readFrom: read },
        placeIn: () => null,
        notePlace: () => undefined,
      },
    },
    places,
  );
  const one = reconcile?.readOps(new Set())[Symbol.asyncIterator]();
  const other = reconcile?.namedLog?.readFrom(0)[Symbol.asyncIterator]();
  expect((await one?.next())?.value).toEqual(records);
  let isOtherIn = false;
  const underWay = other?.next().then((slice) => {
    isOtherIn = true;
    return slice;
  });
  await settle();
  expect(isOtherIn).toBe(false);
  expect((await one?.next())?.done).toBe(true);
  expect((await underWay)?.value).toEqual(records);
});
