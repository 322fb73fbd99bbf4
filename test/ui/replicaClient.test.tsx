// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { browserStorage, type PageStorage } from '../../src/pageStorage.ts';
import { type ClientState, createReplicaClient } from '../../src/replicaClient.ts';
import { createPipelineShare } from '../../src/sharedPipeline.ts';
import type { Connect } from '../../src/workerLife.ts';
import type { QueryAnswer, StreamMessage } from '../../worker/api.ts';
import {
  createFakeReplica,
  EMPTY_FIELDS,
  type FakeReplica,
  type FakeReplicaOptions,
  itemId,
  LIVE_STATUS,
} from '../support/fakeReplica.ts';

const options = { pipeline: 'default', address: 'ws://127.0.0.1:3001/crdt-sync' } as const;
const noStorage: PageStorage = {
  readCanary: () => null,
  noteCanary: () => {},
  askToPersist: async () => false,
};
const one = { id: itemId(1), fields: { ...EMPTY_FIELDS, name: 'One' } };

test('CLI1 a client opens the pipeline it was told, and passes its stream on in order', async () => {
  const { fake, messages, states } = await openClient({ items: [one] });
  fake.change({ type: 'update', id: one.id, fields: { name: 'Two' } });
  await until(() => expect(messages).toHaveLength(3));
  expect(fake.opened).toEqual([options]);
  expect(states).toEqual([{ name: 'opening' }, { name: 'open', signer: LIVE_STATUS.signer }]);
  expect(messages).toEqual([
    { type: 'snapshot', items: [one] },
    { type: 'status', status: LIVE_STATUS },
    { type: 'patch', changes: [{ type: 'update', id: one.id, fields: { name: 'Two' } }] },
  ]);
});

test('CLI2 a worker that cannot be started is a state, and commands are answered', async () => {
  const { client, states } = createClient(() => {
    throw new Error('No workers here.');
  });
  expect(states).toEqual([{ name: 'opening' }, { name: 'failed', detail: 'No workers here.' }]);
  expect(await client.command({ type: 'delete', id: one.id })).toEqual({
    type: 'refused',
    reason: 'worker-gone',
    detail: 'The replica is not running.',
  });
  expect(await client.query({ type: 'export-ops' })).toEqual({
    type: 'no-answer',
    reason: 'worker-gone',
    detail: 'The replica is not running.',
  });
});

test('CLI3 a worker that dies is a state, answers what waited for it, and is let go of once', async () => {
  const { fake, client, states } = await openClient({ items: [one] });
  fake.hang();
  const waiting = client.command({ type: 'delete', id: one.id });
  fake.fail('Out of memory');
  fake.fail('Out of memory, again');
  expect(await waiting).toEqual({
    type: 'refused',
    reason: 'worker-gone',
    detail: 'Out of memory',
  });
  expect(states.at(-1)).toEqual({ name: 'failed', detail: 'Out of memory' });
  client.close();
  expect(fake.calls).toEqual(['start', 'open', 'release']);
});

test('CLI4 a pipeline that is not opened is a state with the reason', async () => {
  const { states } = await openClient({
    openOutcome: { type: 'refused', reason: 'newer-database', detail: 'version 3' },
  });
  expect(states).toEqual([
    { name: 'opening' },
    { name: 'refused', reason: 'newer-database', detail: 'version 3' },
  ]);
});

test('CLI5 a restart lets go of one worker and starts another', async () => {
  const { fake, client, states } = await openClient({ items: [one] });
  client.restart();
  await until(() => expect(fake.calls).toContain('release'));
  await until(() => expect(states).toHaveLength(4));
  expect(fake.calls).toEqual(['start', 'open', 'close', 'start', 'open', 'release']);
  expect(states.map(({ name }) => name)).toEqual(['opening', 'open', 'opening', 'open']);
});

test('CLI6 boards of one pipeline and address share a worker, and the last one closes it', async () => {
  const fake = createFakeReplica({ items: [one] });
  const share = createPipelineShare({ connect: fake.connect, storage: noStorage });
  const first = share.acquire(options);
  const second = share.acquire({ ...options });
  const other = share.acquire({ ...options, pipeline: 'other' });
  expect(second.pipeline).toBe(first.pipeline);
  expect(other.pipeline).not.toBe(first.pipeline);
  first.release();
  first.release();
  expect(second.pipeline.state().name).not.toBe('closed');
  second.release();
  await until(() => expect(fake.calls).toContain('release'));
  expect(second.pipeline.state()).toEqual({ name: 'closed' });
  expect(fake.calls.filter((call) => call === 'release')).toEqual(['release']);
  other.release();
});

test('CLI7 after closing nothing more is passed on, and a board that comes back starts anew', async () => {
  const { fake, client, messages, states } = await openClient({ items: [one] });
  client.close();
  const before = [messages.length, states.length];
  fake.setStatus({ unacknowledgedOps: 5 });
  fake.fail('Too late');
  await until(() => expect(fake.calls).toContain('release'));
  expect([messages.length, states.length]).toEqual(before);
  expect(states.at(-1)).toEqual({ name: 'closed' });
});

test('CLI8 a call that the worker rejects is an answer like others', async () => {
  const fake = createFakeReplica();
  const { client } = createClient((onFailure) => {
    const { api, release } = fake.connect(onFailure);
    return { api: { ...api, command: () => Promise.reject(new Error('Bug')) }, release };
  });
  expect(await client.command({ type: 'delete', id: one.id })).toEqual({
    type: 'refused',
    reason: 'worker-gone',
    detail: 'Bug',
  });
});

test('CLI9 the page notes what it signed, and shows the note when it opens again', async () => {
  localStorage.clear();
  const fake = createFakeReplica({ status: { ownOps: 7 } });
  const share = createPipelineShare({ connect: fake.connect, storage: browserStorage });
  const open = async () => {
    const { pipeline, release } = share.acquire(options);
    await until(() => expect(pipeline.store.status()).not.toBeNull());
    release();
    return fake.opened.at(-1)?.canary;
  };
  expect(await open()).toBeNull();
  expect(await open()).toEqual({ signer: LIVE_STATUS.signer, ownOps: 7 });
  // A database that was rolled back knows of fewer; the note remembers.
  fake.setStatus({ ownOps: 3 });
  await open();
  expect(await open()).toEqual({ signer: LIVE_STATUS.signer, ownOps: 7 });
  // A key that goes with its tab takes no other's place.
  fake.setStatus({ ownOps: 1, signer: 'f'.repeat(64), durability: 'broken' });
  await open();
  expect(await open()).toEqual({ signer: LIVE_STATUS.signer, ownOps: 7 });
  localStorage.setItem('huskies.canary.default', 'nonsense 7');
  expect(await open()).toBeNull();
});

test('CLI11 a page that was hidden, cached or frozen wakes its worker when it is back', async () => {
  const fake = createFakeReplica();
  const share = createPipelineShare({ connect: fake.connect, storage: noStorage });
  const { pipeline, release } = share.acquire(options);
  await until(() => expect(pipeline.store.status()).not.toBeNull());
  const wakes = () => fake.calls.filter((call) => call === 'wake').length;
  const events = [
    () => document.dispatchEvent(new Event('visibilitychange')),
    () => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    () => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false })),
    () => document.dispatchEvent(new Event('resume')),
  ];
  for (const happen of events) happen();
  await until(() => expect(wakes()).toBe(3));
  release();
  for (const happen of events) happen();
  await until(() => expect(fake.calls).toContain('release'));
  expect(wakes()).toBe(3);
});

test('CLI10 after the first edit the browser is asked once to keep the data', async () => {
  const fake = createFakeReplica({ items: [one], status: { durability: 'best-effort' } });
  let asked = 0;
  const askToPersist = async () => {
    asked += 1;
    return true;
  };
  const storage = { ...noStorage, askToPersist };
  const { pipeline, release } = createPipelineShare({ connect: fake.connect, storage }).acquire(
    options,
  );
  await until(() => expect(pipeline.store.status()).not.toBeNull());
  fake.refuseNext('bad-value', '');
  await pipeline.client.command({ type: 'edit', id: one.id, fields: { name: 'Two' } });
  expect(asked).toBe(0);
  await pipeline.client.command({ type: 'edit', id: one.id, fields: { name: 'Two' } });
  await pipeline.client.command({ type: 'edit', id: one.id, fields: { name: 'Three' } });
  await until(() => expect(fake.calls).toContain('refreshDurability'));
  expect(asked).toBe(1);
  release();
});

function createClient(connect: Connect) {
  const messages: StreamMessage[] = [];
  const states: ClientState[] = [];
  const client = createReplicaClient({
    connect,
    options: () => options,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
  });
  return { client, messages, states };
}

/** A client whose fake replica has answered `open`, with its first messages. */
async function openClient(fakeOptions: FakeReplicaOptions) {
  const fake: FakeReplica = createFakeReplica(fakeOptions);
  const made = createClient(fake.connect);
  await until(() => {
    expect(made.states).toHaveLength(2);
    expect(made.messages.at(-1)).toEqual({ type: 'status', status: LIVE_STATUS });
  });
  return { fake, ...made };
}

/** Waits until the expectation holds. */
function until(expectation: () => void): Promise<void> {
  return vi.waitFor(expectation, { timeout: 10_000 });
}

test('QRY3 a query is answered in its type, or with why there is no answer', async () => {
  const { client } = await openClient({ items: [one] });
  expect(await client.query({ type: 'export-ops' })).toEqual({
    type: 'export-ops',
    text: `${JSON.stringify(one)}\n`,
  });
  const confused = await openClient({
    answer: () => ({ type: 'other' }) as unknown as QueryAnswer,
  });
  expect(await confused.client.query({ type: 'export-ops' })).toEqual({
    type: 'no-answer',
    reason: 'bad-query',
    detail: 'it was answered as other',
  });
  client.close();
  expect(await client.query({ type: 'export-ops' })).toMatchObject({ reason: 'worker-gone' });
});
