import { expect, test } from 'vitest';
import { computeSeenKey } from '../../worker/crdt/identity.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { NO_METRICS } from '../../worker/relay/metrics.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { openPipelineRelay } from '../../worker/relay/pipelineRelay.ts';
import { createPipelines } from '../../worker/relay/pipelines.ts';
import type { QuotaLimits } from '../../worker/relay/quota.ts';
import { DEFAULT_CONFIG } from '../../worker/relay/settings.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
import {
  createSigner,
  idOf,
  insertOp,
  itemContent,
  opText,
  setOp,
  text,
} from '../support/opFactory.ts';
import { openLog } from '../support/opLogRecords.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

const signer = createSigner(1);
const stories = Array.from({ length: 6 }, (_, at) =>
  insertOp({ signer, content: itemContent({ name: text(`story ${at}`) }) }),
);
const keyOf = (op: SignedOp): string => computeSeenKey(opText(op));
const FULL = 'the pipeline is full: further ops are left to those who have them';

function createStore() {
  const opLog = createMemoryOpLog();
  const clock = createManualClock();
  const logger = createMemoryLogger();
  const hits: string[] = [];
  const metrics = {
    ...NO_METRICS,
    count: (name: string, label: string) => void (name === 'limit_hits' && hits.push(label)),
  };

  async function open(limits: Partial<QuotaLimits>) {
    const opening = await openPipelineRelay({
      name: 'default',
      log: await openLog(opLog, 'default'),
      verifier: createNodeVerifier(clock.yieldTurn),
      clock,
      logger,
      metrics,
      quota: { ...DEFAULT_CONFIG, ...limits },
    });
    if (opening.type !== 'opened') throw new Error(opening.detail);
    const { pipeline } = opening;
    const offered: unknown[] = [];
    pipeline.join('other', { offer: (op) => offered.push(op), resync: () => {} });
    return {
      offered,
      receive: async (...ops: readonly SignedOp[]) => {
        const taken = await pipeline.take(ops.map(opText), { peer: 'p', frame: 'bulk' });
        return { stored: taken?.stored, notNow: taken?.notNow };
      },
    };
  }
  return { opLog, logger, hits, open, stored: () => opLog.records('default').length };
}

test('LIM16 a full pipeline takes no further op, tells that once, and takes it when there is room', async () => {
  const store = createStore();
  const relay = await store.open({ maxOpsPerPipeline: 4 });
  const [a, b, c, d, e, f] = stories.map(keyOf);
  expect(await relay.receive(...stories.slice(0, 3))).toEqual({ stored: [a, b, c], notNow: [] });
  expect(await relay.receive(...stories.slice(2))).toEqual({ stored: [c, d], notNow: [e, f] });
  expect(await relay.receive(...stories.slice(4))).toEqual({ stored: [], notNow: [e, f] });
  expect([store.stored(), relay.offered.length]).toEqual([4, 4]);
  expect(store.hits).toEqual(['pipeline-ops', 'pipeline-ops']);
  expect(store.logger.lines).toEqual([
    {
      level: 'error',
      message: FULL,
      fields: expect.objectContaining({ pipeline: 'default', limit: 'pipeline-ops', ops: 3 }),
    },
  ]);
  const roomier = await store.open({ maxOpsPerPipeline: 6 });
  expect(await roomier.receive(...stories.slice(4))).toEqual({ stored: [e, f], notNow: [] });
});

test('LIM16 bytes are bounded as ops are', async () => {
  const store = createStore();
  const all = await store.open({});
  await all.receive(stories[0]!);
  const bytes = store.opLog.records('default')[0]!.bytes.length;
  const relay = await store.open({ maxBytesPerPipeline: 3 * bytes + 1 });
  await relay.receive(...stories);
  expect([store.stored(), store.hits]).toEqual([3, ['pipeline-bytes']]);
  await relay.receive(...stories);
  expect(store.stored()).toBe(3);
});

test('LIM16 an op that waits goes on waiting while what it needs finds no room', async () => {
  const store = createStore();
  const relay = await store.open({ maxOpsPerPipeline: 1 });
  const [story] = stories;
  const rename = setOp(idOf(story!), 'name', { signer, content: text('renamed') });
  expect(await relay.receive(rename)).toEqual({ stored: [], notNow: [keyOf(rename)] });
  expect(await relay.receive(story!)).toMatchObject({ stored: [keyOf(story!)] });
  expect(store.stored()).toBe(1);
  const roomier = await store.open({ maxOpsPerPipeline: 2 });
  expect(await roomier.receive(rename)).toEqual({ stored: [keyOf(rename)], notNow: [] });
});

test('LIM17 there are so many pipelines, and further ones that hold ops', async () => {
  const opLog = createMemoryOpLog();
  const clock = createManualClock();
  const hits: string[] = [];
  const pipelines = createPipelines({
    opLog,
    verifier: createNodeVerifier(clock.yieldTurn),
    clock,
    random: createSeededRandom('pipelines'),
    logger: createMemoryLogger(),
    metrics: { ...NO_METRICS, count: (_: string, label: string) => void hits.push(label) },
    limits: { ...DEFAULT_CONFIG, maxPipelines: 2 },
    maySign: () => true,
  });
  const openings = [];
  for (const name of ['a', 'b', 'c', 'a']) openings.push((await pipelines.open(name)).type);
  expect(openings).toEqual(['opened', 'opened', 'too-many', 'opened']);
  expect(hits).toEqual(['pipelines']);
});
