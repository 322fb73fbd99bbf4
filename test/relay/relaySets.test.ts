import { expect, test } from 'vitest';
import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import { acceptPeer } from '../../worker/relay/peers.ts';
import { openPipelineRelay } from '../../worker/relay/pipelineRelay.ts';
import { createConnection } from '../../worker/sync/connection.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
import { nobleVerifier, openTestReplica } from '../support/openedReplica.ts';
import { openLog } from '../support/opLogRecords.ts';
import { loggedOf, recordOf } from '../support/opRecords.ts';
import { readRustDump } from '../support/rustDump.ts';
import { createSocketPair } from '../support/socketPair.ts';

const OPS = readRustDump().ops.slice(0, 300);

/** A relay in memory that holds the ops, and a replica that holds what it is given. */
async function createWorld(replicaOps: readonly string[]) {
  const clock = createManualClock();
  const opLog = createMemoryOpLog();
  const log = await openLog(opLog, 'default');
  await log.append(OPS.map(recordOf).map(loggedOf));
  const logger = createMemoryLogger();
  const opening = await openPipelineRelay({
    name: 'default',
    log,
    verifier: nobleVerifier,
    clock,
    logger,
  });
  if (opening.type !== 'opened') throw new Error(opening.detail);
  const { pipeline } = opening;
  const store = createMemoryOpStore();
  await store.appendRemote({ applied: replicaOps.map(recordOf), held: [], released: [] });
  const opened = await openTestReplica({ seed: 1, store });
  let connections = 0;

  /** One connection, until nothing is left to say. Bytes of all its frames, and the last status. */
  async function connect() {
    connections += 1;
    const pair = createSocketPair();
    let sync = '';
    const connection = createConnection({
      peer: 'ws://relay',
      end: 'dialler',
      connect: pair.dialler.connect,
      exchange: opened.replica,
      clock,
      logger,
      onSync: ({ name }) => {
        sync = name;
      },
    });
    const peer = `peer#${connections}`;
    acceptPeer({ pipeline, peer, connect: pair.listener.connect, clock, logger });
    pair.open();
    await pair.flush();
    await clock.advance(1000);
    await pair.flush();
    const frames = [...pair.dialler.sent, ...pair.listener.sent];
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    connection.close(1000, 'done');
    await pair.flush();
    return { bytes, sync };
  }

  const keysOf = async (): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const slice of opened.replica.readLog()) for (const { key } of slice) keys.push(key);
    return keys.sort();
  };
  const relayKeys = () =>
    opLog
      .records('default')
      .map(({ key }) => key)
      .sort();
  return { ...opened, opLog, log, connect, keysOf, relayKeys, logger };
}

test('REC12 a replica and the relay that hold the same say so in less than a kilobyte', async () => {
  const { connect, keysOf, relayKeys } = await createWorld(OPS);
  const { bytes, sync } = await connect();
  expect([await keysOf(), sync]).toEqual([relayKeys(), 'live']);
  expect(bytes).toBeLessThan(1000);
});

test('REC12 a replica that comes back gets what was appended since, and brings what it made', async () => {
  const world = await createWorld([]);
  const first = await world.connect();
  expect(first.sync).toBe('live');
  await world.replica.command({ type: 'add', fields: { name: 'made apart' } });
  const second = await world.connect();
  expect([await world.keysOf(), second.sync]).toEqual([world.relayKeys(), 'live']);
  expect(second.bytes).toBeLessThan(1500);
  expect(await world.store.readPlaces()).toEqual([
    { peer: 'ws://relay', log: world.log.id, offset: OPS.length + 1 },
  ]);
});

test('REC12 without a place they find out what each lacks', async () => {
  const world = await createWorld(OPS.slice(0, 280));
  await world.replica.command({ type: 'add', fields: { name: 'made apart' } });
  const { bytes, sync } = await world.connect();
  expect([await world.keysOf(), sync]).toEqual([world.relayKeys(), 'live']);
  expect(bytes).toBeLessThan(60_000);
});

test('REC12 what the disk had no room for is not claimed to be here', async () => {
  const world = await createWorld([]);
  const { appendRemote } = world.store;
  world.store.appendRemote = async () => ({ type: 'failed', reason: 'full', detail: 'full' });
  await world.connect();
  expect(await world.store.readPlaces()).toEqual([]);
  world.store.appendRemote = appendRemote;
});
